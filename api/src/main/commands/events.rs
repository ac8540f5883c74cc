//! `holdfast events`: what can be done about events by hand.

use std::{sync::Arc, time::Duration};

use db::{Actor, DbRole, EventPlace, Role};

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
    let after = args.after.map(|place| place.0);
    let span = jobs::relay::Span { kind: args.topic.kind(), from: args.from, to: args.to, after };
    let patience = Duration::from_secs(args.patience_seconds);
    let replayed = jobs::relay::replay(&db, &Arc::new(publisher), &span, patience, &stop).await;
    db.close().await;
    let go_on = |place: Option<EventPlace>| {
        if let Some(EventPlace { id, sequence }) = place {
            eprintln!("Go on with the same flags and --after={id}.{sequence}");
        }
    };
    match replayed {
        Ok(retold) => {
            println!("Replayed {} events.", retold.events);
            if stop.is_cancelled() {
                go_on(retold.place);
                return Err(CliError::Interrupted);
            }
            Ok(())
        }
        Err(error) => {
            go_on(error.place());
            Err(error.into())
        }
    }
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
