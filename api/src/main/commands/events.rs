//! `holdfast events`: what can be done about events by hand.

use db::{Actor, DbRole, Role};

use crate::{
    args::{DatabaseArgs, EventsArgs, EventsCommand, ReplayEventsArgs},
    commands::serve::named_database,
    error::CliError,
    kafka, signals,
};

pub(crate) async fn run(args: EventsArgs) -> Result<(), CliError> {
    match args.command {
        EventsCommand::Replay(args) => replay(*args).await,
        EventsCommand::Redrive(args) => redrive(&args).await,
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

/// Events in one call.
const BATCH: i32 = 200;

async fn redrive(args: &DatabaseArgs) -> Result<(), CliError> {
    let database = named_database(args, DbRole::Worker).await?;
    let db = database.pool(DbRole::Worker, args.connections).await?;
    // Who may start this command may do anything; what is written down is that it was done here.
    let actor =
        Actor { role: Role::Operator, subject: "holdfast events redrive".to_owned(), organiser_id: None };
    let mut total = 0;
    loop {
        let redriven = db.redrive_events(&actor, BATCH).await?;
        total += redriven;
        if redriven < BATCH {
            break;
        }
    }
    db.close().await;
    println!("Redriven: {total} events.");
    Ok(())
}
