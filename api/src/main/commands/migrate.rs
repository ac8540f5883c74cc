//! `holdfast migrate`: brings a database to the schema of this binary.

use db::DbRole;

use crate::{args::DatabaseArgs, error::CliError, system::Database};

pub(crate) async fn run(args: DatabaseArgs) -> Result<(), CliError> {
    let database = Database::open(&args).await?;
    let migrated = db::migrate(&database.url).await;
    let version = match migrated {
        Ok(()) => db::schema_version(&database.url, DbRole::Owner).await,
        Err(error) => Err(error),
    };
    database.stop().await?;
    println!("The database is at migration {}.", version?);
    Ok(())
}
