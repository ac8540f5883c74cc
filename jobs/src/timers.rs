//! What happens by itself: lapsed holds, offers to those who wait, stranded and overdue sagas, authorizations that
//! lapse, old keys, and the figures of the queues.

use std::{sync::Arc, time::Duration};

use db::Db;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::report;

/// Rows in one sweep at most; a full sweep is followed by the next at once.
const BATCH: i32 = 200;
/// Places that come back go to those who wait: an idle look costs one probe of an empty queue.
const OFFER_EVERY: Duration = Duration::from_millis(250);
const GIVE_UP_EVERY: Duration = Duration::from_secs(1);
const RESCUE_EVERY: Duration = Duration::from_secs(5);
const OVERDUE_EVERY: Duration = Duration::from_secs(5);
/// An authorization holds for days.
const LAPSE_EVERY: Duration = Duration::from_secs(30);
const PURGE_EVERY: Duration = Duration::from_mins(10);
/// Months are added long before they come.
const TEND_EVERY: Duration = Duration::from_mins(30);
const MEASURE_EVERY: Duration = Duration::from_secs(10);
/// How often it is looked for invariants that are due.
const CHECK_EVERY: Duration = Duration::from_secs(5);
/// How long the counting of one may take. A view that reads the whole history of many millions of bookings does take long.
const CHECK_TAKES: Duration = Duration::from_hours(1);

/// Cancels bookings whose hold has ended.
pub(crate) async fn expire_holds(db: Db, every: Duration, work: Arc<Notify>, shutdown: CancellationToken) {
    while pause(every, &shutdown).await {
        let expired = sweep("lapsed holds could not be expired", || db.expire_holds(BATCH)).await;
        if expired > 0 {
            metrics::counter!("holdfast_holds_expired_total").increment(expired);
            work.notify_one();
        }
    }
}

/// Offers places that came back to those who wait for them.
pub(crate) async fn offer_places(db: Db, shutdown: CancellationToken) {
    while pause(OFFER_EVERY, &shutdown).await {
        let slots = sweep("places could not be offered to the waiting list", || db.offer_places(BATCH)).await;
        metrics::counter!("holdfast_waitlist_slots_served_total").increment(slots);
    }
}

/// Gives up changes whose extra charge did not come in time.
pub(crate) async fn give_up_changes(db: Db, work: Arc<Notify>, shutdown: CancellationToken) {
    while pause(GIVE_UP_EVERY, &shutdown).await {
        let given_up =
            sweep("changes that are over could not be given up", || db.give_up_changes(BATCH)).await;
        if given_up > 0 {
            metrics::counter!("holdfast_changes_given_up_total").increment(given_up);
            work.notify_one();
        }
    }
}

/// Puts stranded sagas back on the queue.
pub(crate) async fn rescue_sagas(db: Db, work: Arc<Notify>, shutdown: CancellationToken) {
    while pause(RESCUE_EVERY, &shutdown).await {
        let rescued = sweep("stranded sagas could not be rescued", || db.rescue_sagas(BATCH)).await;
        if rescued > 0 {
            metrics::counter!("holdfast_sagas_rescued_total").increment(rescued);
            tracing::warn!(rescued, "sagas had no message that would move them");
            work.notify_one();
        }
    }
}

/// Opens a case for sagas that run on past their deadline.
pub(crate) async fn report_overdue(db: Db, shutdown: CancellationToken) {
    while pause(OVERDUE_EVERY, &shutdown).await {
        let overdue = sweep("overdue sagas could not be reported", || db.report_overdue(BATCH)).await;
        if overdue > 0 {
            metrics::counter!("holdfast_sagas_overdue_total").increment(overdue);
            tracing::error!(overdue, "sagas run on past their deadline; their cases are in the dead letters");
        }
    }
}

