//! What the process tests stand on.
//!
//! - [`holdfast`]: the binary, with nothing of our own environment that could sway it
//! - [`Running`]: one process of it, whose lines can be waited for; killed when dropped
//! - [`DataDir`]: a data directory whose Postgres is gone in the end
//! - [`Dev`]: a running `holdfast dev`, read like a person reads it
//! - [`PrivatePostgres`]: a server for processes that share a database
//! - [`SimulatorProcess`]: a simulated gateway of its own
//! - [`Client`]: GraphQL over HTTP; [`sql`]: a look into a database with `psql`
//! - [`until`]: waits for a state, never for a time

mod binary;
mod client;
mod data_dir;
mod dev;
mod port;
mod postgres;
mod running;
mod simulator;
mod stream;
mod wait;

pub(crate) use binary::holdfast;
pub(super) use binary::repository;
pub(super) use client::{Client, get};
pub(crate) use client::{block_on, http};
pub(crate) use data_dir::DataDir;
pub(crate) use dev::Dev;
pub(crate) use port::free_port;
pub(super) use port::is_free;
pub(crate) use postgres::PrivatePostgres;
pub(super) use postgres::sql;
pub(crate) use running::Running;
pub(super) use simulator::SimulatorProcess;
pub(super) use wait::until;
