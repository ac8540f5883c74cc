//! Brings a database to the schema of this binary, from nothing or from any older one.

use sqlx::{
    Connection as _, PgConnection, PgPool,
    migrate::{MigrateError, Migrator},
    postgres::PgPoolOptions,
};

use crate::{DbRole, Error, partitions::MONTHS_AHEAD, pool::connect_options, routines};

static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// Creates the roles, which belong to the cluster and not to one database.
const ROLES: &str = include_str!("roles.sql");

/// Serialises migrations of one database, so that two starting processes don't race.
const LOCK: i64 = 0x484f_4c44;

/// Migrates as far as this binary knows; the second run changes nothing.
///
/// `url` must name a role that may create roles and schemas; everything that
/// is made then belongs to `holdfast_owner`.
pub async fn migrate(url: &str) -> Result<(), Error> {
    let mut guard = PgConnection::connect(url).await?;
    sqlx::query("select pg_advisory_lock($1)").bind(LOCK).execute(&mut guard).await?;
    sqlx::raw_sql(ROLES).execute(&mut guard).await?;

    let owner =
        PgPoolOptions::new().max_connections(1).connect_with(connect_options(url, DbRole::Owner)?).await?;
    let result = migrate_as_owner(&owner).await;
    owner.close().await;
    guard.close().await?;
    result
}

async fn migrate_as_owner(owner: &PgPool) -> Result<(), Error> {
    refuse_newer(owner).await?;
    pgmq::install::install_sql_from_embedded(owner).await.map_err(|error| Error::Queue(Box::new(error)))?;
    MIGRATOR.run(owner).await.map_err(|error| match error {
        MigrateError::VersionMissing(found) => Error::NewerSchema { found },
        error => Error::Migrate(error),
    })?;
    routines::apply(owner).await?;
    let months = sqlx::types::Json(serde_json::json!({ "months_ahead": MONTHS_AHEAD }));
    sqlx::query("select holdfast.tend_partitions($1)").bind(months).execute(owner).await?;
    Ok(())
}

/// Looks before anything is touched, the queue's SQL included.
async fn refuse_newer(owner: &PgPool) -> Result<(), Error> {
    let mut connection = owner.acquire().await?;
    let found = applied_version(&mut connection).await?;
    if found > newest_known() { Err(Error::NewerSchema { found }) } else { Ok(()) }
}

fn newest_known() -> i64 {
    MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0)
}

async fn applied_version(connection: &mut PgConnection) -> Result<i64, Error> {
    let (exists,): (bool,) = sqlx::query_as("select to_regclass('public._sqlx_migrations') is not null")
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        return Ok(0);
    }
    let (version,): (i64,) =
        sqlx::query_as("select coalesce(max(version), 0) from public._sqlx_migrations where success")
            .fetch_one(connection)
            .await?;
    Ok(version)
}

/// Checks that the database is of exactly the schema that this binary was built for.
///
/// Asked as the role that the caller will work as, before it takes up its work.
/// One connection, tried once: a pool would keep trying where nobody listens.
pub async fn schema_version(url: &str, role: DbRole) -> Result<i64, Error> {
    let mut connection = match PgConnection::connect_with(&connect_options(url, role)?).await {
        Ok(connection) => connection,
        // Without the role nothing has ever been migrated here.
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("22023") => {
            return Err(Error::OlderSchema { found: 0, needed: newest_known() });
        }
        Err(error) => return Err(error.into()),
    };
    let found = applied_version(&mut connection).await?;
    connection.close().await?;
    let needed = newest_known();
    match found.cmp(&needed) {
        std::cmp::Ordering::Less => Err(Error::OlderSchema { found, needed }),
        std::cmp::Ordering::Equal => Ok(found),
        std::cmp::Ordering::Greater => Err(Error::NewerSchema { found }),
    }
}
