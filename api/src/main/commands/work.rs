//! `holdfast work`: one worker process.

use std::time::Duration;

use db::DbRole;
use jobs::{Settings, Surroundings, gateway::Simulated};

use crate::{args::WorkArgs, commands::serve::named_database, error::CliError, signals};

pub(crate) async fn run(args: WorkArgs) -> Result<(), CliError> {
    let shutdown = signals::stop_token()?;
    let database = named_database(&args.database, DbRole::Worker).await?;
    let db = database.pool(DbRole::Worker, args.database.connections).await?;
    // The process id alone is no name: workers may run on many machines.
    let name = format!("worker-{}", uuid::Uuid::new_v4().simple());
    let settings = Settings {
        concurrency: usize::from(args.steps),
        lease: Duration::from_secs(args.lease_seconds),
        ..Settings::named(name.clone())
    };
    println!("Working as {name} on {:?}", args.queues);
    let gateway = Simulated::new(db.clone());
    let worked = jobs::run(db.clone(), gateway, settings, Surroundings::alone(), shutdown).await;
    db.close().await;
    Ok(worked?)
}
