//! What the process tests stand on.
//!
//! - [`holdfast`]: the binary, with nothing of our own environment that could sway it
//! - [`Running`]: one process of it, whose lines can be waited for; killed when dropped
//! - [`DataDir`]: a data directory whose Postgres is gone in the end
//! - [`Dev`]: a running `holdfast dev`, read like a person reads it
//! - [`PrivatePostgres`]: a server for processes that share a database
//! - [`Client`]: GraphQL over HTTP; [`sql`]: a look into a database with `psql`
//! - [`until`]: waits for a state, never for a time

mod binary;
mod client;
mod data_dir;
mod dev;
mod port;
mod postgres;
mod running;
mod stream;
mod wait;

pub(super) use binary::{holdfast, repository};
pub(super) use client::{Client, get};
pub(super) use data_dir::DataDir;
pub(super) use dev::Dev;
pub(super) use port::{free_port, is_free};
pub(super) use postgres::{PrivatePostgres, sql};
pub(super) use running::Running;
pub(super) use wait::until;
