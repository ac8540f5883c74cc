//! What a relay does beside sending: topics at start, what was left behind, and how far it lags.

use std::{sync::Arc, time::Duration};

use db::{Db, SubjectKind};
use events::Publisher;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::broker::Broker;
use crate::{error_chain, report, retry::Pauses, timers::pause};

const PAUSES: Pauses = Pauses { first: Duration::from_millis(200), longest: Duration::from_secs(5) };
/// Words are written with what they are about, so that nothing is ever found but what is older than the broker's name,
/// or was passed on by somebody who was started without it.
const RESCUE_EVERY: Duration = Duration::from_hours(1);
/// Subjects looked at in one call.
const PAGE: i32 = 1_000;
/// Between pages: of ten million bookings there are ten thousand.
const BREATH: Duration = Duration::from_millis(20);
const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// Makes the topics that are missing, as soon as the broker is there. False when the relay is to stop instead.
pub(super) async fn prepare(publisher: &Publisher, broker: &Broker, shutdown: &CancellationToken) -> bool {
    let mut tries = 0;
    loop {
        match publisher.ensure_topics().await {
            Ok(()) => {
                broker.is_here().await;
                return true;
            }
            Err(error) => {
                broker.is_gone(&error_chain(&error)).await;
                if !pause(PAUSES.after(tries), shutdown).await {
                    return false;
                }
                tries += 1;
            }
        }
    }
}

/// Leaves word of what nobody knows of: at start, and now and then.
pub(super) async fn rescue(db: Db, shutdown: CancellationToken) {
    // Whether a slot has something new is seen only when its state is made, which is too much for every hour.
    rescue_kind(&db, SubjectKind::Slot, &shutdown).await;
    loop {
        for kind in [SubjectKind::Booking, SubjectKind::Delivery] {
            rescue_kind(&db, kind, &shutdown).await;
        }
        if !pause(RESCUE_EVERY, &shutdown).await {
            return;
        }
    }
}

async fn rescue_kind(db: &Db, kind: SubjectKind, shutdown: &CancellationToken) {
    let (mut after, mut tries): (Option<Uuid>, u32) = (None, 0);
    loop {
        match db.rescue_events(kind, after, PAGE).await {
            Ok(rescued) => {
                if rescued.found > 0 {
                    tracing::info!(found = rescued.found, ?kind, "left behind; they are told now");
                }
                tries = 0;
                after = rescued.next;
                if after.is_none() || !pause(BREATH, shutdown).await {
                    return;
                }
            }
            Err(error) => {
                report("what was left behind could not be looked for", &error);
                if !pause(PAUSES.after(tries), shutdown).await {
                    return;
                }
                tries += 1;
            }
        }
    }
}

/// Says that the relay runs; publishes how much waits, and since when.
pub(super) async fn measure(db: Db, broker: Arc<Broker>, shutdown: CancellationToken) {
    while pause(MEASURE_EVERY, &shutdown).await {
        broker.repeat().await;
        match db.outbox_lag().await {
            Ok(queues) => {
                for lag in queues {
                    metrics::gauge!("holdfast_outbox_lag_seconds", "queue" => lag.queue.clone())
                        .set(lag.oldest_seconds);
                    #[expect(clippy::cast_precision_loss, reason = "a count of rows")]
                    metrics::gauge!("holdfast_outbox_waiting", "queue" => lag.queue).set(lag.waiting as f64);
                }
            }
            Err(error) => report("the lag of the outbox could not be measured", &error),
        }
    }
}
