//! `holdfast events`: what can be done about events by hand.

use db::DbRole;

use crate::{
    args::{EventsArgs, EventsCommand, ReplayEventsArgs},
    commands::serve::named_database,
    error::CliError,
    kafka, signals,
};

pub(crate) async fn run(args: EventsArgs) -> Result<(), CliError> {
    match args.command {
        EventsCommand::Replay(args) => replay(*args).await,
    }
}

async fn replay(args: ReplayEventsArgs) -> Result<(), CliError> {
    let stop = signals::stop_token()?;
    let Some(publisher) = kafka::publisher(&args.kafka)? else { return Err(CliError::NoBroker) };
    let database = named_database(&args.database, DbRole::Worker).await?;
    let db = database.pool(DbRole::Worker, args.database.connections).await?;
    let span = jobs::relay::Span { kind: args.topic.kind(), from: args.from, to: args.to };
    let replayed = jobs::relay::replay(&db, &publisher, &span, &stop).await;
    db.close().await;
    let replayed = replayed?;
    println!("Replayed {replayed} events.");
    if stop.is_cancelled() { Err(CliError::Interrupted) } else { Ok(()) }
}
