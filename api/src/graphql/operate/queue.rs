//! The queues that workers read.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};

/// A queue that workers read. For operators.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Queue {
    /// Its name: `saga`, `waitlist`, `webhook`, `outbox`, `outbox_slot` or `notification`.
    pub(crate) name: String,
    /// Messages on it, those that pause included.
    messages: i32,
    /// Age of the oldest, in seconds; 0 when it is empty.
    oldest_seconds: i32,
    /// Since when it is paused, in UTC. Null while it is worked.
    paused_at: Option<DateTime<Utc>>,
    /// The operator who paused it.
    paused_by: Option<String>,
    /// Why it is paused.
    reason: Option<String>,
}

impl From<db::Queue> for Queue {
    fn from(queue: db::Queue) -> Self {
        // What GraphQL can't count is no better for being more.
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            name: queue.queue,
            messages: count(queue.messages),
            oldest_seconds: count(queue.oldest_seconds),
            paused_at: queue.paused_at,
            paused_by: queue.paused_by,
            reason: queue.reason,
        }
    }
}
