//! Reads: on whose behalf, how fresh, and from which server.
//!
//! A read says in the same statement who asks (`holdfast.act_as`), so that no routine can forget it and no pooled
//! connection remembers it: what is said ends with the statement's own transaction.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::{RawValue, to_raw_value};
use sqlx::{AssertSqlSafe, PgExecutor, types::Json};

use crate::{Actor, CommitPosition, Db, Error, pool::read_answers};

/// What the reads of one request have in common.
#[derive(Debug)]
pub(crate) struct Request {
    actor: Option<Actor>,
    /// The commit that every read has to see.
    after: Option<CommitPosition>,
    /// Whether every read from now on is the primary's, because the answer must be newer than any replica may be.
    fresh: AtomicBool,
    statements: AtomicU64,
}

/// A read, ready to be sent to either server.
pub(crate) struct Read {
    statement: String,
    argument: Box<RawValue>,
    actor: Box<RawValue>,
}

impl Read {
    /// Runs it; one jsonb a row.
    pub(crate) async fn fetch(&self, server: impl PgExecutor<'_>) -> Result<Vec<Box<RawValue>>, Error> {
        let rows: Vec<(Json<Box<RawValue>>,)> = sqlx::query_as(AssertSqlSafe(self.statement.clone()))
            .bind(Json(&self.argument))
            .bind(Json(&self.actor))
            .fetch_all(server)
            .await?;
        Ok(rows.into_iter().map(|(Json(row),)| row).collect())
    }
}

impl Db {
    /// The same database for one request: its reads are `actor`'s, see at least what was committed at `after`, and
    /// are counted together. Clones share all of that.
    #[must_use]
    pub fn for_request(&self, actor: Option<Actor>, after: Option<CommitPosition>) -> Self {
        let request = Request { actor, after, fresh: AtomicBool::new(false), statements: AtomicU64::new(0) };
        Self { request: Some(Arc::new(request)), ..self.clone() }
    }

    /// From now on the reads of this request are the primary's: it has written, or it tells what was just written.
    pub fn read_fresh(&self) {
        if let Some(request) = &self.request {
            request.fresh.store(true, Ordering::Relaxed);
        }
    }

    /// A position at which everything that this request wrote or told was committed, for the client to send back with
    /// its next request. None where there is no replica that could be behind, and for a request that only read.
    ///
    /// Nor is there one when the primary can't be asked any more: what the client reads then may be older.
    pub async fn position(&self) -> Option<CommitPosition> {
        let replica = self.replica.as_ref()?;
        self.request.as_ref().filter(|request| request.fresh.load(Ordering::Relaxed))?;
        match replica.position_of(&self.pool).await {
            Ok(position) => Some(position),
            Err(error) => {
                tracing::warn!(%error, "an answer carries no position, because the primary does not tell it");
                None
            }
        }
    }

    /// Statements that were sent for this request so far; without a request, all of this pool.
    pub fn statements(&self) -> u64 {
        let request = self.request.as_ref().map(|request| &request.statements);
        request.unwrap_or(&self.statements).load(Ordering::Relaxed)
    }

    /// Counts a statement that is about to be sent.
    pub(crate) fn tally(&self, routine: &'static str) {
        self.statements.fetch_add(1, Ordering::Relaxed);
        if let Some(request) = &self.request {
            request.statements.fetch_add(1, Ordering::Relaxed);
        }
        metrics::counter!("holdfast_db_statements_total", "routine" => routine).increment(1);
    }

    /// Calls a routine of the form `(jsonb) returns setof jsonb` on behalf of `actor`, or of this request's where the
    /// routine names none.
    pub(crate) async fn read<A, T>(
        &self,
        actor: Option<&Actor>,
        routine: &'static str,
        argument: &A,
    ) -> Result<Vec<T>, Error>
    where
        A: Serialize + Sync + ?Sized,
        T: DeserializeOwned,
    {
        let actor = actor.or_else(|| self.request.as_ref()?.actor.as_ref());
        let read = Read {
            // Everything of FROM is evaluated before a row of it is shown to SELECT.
            statement: format!("select {routine}($1) from holdfast.act_as($2)"),
            argument: to_raw_value(argument).map_err(Error::Encode)?,
            actor: to_raw_value(&actor).map_err(Error::Encode)?,
        };
        self.tally(routine);
        // Boxed: a round trip takes 4 kB of its future, and every resolver that may make one would be as large, waiting or not.
        let rows = match Box::pin(self.fetch_from_replica(&read)).await? {
            Some(rows) => rows,
            None => Box::pin(read.fetch(&self.pool)).await?,
        };
        read_answers(routine, rows.into_iter())
    }

    /// Like [`Self::read`], for a routine that gives at most one row.
    pub(crate) async fn read_one<A, T>(
        &self,
        actor: Option<&Actor>,
        routine: &'static str,
        argument: &A,
    ) -> Result<Option<T>, Error>
    where
        A: Serialize + Sync + ?Sized,
        T: DeserializeOwned,
    {
        Ok(self.read(actor, routine, argument).await?.into_iter().next())
    }

    /// What the replica says; nothing when it must not be asked, can't answer, or has not come far enough.
    async fn fetch_from_replica(&self, read: &Read) -> Result<Option<Vec<Box<RawValue>>>, Error> {
        let (Some(replica), Some(request)) = (&self.replica, &self.request) else { return Ok(None) };
        if request.fresh.load(Ordering::Relaxed) || !replica.is_usable() {
            return Ok(None);
        }
        let rows = replica.fetch(read, request.after).await;
        let from = if matches!(rows, Ok(Some(_))) { "replica" } else { "primary" };
        metrics::counter!("holdfast_db_replica_reads_total", "answered_by" => from).increment(1);
        match rows {
            Err(error) if error.blames_server() => {
                tracing::debug!(%error, "a read that the replica failed is the primary's");
                Ok(None)
            }
            rows => rows,
        }
    }
}
