//! What the database itself keeps: rights, history, schema and the views that are always empty.

mod catalogue;
mod dump;
mod invariants;
mod migration;
mod rights;
mod wall;
