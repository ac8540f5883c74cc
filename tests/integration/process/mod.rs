//! The `holdfast` binary as its users meet it: a process of its own, started with flags, read by
//! what it prints, stopped by signals and killed without any.
//!
//! The binary is the one that `cargo build` put beside these tests, or `HOLDFAST_BIN`. Every test
//! has a data directory of its own, and proves in the end that no Postgres of it is left running.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking, with the reason in its words"
)]

mod bench;
mod dev;
mod errors;
mod files;
mod floors;
mod import;
mod model;
mod replay_model;
mod replay_resume;
mod schema;
mod simulator;
mod subscribers;
pub(crate) mod support;
mod workers;
