//! Connections, each bound to one of the roles with least privilege.

use std::{
    str::FromStr,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::{RawValue, to_raw_value};
use sqlx::{
    Connection as _, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
    types::Json,
};

use crate::{Error, reads::Request, replica::Replica, touched::Listener};

/// The Postgres role that every statement of a pool runs as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DbRole {
    /// Migrates and owns everything.
    Owner,
    /// May execute the routines that the API needs, and nothing else.
    Api,
    /// May execute the routines that the workers need, and nothing else.
    Worker,
    /// May select from `reporting` and `invariant`, and nothing else.
    Report,
}

impl DbRole {
    /// The role's name in Postgres.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "holdfast_owner",
            Self::Api => "holdfast_api",
            Self::Worker => "holdfast_worker",
            Self::Report => "holdfast_report",
        }
    }
}

/// Sizes and limits of a pool.
#[derive(Clone, Debug)]
pub struct PoolOptions {
    /// Connections at most.
    pub connections: u32,
    /// How long a caller waits for a free connection.
    pub acquire: Duration,
    /// How long one statement may run.
    pub statement: Duration,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self { connections: 20, acquire: Duration::from_secs(2), statement: Duration::from_secs(3) }
    }
}

/// Every routine works on a few rows that it finds by key, but the planner takes each jsonb array for 100 rows: it
/// would compile the queries, and read small tables whole until they have grown. `invariant.check_all`, which does
/// read whole tables, sets itself free of this.
const PLANNER: [(&str, &str); 4] =
    [("jit", "off"), ("enable_seqscan", "off"), ("enable_hashjoin", "off"), ("enable_mergejoin", "off")];

/// A connection idle for longer is asked whether it still lives before it is used.
const RESTED: Duration = Duration::from_secs(1);

/// A handle on the database, cheap to clone.
///
/// Every call is one statement in a transaction of its own. None of them uses
/// `begin` on the pool: a `begin` that is cancelled in flight can leave a
/// pooled connection inside an open transaction, which would then swallow the
/// writes of whoever gets it next.
#[derive(Clone, Debug)]
pub struct Db {
    /// Where everything is written, and read that a replica may not answer.
    pub(crate) pool: PgPool,
    pub(crate) replica: Option<Replica>,
    /// The request that this handle is for; none for the process's own calls.
    pub(crate) request: Option<Arc<Request>>,
    /// Statements sent, by all clones.
    pub(crate) statements: Arc<AtomicU64>,
    /// Who is told of what is changed through this handle.
    pub(crate) listener: Option<Listener>,
}

/// Reads a URL and binds the session to a role.
pub(crate) fn connect_options(url: &str, role: DbRole) -> Result<PgConnectOptions, Error> {
    let options = PgConnectOptions::from_str(url).map_err(Error::Url)?;
    Ok(options.application_name(role.name()).options([("role", role.name())]))
}

/// How connections are kept, and how they are opened.
pub(crate) fn session(
    url: &str,
    role: DbRole,
    options: &PoolOptions,
) -> Result<(PgPoolOptions, PgConnectOptions), Error> {
    let statement = format!("{}ms", options.statement.as_millis());
    let connect = connect_options(url, role)?
        .options([("statement_timeout", statement.as_str()), ("lock_timeout", "2s"), ("timezone", "UTC")])
        .options(PLANNER);
    let pool = PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(options.acquire)
        // A connection that was just in use is taken as it is; one that rested may have died with its server.
        .test_before_acquire(false)
        .before_acquire(|connection, rest| {
            Box::pin(async move { Ok(rest.idle_for < RESTED || connection.ping().await.is_ok()) })
        });
    Ok((pool, connect))
}

impl Db {
    /// Opens a pool whose sessions all run as `role`.
    pub async fn connect(url: &str, role: DbRole, options: &PoolOptions) -> Result<Self, Error> {
        let (pool, connect) = session(url, role, options)?;
        let pool = pool.connect_with(connect).await?;
        Ok(Self { pool, replica: None, request: None, statements: Arc::default(), listener: None })
    }

    /// One round trip, to see that the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        sqlx::query("select 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Connections in the pool, and how many of them are idle.
    pub fn connections(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }

    /// Waits for the calls under way and closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
        if let Some(replica) = &self.replica {
            replica.close().await;
        }
    }

    /// Calls a routine that takes one jsonb and gives one jsonb a row.
    ///
    /// Every routine behind the typed calls of this crate has this form, so
    /// that a field can be added on either side before the other knows it.
    pub(crate) async fn rows<A, T>(&self, routine: &'static str, argument: &A) -> Result<Vec<T>, Error>
    where
        A: Serialize + Sync + ?Sized,
        T: DeserializeOwned,
    {
        let argument = to_raw_value(argument).map_err(Error::Encode)?;
        self.tally(name_of(routine));
        // Boxed, as in `Self::read`.
        let rows = Box::pin(sqlx::query_as(routine).bind(Json(argument)).fetch_all(&self.pool));
        let rows: Vec<(Json<Box<RawValue>>,)> = rows.await?;
        read_answers(routine, rows.into_iter().map(|(Json(row),)| row))
    }

    /// Like [`Self::rows`], for a routine that gives at most one row.
    pub(crate) async fn row<A, T>(&self, routine: &'static str, argument: &A) -> Result<Option<T>, Error>
    where
        A: Serialize + Sync + ?Sized,
        T: DeserializeOwned,
    {
        Ok(self.rows(routine, argument).await?.into_iter().next())
    }
}

/// What a routine answered, a row at a time: parsed once, into what it is meant to be.
pub(crate) fn read_answers<T: DeserializeOwned>(
    routine: &'static str,
    rows: impl Iterator<Item = Box<RawValue>>,
) -> Result<Vec<T>, Error> {
    rows.map(|row| serde_json::from_str(row.get()))
        .collect::<Result<_, _>>()
        .map_err(|source| Error::Answer { routine, source })
}

/// The routine that a call names, for metrics.
pub(crate) fn name_of(call: &'static str) -> &'static str {
    call.split([' ', '(']).find(|word| word.contains('.')).unwrap_or(call)
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_call_is_known_by_its_routine() {
        assert_eq!(name_of("select booking.list_versions($1)"), "booking.list_versions");
        assert_eq!(
            name_of("select outcome from booking.pay_bookings($1) order by ordinal"),
            "booking.pay_bookings"
        );
    }
}
