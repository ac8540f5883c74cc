//! What gateways told of their own accord: each event wakes the saga that it is about, which looks for itself.

use std::{sync::Arc, time::Duration};

use db::{Db, WorkedWebhooks};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{report, timers::pause};

/// Events in one call at most: a call holds their messages until it ends.
const BATCH: i32 = 200;
/// How often those past their 30 days are forgotten.
const PURGE_EVERY: Duration = Duration::from_mins(10);

/// Works events as they come, until `shutdown`; the steps that they wake are made known through `work`.
pub(crate) async fn work(db: Db, poll: Duration, work: Arc<Notify>, shutdown: CancellationToken) {
    loop {
        let worked = work_batch(&db).await;
        if worked.applied > 0 {
            work.notify_one();
        }
        // A full batch is followed by the next at once.
        let is_full = worked.total() >= BATCH.unsigned_abs();
        if shutdown.is_cancelled() || (!is_full && !pause(poll, &shutdown).await) {
            return;
        }
    }
}

async fn work_batch(db: &Db) -> WorkedWebhooks {
    match db.work_webhooks(BATCH).await {
        Ok(worked) => {
            for (result, count) in worked.by_result() {
                metrics::counter!("holdfast_webhooks_worked_total", "result" => result)
                    .increment(count.into());
            }
            if worked.quarantined > 0 {
                tracing::warn!(
                    quarantined = worked.quarantined,
                    "webhooks are about nothing that we know, or need a person"
                );
            }
            worked
        }
        Err(error) => {
            // Lost against others, which is no fault: the next call reads the same events again.
            if error.worth_retrying() {
                tracing::debug!(%error, "webhooks are worked again");
            } else {
                report("webhooks could not be worked", &error);
            }
            WorkedWebhooks::default()
        }
    }
}

/// Forgets old events, until `shutdown`.
pub(crate) async fn purge(db: Db, shutdown: CancellationToken) {
    while pause(PURGE_EVERY, &shutdown).await {
        loop {
            match db.purge_webhooks(BATCH).await {
                Ok(purged) if purged >= BATCH => (),
                Ok(_) => break,
                Err(error) => {
                    report("old webhooks could not be purged", &error);
                    break;
                }
            }
        }
    }
}
