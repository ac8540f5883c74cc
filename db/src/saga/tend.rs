//! What keeps sagas from standing still.

use serde::Deserialize;

use crate::{Db, Error};

/// How much waits on a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct QueueDepth {
    /// Which queue.
    pub queue: String,
    /// Messages on it.
    pub messages: i64,
    /// Age of the oldest, in seconds.
    pub oldest_seconds: i64,
}

impl Db {
    /// Puts back on the queue the sagas that no message will move; how many it found.
    pub async fn rescue_sagas(&self, limit: i32) -> Result<i32, Error> {
        self.sweep("select saga.rescue($1)", limit).await
    }

    /// Opens an operator's case for each saga that runs on past its deadline; how many it found.
    pub async fn report_overdue(&self, limit: i32) -> Result<i32, Error> {
        self.sweep("select saga.report_overdue($1)", limit).await
    }

    /// Ends the payments whose authorization lapses before it could be captured; how many it found.
    pub async fn lapse_authorizations(&self, limit: i32) -> Result<i32, Error> {
        self.sweep("select payment.lapse_authorizations($1)", limit).await
    }

    /// How much waits on each queue that workers read.
    pub async fn queue_depths(&self) -> Result<Vec<QueueDepth>, Error> {
        self.rows("select saga.queue_depths($1)", &()).await
    }
}
