//! `holdfast work`: one worker process.

use db::DbRole;
use jobs::{Surroundings, gateway::PaymentGateway as _};

use crate::{args::WorkArgs, commands::serve::named_database, error::CliError, gateways, signals};

pub(crate) async fn run(args: WorkArgs) -> Result<(), CliError> {
    let shutdown = signals::stop_token()?;
    // The process id alone is no name: workers may run on many machines.
    let name = format!("worker-{}", uuid::Uuid::new_v4().simple());
    // What can be wrong with the flags is said before anything is opened.
    let settings = args.settings(name.clone());
    settings.check()?;
    if args.database.database_url.is_none() {
        return Err(CliError::NoDatabase);
    }
    let gateways = gateways::build(&args.gateways, &args.limits.limits())?;
    if gateways.iter().next().is_none() {
        return Err(CliError::NoGateway);
    }
    let database = named_database(&args.database, DbRole::Worker).await?;
    let db = database.pool(DbRole::Worker, args.database.connections).await?;
    let queues: Vec<_> = args.queues.iter().map(|queue| queue.name()).collect();
    let codes: Vec<_> = gateways.iter().map(|registered| registered.gateway.code()).collect();
    println!("Working as {name} on {} with {}", queues.join(", "), codes.join(", "));
    let worked = jobs::run(db.clone(), gateways, settings, Surroundings::alone(), shutdown).await;
    db.close().await;
    Ok(worked?)
}
