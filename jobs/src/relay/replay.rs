//! History told again: what was published before, marked as replayed.

use chrono::{DateTime, Utc};
use db::{Db, OutboxEvent, SubjectKind};
use events::Publisher;
use tokio_util::sync::CancellationToken;

use super::send::{Manner, send};

/// Events read and sent at a time.
const PAGE: i32 = 1_000;

/// Which history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it is about.
    pub kind: SubjectKind,
    /// What happened from then on; none is from the beginning.
    pub from: Option<DateTime<Utc>>,
    /// What happened before then; none is up to now.
    pub to: Option<DateTime<Utc>>,
}

/// Why a replay ended early; what was sent before stays sent, and a replay may be repeated.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The history could not be read.
    #[error("the history can't be read")]
    Database(#[from] db::Error),
    /// The broker took no more.
    #[error("the broker took {sent} events and no more: {cause}")]
    Broker {
        /// Events that it took.
        sent: usize,
        /// What it said.
        cause: String,
    },
}

/// Publishes again what was published of this history, each subject's events in order and under their old ids, until
/// `stop`; how many.
pub async fn replay(
    db: &Db,
    publisher: &Publisher,
    span: &Span,
    stop: &CancellationToken,
) -> Result<usize, ReplayError> {
    let mut total = 0;
    let mut last: Option<OutboxEvent> = None;
    while !stop.is_cancelled() {
        let page = db.event_history(span.kind, span.from, span.to, last.as_ref(), PAGE).await?;
        let Some(end) = page.last().cloned() else { break };
        let sent = send(db, publisher, page, Manner::Replayed).await;
        total += sent.published.len();
        if let Some(cause) = sent.failure {
            return Err(ReplayError::Broker { sent: total, cause });
        }
        last = Some(end);
    }
    Ok(total)
}
