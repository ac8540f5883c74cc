//! A streaming replica to read from, as long as it keeps up.

mod lag;

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::value::RawValue;
use sqlx::{Connection as _, PgPool, Row as _};
use tokio::{sync::Mutex, time::Instant};
use tokio_util::sync::CancellationToken;

use self::lag::Lag;
use crate::{
    CommitPosition, Db, DbRole, Error, PoolOptions,
    pool::{connect_options, session},
    reads::Read,
};

/// How long a read waits for the replica to come as far as it must, before the primary is asked.
const CATCHING_UP: Duration = Duration::from_millis(100);
/// How long until it looks again.
const STEP: Duration = Duration::from_millis(10);
/// How long a read may stay with the replica; the rest of the request's time is the primary's.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// How often both servers are asked how far they are.
const EYE: Duration = Duration::from_millis(250);
/// How long either may take to say so.
const ANSWER: Duration = Duration::from_secs(1);

/// A replica; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Replica(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pool: PgPool,
    /// How far behind it may be.
    bound: Duration,
    /// Whether it answered when it was last looked at, and was not too far behind.
    usable: AtomicBool,
    /// The primary's position, and when it was asked for it.
    told: Mutex<Option<(Instant, CommitPosition)>>,
}

/// Whether the server at `url` answers to the API's role, and replays what another writes. Asked once.
pub async fn is_replica(url: &str) -> Result<bool, Error> {
    let mut connection = sqlx::PgConnection::connect_with(&connect_options(url, DbRole::Api)?).await?;
    let recovers = sqlx::query_scalar("select pg_is_in_recovery()").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(recovers)
}

impl Db {
    /// Reads from a streaming replica at `url` whatever a request may read there, while it is less than `bound` behind.
    /// Nothing is read there before [`Self::watch_replica`] has looked at it, and none has to answer yet.
    pub fn with_replica(self, url: &str, bound: Duration, options: &PoolOptions) -> Result<Self, Error> {
        let (pool, connect) = session(url, DbRole::Api, options)?;
        let pool = pool.connect_lazy_with(connect);
        let inner = Inner { pool, bound, usable: AtomicBool::new(false), told: Mutex::default() };
        Ok(Self { replica: Some(Replica(Arc::new(inner))), ..self })
    }

    /// Whether a replica is named, answered when it was last looked at, and was not too far behind.
    pub fn reads_replica(&self) -> bool {
        self.replica.as_ref().is_some_and(Replica::is_usable)
    }

    /// Keeps an eye on the replica until `stop`; without one there is nothing to see.
    pub async fn watch_replica(&self, stop: CancellationToken) {
        let Some(replica) = &self.replica else { return };
        let mut lag = Lag::default();
        loop {
            replica.look(&self.pool, &mut lag).await;
            tokio::select! {
                () = tokio::time::sleep(EYE) => (),
                () = stop.cancelled() => return,
            }
        }
    }
}

impl Replica {
    pub(crate) fn is_usable(&self) -> bool {
        self.0.usable.load(Ordering::Relaxed)
    }

    pub(crate) async fn close(&self) {
        self.0.pool.close().await;
    }

    /// A read, once the replica has come as far as `after`; nothing when that takes too long.
    pub(crate) async fn fetch(
        &self,
        read: &Read,
        after: Option<CommitPosition>,
    ) -> Result<Option<Vec<Box<RawValue>>>, Error> {
        let began = Instant::now();
        let asking = async {
            loop {
                let mut connection = self.0.pool.acquire().await?;
                // A statement of its own, and the same connection: the read's snapshot must be taken after this was
                // seen, and behind one address there may be several replicas.
                if has_replayed(&mut connection, after).await? {
                    return read.fetch(&mut *connection).await.map(Some);
                }
                drop(connection);
                if began.elapsed() > CATCHING_UP {
                    return Ok(None);
                }
                tokio::time::sleep(STEP).await;
            }
        };
        let answer = tokio::time::timeout(PATIENCE, asking).await;
        let answer = answer.unwrap_or_else(|_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into()).into()));
        if matches!(answer, Err(Error::Unreachable(_))) {
            // Until somebody has looked again.
            self.turn(false);
        }
        answer
    }

    /// Where the primary stands at some moment after this was called; who asks at the same time shares an answer.
    pub(crate) async fn position_of(&self, primary: &PgPool) -> Result<CommitPosition, Error> {
        let called = Instant::now();
        let mut told = self.0.told.lock().await;
        if let Some((asked, position)) = *told
            && asked >= called
        {
            return Ok(position);
        }
        let asked = Instant::now();
        let text: String =
            sqlx::query_scalar("select pg_current_wal_insert_lsn()::text").fetch_one(primary).await?;
        let position = parse(&text)?;
        *told = Some((asked, position));
        Ok(position)
    }

    /// Sees how far both are.
    async fn look(&self, primary: &PgPool, lag: &mut Lag) {
        let at = Instant::now();
        match tokio::time::timeout(ANSWER, flushed(primary)).await {
            Ok(Ok(position)) => lag.primary_was_at(at, position, self.0.bound),
            // A primary that can't be asked is no reason to read from it.
            Ok(Err(error)) => tracing::debug!(%error, "the primary does not say how far it is"),
            Err(_) => tracing::debug!("the primary does not say how far it is in time"),
        }
        let behind = match tokio::time::timeout(ANSWER, replayed(&self.0.pool)).await {
            Ok(Ok(Some(position))) => lag.of(position),
            Ok(Ok(None)) => {
                tracing::debug!("what is named as a replica replays nothing");
                None
            }
            Ok(Err(error)) => {
                tracing::debug!(%error, "the replica does not say how far it is");
                None
            }
            Err(_) => None,
        };
        if let Some(behind) = behind {
            metrics::gauge!("holdfast_db_replica_lag_seconds").set(behind.as_secs_f64());
        }
        self.turn(behind.is_some_and(|behind| behind <= self.0.bound));
    }

    fn turn(&self, usable: bool) {
        metrics::gauge!("holdfast_db_replica_usable").set(if usable { 1.0 } else { 0.0 });
        if self.0.usable.swap(usable, Ordering::Relaxed) != usable {
            let what =
                if usable { "is read from" } else { "is not read from: it is away, or too far behind" };
            tracing::info!("the replica {what}");
        }
    }
}

async fn has_replayed(
    connection: &mut sqlx::PgConnection,
    after: Option<CommitPosition>,
) -> Result<bool, Error> {
    let Some(after) = after else { return Ok(true) };
    let reached: Option<bool> = sqlx::query_scalar("select pg_last_wal_replay_lsn() >= $1::text::pg_lsn")
        .bind(after.to_string())
        .fetch_one(connection)
        .await?;
    Ok(reached.unwrap_or(false))
}

/// How far a primary's log is on disk, which is as far as a replica can be sent it.
async fn flushed(primary: &PgPool) -> Result<CommitPosition, Error> {
    let text: String =
        sqlx::query_scalar("select pg_current_wal_flush_lsn()::text").fetch_one(primary).await?;
    parse(&text)
}

/// How far a replica is; nothing for a server that is none.
async fn replayed(replica: &PgPool) -> Result<Option<CommitPosition>, Error> {
    let row =
        sqlx::query("select pg_is_in_recovery(), pg_last_wal_replay_lsn()::text").fetch_one(replica).await?;
    let (recovers, position): (bool, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
    position.filter(|_| recovers).map(|text| parse(&text)).transpose()
}

fn parse(text: &str) -> Result<CommitPosition, Error> {
    text.parse().map_err(|error| Error::Database(sqlx::Error::Decode(Box::new(error))))
}
