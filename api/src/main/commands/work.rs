//! `holdfast work`: one worker process.

use api::{Bus, Hints, Link};
use db::DbRole;
use events::Publisher;
use jobs::{Surroundings, gateway::Gateways, relay::RelaySettings};
use tokio_util::sync::CancellationToken;

use crate::{
    args::{Queue, WorkArgs},
    commands::serve::named_database,
    error::CliError,
    gateways, kafka,
    notifications::{self, Notifications},
    signals,
    workers::Workers,
};

pub(crate) async fn run(args: WorkArgs) -> Result<(), CliError> {
    let shutdown = signals::stop_token()?;
    // The process id alone is no name: workers may run on many machines.
    let name = format!("worker-{}", uuid::Uuid::new_v4().simple());
    if args.database.database_url.is_none() {
        return Err(CliError::NoDatabase);
    }
    // What can be wrong with the flags is said before anything is opened.
    let workers = Workers {
        supervised: None,
        engine: engine(&args, &name)?,
        relay: relay(&args, &name)?,
        notifications: notifications(&args, &name)?,
    };
    if workers.is_idle() {
        return Err(CliError::NoBroker);
    }
    let shared = args.redis.store()?;
    let database = named_database(&args.database, DbRole::Worker).await?;
    let db = database.pool(DbRole::Worker, args.database.connections).await?;
    // Whoever watches what is changed here does so in another process.
    let (hints, hush) = (Hints::new(), CancellationToken::new());
    let voice = Bus::new(hints.clone(), Link::new(shared, &db)).run_voice(hush.clone());
    let voice = tokio::spawn(voice);
    let telling = db.clone().telling(move |touched| hints.touched(touched));
    println!("Working as {name} on {workers}");
    let worked = workers.run(telling, Surroundings::alone(), shutdown).await;
    hush.cancel();
    voice.await.map_err(CliError::Panicked)?;
    db.close().await;
    worked
}

/// The engine, if one of the queues is its.
fn engine(args: &WorkArgs, name: &str) -> Result<Option<(Gateways, jobs::Settings)>, CliError> {
    let settings = args.settings(name.to_owned());
    if settings.queues.is_empty() {
        return Ok(None);
    }
    settings.check()?;
    let gateways = gateways::build(&args.gateways, &args.limits.limits())?;
    if gateways.iter().next().is_none() {
        return Err(CliError::NoGateway);
    }
    Ok(Some((gateways, settings)))
}

/// The relay, if it is asked for and a broker is named.
fn relay(args: &WorkArgs, name: &str) -> Result<Option<(Publisher, RelaySettings)>, CliError> {
    if args.queues.contains(&Queue::Outbox) { kafka::relay(&args.kafka, name) } else { Ok(None) }
}

/// The notifications, if they are asked for.
fn notifications(args: &WorkArgs, name: &str) -> Result<Option<Notifications>, CliError> {
    if !args.queues.contains(&Queue::Notification) {
        return Ok(None);
    }
    Ok(Some(notifications::build(&args.notifications, &args.kafka, name)?))
}
