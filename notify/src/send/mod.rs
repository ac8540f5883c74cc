//! Sending: due deliveries are claimed under a lease, rendered, sent outside of any transaction, and recorded.
//!
//! Nothing here remembers anything that is not in the database: a delivery whose sender was killed is claimed again when
//! its lease is over, and goes out under the same id.

mod attempt;
mod lane;
mod record;
mod retry;
mod settings;
mod store;

use std::{sync::Arc, time::Duration};

use db::{Db, DeliveryChannel};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use retry::Retries;
pub use settings::{SendSettings, SendSettingsError};

use crate::{channel::Channels, template::Renderer};
use store::Store;

/// How long the last records may take to be written once nothing is under way; then their leases have to end.
const DRAIN: Duration = Duration::from_secs(10);
/// Each has room of its own, so that a slow one keeps none of the others waiting.
const CHANNELS: [DeliveryChannel; 4] =
    [DeliveryChannel::Email, DeliveryChannel::Sms, DeliveryChannel::Push, DeliveryChannel::Webhook];

/// What all deliveries share.
#[derive(Debug)]
struct Sender {
    store: Arc<dyn Store>,
    channels: Channels,
    renderer: Renderer,
    settings: SendSettings,
}

/// Sends what is due until `shutdown`. Then nothing new is claimed, what is under way ends within the grace, and what
/// came of it is recorded last.
pub async fn send(db: Db, channels: Channels, settings: SendSettings, shutdown: CancellationToken) {
    send_from(Arc::new(db), channels, settings, shutdown).await;
}

async fn send_from(
    store: Arc<dyn Store>,
    channels: Channels,
    settings: SendSettings,
    shutdown: CancellationToken,
) {
    let (finished, to_record) = mpsc::channel(settings.concurrency);
    let recorder = tokio::spawn(record::record(Arc::clone(&store), settings.lease, to_record));
    let grace = settings.grace;
    let renderer = Renderer::new(settings.links.clone());
    let sender = Arc::new(Sender { store, channels, renderer, settings });
    let (lanes, deliveries) = (TaskTracker::new(), TaskTracker::new());
    for channel in CHANNELS {
        let (sender, finished) = (Arc::clone(&sender), finished.clone());
        lanes.spawn(lane::work(sender, channel, finished, deliveries.clone(), shutdown.clone()));
    }
    drop(finished);
    lanes.close();
    lanes.wait().await;
    deliveries.close();
    if tokio::time::timeout(grace, deliveries.wait()).await.is_err() {
        tracing::warn!(
            left = deliveries.len(),
            "the grace is over with deliveries under way; they may go out twice"
        );
    }
    // The recorder ends when the last delivery has dropped its end of the channel.
    let abort = recorder.abort_handle();
    if tokio::time::timeout(DRAIN, recorder).await.is_err() {
        tracing::warn!("stopped with deliveries that could not be recorded; their leases will end");
        abort.abort();
    }
}

#[cfg(test)]
mod tests;
