//! The saga's steps: claimed in batches, carried out side by side under leases that a heartbeat keeps, recorded in
//! batches. Who has recorded a step goes on with the next one of its saga, where it can.

mod call;
mod carry_out;
mod claim;
mod heartbeat;
mod held;
mod local;
mod record;

use std::{sync::Arc, time::Duration};

use db::Db;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{Settings, Surroundings, gateway::Gateways};
use held::Register;

/// How long what is handed back may take to be recorded after the grace; then its lease has to end.
const DRAIN: Duration = Duration::from_secs(10);

/// How long steps gather for the next call of the database while others are under way: a call costs as much as ten steps or
/// more, whatever is in it. Who is alone goes at once.
const GATHER: Duration = Duration::from_millis(20);

/// What all steps of a worker share.
#[derive(Debug)]
struct Engine {
    db: Db,
    gateways: Gateways,
    settings: Settings,
    surroundings: Surroundings,
    /// The steps whose lease is ours.
    register: Arc<Register>,
    /// Told when nothing new is to be begun.
    shutdown: CancellationToken,
    /// Told when the grace is over: what is under way goes back to the queue.
    over: CancellationToken,
}

/// Works until `shutdown`. Then nothing new is claimed; what is under way ends within the grace or is handed back,
/// and what came of it is recorded last.
pub(crate) async fn work(
    db: Db,
    gateways: Gateways,
    settings: Settings,
    surroundings: Surroundings,
    shutdown: CancellationToken,
) {
    let (finished, to_record) = mpsc::channel(settings.concurrency.max(1));
    let grace = settings.grace;
    let register = Arc::new(Register::default());
    let over = CancellationToken::new();
    let engine = Arc::new(Engine { db, gateways, settings, surroundings, register, shutdown, over });
    let mut recorder = tokio::spawn(record::record(Arc::clone(&engine), to_record));
    let heart_stops = CancellationToken::new();
    let heart = tokio::spawn(heartbeat::beat(Arc::clone(&engine), heart_stops.clone()));

    claim::claim(&engine, finished).await;
    // The recorder ends when the last step has dropped its end of the channel.
    if tokio::time::timeout(grace, &mut recorder).await.is_err() {
        let left = engine.register.under_way();
        tracing::warn!(
            left,
            "the grace is over with steps that are not recorded yet; those under way are handed back"
        );
        engine.over.cancel();
        if tokio::time::timeout(DRAIN, &mut recorder).await.is_err() {
            tracing::warn!("stopped with outcomes that could not be recorded; their leases will end");
            recorder.abort();
        }
    }
    heart_stops.cancel();
    if let Err(panic) = heart.await {
        tracing::error!(error = %panic, "the heartbeat ended by a panic");
    }
}