/// Ends what was authorized and could not be captured in time.
pub(crate) async fn lapse_authorizations(db: Db, work: Arc<Notify>, shutdown: CancellationToken) {
    while pause(LAPSE_EVERY, &shutdown).await {
        let what = "authorizations that lapse could not be ended";
        let lapsed = sweep(what, || db.lapse_authorizations(BATCH)).await;
        if lapsed > 0 {
            metrics::counter!("holdfast_authorizations_lapsed_total").increment(lapsed);
            work.notify_one();
        }
    }
}

/// Forgets idempotency keys past their 30 days.
pub(crate) async fn purge_keys(db: Db, shutdown: CancellationToken) {
    while pause(PURGE_EVERY, &shutdown).await {
        sweep("old idempotency keys could not be purged", || db.purge_keys(BATCH)).await;
    }
}

/// Keeps the months ready that rows will come in, from the start on.
pub(crate) async fn tend_partitions(db: Db, shutdown: CancellationToken) {
    loop {
        match db.tend_partitions().await {
            Ok(db::Tended { added: 0, dropped: 0 }) => {}
            Ok(db::Tended { added, dropped }) => {
                tracing::info!(added, dropped, "partitions were added and dropped");
            }
            Err(error) => report("the partitions could not be tended", &error),
        }
        if !pause(TEND_EVERY, &shutdown).await {
            return;
        }
    }
}

/// Publishes the depths of the queues as metrics.
pub(crate) async fn measure(db: Db, shutdown: CancellationToken) {
    while pause(MEASURE_EVERY, &shutdown).await {
        match db.queue_depths().await {
            Ok(depths) => {
                for depth in depths {
                    gauge("holdfast_queue_messages", &depth.queue, depth.messages);
                    gauge("holdfast_queue_oldest_seconds", &depth.queue, depth.oldest_seconds);
                }
            }
            Err(error) => report("the queues could not be measured", &error),
        }
    }
}

/// Looks at the invariants, and publishes what was found as metrics.
pub(crate) async fn check_invariants(db: Db, shutdown: CancellationToken) {
    let patient = db.patient(CHECK_TAKES);
    while pause(CHECK_EVERY, &shutdown).await {
        let checked = tokio::select! {
            () = shutdown.cancelled() => return,
            checked = patient.check_due_invariants() => checked,
        };
        if let Err(error) = checked {
            report("the invariants could not be checked", &error);
        }
        // What others have found counts, too.
        match db.last_invariants().await {
            Ok(checks) => {
                for check in checks {
                    publish_invariant(check);
                }
            }
            Err(error) => report("what the invariants are could not be read", &error),
        }
    }
}

fn publish_invariant(check: db::InvariantCheck) {
    if check.violations > 0 {
        tracing::error!(invariant = check.name, violations = check.violations, "an invariant does not hold");
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of rows")]
    metrics::gauge!("holdfast_invariant_violations", "invariant" => check.name).set(check.violations as f64);
}

fn gauge(name: &'static str, queue: &str, value: i64) {
    #[expect(clippy::cast_precision_loss, reason = "counts and seconds of a queue")]
    metrics::gauge!(name, "queue" => queue.to_owned()).set(value as f64);
}

/// Sweeps until a batch is not full; how many rows it found together.
async fn sweep<F>(what: &str, batch: impl Fn() -> F) -> u64
where
    F: Future<Output = Result<i32, db::Error>>,
{
    let mut found = 0;
    loop {
        match batch().await {
            Ok(rows) => {
                found += u64::try_from(rows).unwrap_or(0);
                if rows < BATCH {
                    return found;
                }
            }
            // Lost against others, which is no fault: the next sweep finds it again.
            Err(error) if error.worth_retrying() => {
                tracing::debug!(%error, what, "tried again at the next sweep");
                return found;
            }
            Err(error) => {
                report(what, &error);
                return found;
            }
        }
    }
}

/// False when the worker is to stop instead.
pub(crate) async fn pause(every: Duration, shutdown: &CancellationToken) -> bool {
    tokio::select! {
        () = shutdown.cancelled() => false,
        () = tokio::time::sleep(every) => true,
    }
}
