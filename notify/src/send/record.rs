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
    loop {
        match store.record(batch).await {
            Ok(()) => return,
            Err(error) if error.worth_retrying() => tracing::debug!(%error, "deliveries are recorded again"),
            Err(error) => report("deliveries could not be recorded", &error),
        }
        if Instant::now() >= until {
            metrics::counter!("holdfast_deliveries_unrecorded_total").increment(batch.len() as u64);
            return;
        }
        tokio::time::sleep(AGAIN).await;
    }
}
