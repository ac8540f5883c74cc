//! What came of deliveries, written down in batches.

use std::{sync::Arc, time::Duration};

use db::DeliveryRecord;
use tokio::{sync::mpsc, time::Instant};

use super::store::Store;
use crate::report::report;

/// Records in one call at most.
const BATCH: usize = 200;
/// The pause before a batch that could not be written is written again.
const AGAIN: Duration = Duration::from_millis(500);

/// Writes records as they come, until the last sender is gone. What can't be written within a lease is let go: the
/// lease is over then, and the delivery is sent again.
pub(super) async fn record(
    store: Arc<dyn Store>,
    lease: Duration,
    mut finished: mpsc::Receiver<DeliveryRecord>,
) {
    let mut batch = Vec::new();
    while finished.recv_many(&mut batch, BATCH).await > 0 {
        write(store.as_ref(), lease, &batch).await;
        batch.clear();
    }
}

async fn write(store: &dyn Store, lease: Duration, batch: &[DeliveryRecord]) {
    let until = Instant::now() + lease;
    let mut parts = vec![batch];
    while let Some(part) = parts.pop() {
        let Err(error) = store.record(part).await else { continue };
        if error.blames_arguments() {
            // Halved until the culprit stands alone, or it would take all the others with it.
            match part {
                [_] => unrecorded(part, &error),
                _ => parts.extend(<[_; 2]>::from(part.split_at(part.len() / 2))),
            }
            continue;
        }
        if Instant::now() >= until {
            unrecorded(part, &error);
            continue;
        }
        tracing::debug!(%error, "deliveries are recorded again");
        parts.push(part);
        tokio::time::sleep(AGAIN).await;
    }
}

fn unrecorded(part: &[DeliveryRecord], error: &db::Error) {
    report("deliveries could not be recorded; they are sent again", error);
    metrics::counter!("holdfast_deliveries_unrecorded_total").increment(part.len() as u64);
}
