//! Keeps the leases of steps that take long: one call for all of them, three times a lease.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::Engine;
use crate::{report, timers::pause};

/// Beats until the last step is recorded.
pub(super) async fn beat(engine: Arc<Engine>, stop: CancellationToken) {
    let every = engine.settings.lease / 3;
    while pause(every, &stop).await {
        // Most steps are over long before; only what is still here after half a beat is worth a row's update.
        let claims = engine.register.older_than(every / 2);
        if claims.is_empty() {
            continue;
        }
        let kept = match engine.db.heartbeat(engine.settings.lease_seconds(), &claims).await {
            Ok(kept) => kept,
            // Two more beats fit into the lease.
            Err(error) => {
                report("leases could not be kept", &error);
                continue;
            }
        };
        for saga in engine.register.lose(&claims, &kept) {
            metrics::counter!("holdfast_heartbeats_lost_total").increment(1);
            tracing::warn!(%saga, "a step's lease has passed on; what comes of it is dropped");
        }
    }
}
