//! What the database itself keeps: rights, history, schema and the views that are always empty.

mod catalogue;
mod dump;
mod housekeeping;
mod invariants;
mod migration;
mod partitions;
mod rights;
mod wall;
