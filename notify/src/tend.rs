//! What happens by itself: word to those whose hold is about to end, and what is old is forgotten.

use std::time::Duration;

use db::{Db, Reminded};
use tokio_util::sync::CancellationToken;

use crate::{pause, report::report};

/// A hold's end is announced a minute before: a second more or less is nothing.
const REMIND_EVERY: Duration = Duration::from_secs(1);
const PURGE_EVERY: Duration = Duration::from_mins(10);
/// Rows in one call at most; a full one is followed by the next at once.
const BATCH: i32 = 200;

pub(crate) async fn remind(db: Db, shutdown: CancellationToken) {
    while pause(REMIND_EVERY, &shutdown).await {
        let mut after = None;
        loop {
            match db.plan_reminders(after.as_ref(), BATCH).await {
                Ok(Reminded { planned, next }) => {
                    metrics::counter!("holdfast_notify_reminders_total")
                        .increment(u64::try_from(planned).unwrap_or(0));
                    after = next;
                    if after.is_none() || shutdown.is_cancelled() {
                        break;
                    }
                }
                Err(error) => {
                    // The next look finds the same.
                    report("reminders could not be planned", &error);
                    break;
                }
            }
        }
    }
}

pub(crate) async fn purge(db: Db, shutdown: CancellationToken) {
    while pause(PURGE_EVERY, &shutdown).await {
        purge_all("deliveries", || db.purge_deliveries(BATCH), &shutdown).await;
        purge_all("reminders", || db.purge_reminders(BATCH), &shutdown).await;
    }
}

async fn purge_all<F: Future<Output = Result<i32, db::Error>>>(
    what: &str,
    purge: impl Fn() -> F,
    shutdown: &CancellationToken,
) {
    while !shutdown.is_cancelled() {
        match purge().await {
            Ok(purged) if purged >= BATCH => (),
            Ok(_) => return,
            Err(error) => return report(&format!("old {what} could not be purged"), &error),
        }
    }
}
