//! `holdfast bench`: how fast the system is, as ratios to `pgbench` on the same server in the same run.
//!
//! Everything is as in production, on one machine: a private Postgres, the API, the workers and the gateway, each a process
//! of its own, and this one, which is their client and speaks GraphQL over HTTP. Each scenario has a database of its own,
//! and its invariants must be empty in the end.

mod error;
mod goals;
mod load;
mod machine;
mod meter;
mod options;
mod outcome;
mod pgbench;
mod plot;
mod process;
mod report;
mod scenarios;
mod shop;
mod stage;
mod stat;
mod system;
mod wire;

pub use error::Error;
pub use options::{Commits, Options, Profile, Scale, Scenario, Tokens};
pub use report::Report;

use stage::Stage;

/// Runs the scenarios one after the other, and gives what was measured; [`Report::verdict`] says whether all of them were.
pub async fn run(options: Options) -> Result<Report, Error> {
    machine::open_many_files()?;
    let mut stage = Stage::open(options).await?;
    let measured = scenarios::run_all(&mut stage).await;
    let report = Report::new(&stage, measured);
    match stage.close().await {
        // What is measured is not lost with the server that it was measured on.
        Err(error) if report.verdict().is_err() => stage::say(&format!("Postgres: {}", error.told())),
        closed => closed?,
    }
    Ok(report)
}
