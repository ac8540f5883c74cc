//! `holdfast notify`: one process of the notifications.

use db::DbRole;
use jobs::Surroundings;

use crate::{
    args::NotifyArgs, commands::serve::named_database, error::CliError, notifications, signals,
    workers::Workers,
};

pub(crate) async fn run(args: NotifyArgs) -> Result<(), CliError> {
    let shutdown = signals::stop_token()?;
    let name = format!("notify-{}", uuid::Uuid::new_v4().simple());
    let built = notifications::build(&args.notifications, &args.kafka, &name)?;
    let database = named_database(&args.database, DbRole::Worker).await?;
    let db = database.pool(DbRole::Worker, args.database.connections).await?;
    let workers = Workers { notifications: Some(built), ..Workers::default() };
    println!("Notifying as {name}");
    let worked = workers.run(db.clone(), Surroundings::alone(), shutdown).await;
    db.close().await;
    worked
}
