//! The deliveries of one channel: claimed as there is room, and sent side by side.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use db::{ClaimDeliveries, ClaimedDelivery, DeliveryChannel, DeliveryRecord, DeliveryResult};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use super::{
    Sender,
    attempt::{attempt, blank},
};
use crate::report::report;

/// How often deliveries are looked for that nobody could send in their time. Another process may have the channel that
/// this one lacks, so that they are its own until then.
const LAPSED: Duration = Duration::from_secs(30);
/// The longest pause while the database does not answer.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How many deliveries each endpoint has under way.
#[derive(Debug, Default)]
struct UnderWay(Mutex<HashMap<Uuid, usize>>);

impl UnderWay {
    /// Takes a place at this endpoint; none is left when this is false.
    fn enter(&self, endpoint: Uuid, most: usize) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(endpoint).or_default();
        let is_free = *count < most;
        *count += usize::from(is_free);
        is_free
    }

    fn leave(&self, endpoint: Uuid) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&endpoint) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&endpoint);
            }
        }
    }

    /// Those that have as many as they may.
    fn busy(&self, most: usize) -> Vec<Uuid> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().filter(|(_, count)| **count >= most).map(|(endpoint, _)| *endpoint).collect()
    }
}

/// A place at an endpoint, given back when it is dropped.
struct Place(Arc<UnderWay>, Uuid);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.leave(self.1);
    }
}

/// The deliveries of one channel.
struct Lane {
    sender: Arc<Sender>,
    channel: DeliveryChannel,
    finished: mpsc::Sender<DeliveryRecord>,
    tasks: TaskTracker,
    room: Arc<Semaphore>,
    under_way: Arc<UnderWay>,
}

/// Sends the deliveries of one channel until `shutdown`; those under way are left to `tasks`.
pub(super) async fn work(
    sender: Arc<Sender>,
    channel: DeliveryChannel,
    finished: mpsc::Sender<DeliveryRecord>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
) {
    let poll = if sender.channels.get(channel).is_some() { sender.settings.poll } else { LAPSED };
    let room = Arc::new(Semaphore::new(sender.settings.concurrency));
    let lane = Lane { sender, channel, finished, tasks, room, under_way: Arc::default() };
    let mut failures = 0;
    loop {
        // A claim that nobody has room for would only let its lease run.
        tokio::select! {
            biased;
            () = shutdown.cancelled() => return,
            permit = lane.room.acquire() => drop(permit),
        }
        let next = match lane.claim().await {
            Ok(claims) => {
                failures = 0;
                let next = if claims.is_empty() { poll } else { Duration::ZERO };
                for claim in claims {
                    lane.begin(claim).await;
                }
                next
            }
            Err(error) => {
                report("deliveries could not be claimed", &error);
                failures += 1;
                poll.saturating_mul(1 << failures.min(10)).min(LONGEST_PAUSE)
            }
        };
        if !next.is_zero() && !pause(next, &shutdown).await {
            return;
        }
    }
}

impl Lane {
    /// Claims as many deliveries as there is room for.
    async fn claim(&self) -> Result<Vec<ClaimedDelivery>, db::Error> {
        let settings = &self.sender.settings;
        let claim = ClaimDeliveries {
            worker: settings.name.clone(),
            batch: i32::try_from(self.room.available_permits()).unwrap_or(i32::MAX),
            lease_seconds: settings.lease_seconds(),
            channels: vec![self.channel],
            busy: self.under_way.busy(settings.per_endpoint),
            per_endpoint: i32::try_from(settings.per_endpoint).unwrap_or(i32::MAX),
            lapsed: self.sender.channels.get(self.channel).is_none(),
        };
        self.sender.store.claim(&claim).await
    }

    /// Sends a delivery beside the others, or hands it back.
    async fn begin(&self, claim: ClaimedDelivery) {
        let place = match &claim.endpoint {
            Some(endpoint) if !self.under_way.enter(endpoint.id, self.sender.settings.per_endpoint) => {
                // More of one endpoint than it may have under way; it is left out of the next claim.
                send_record(&self.finished, blank(&claim, DeliveryResult::Released)).await;
                return;
            }
            Some(endpoint) => Some(Place(Arc::clone(&self.under_way), endpoint.id)),
            None => None,
        };
        let permit = Arc::clone(&self.room).acquire_owned().await.expect("the room is never closed");
        let (sender, finished) = (Arc::clone(&self.sender), self.finished.clone());
        self.tasks.spawn(deliver(sender, claim, finished, permit, place));
    }
}

/// Sends one delivery and hands on what came of it; its places are free once that is taken.
async fn deliver(
    sender: Arc<Sender>,
    claim: ClaimedDelivery,
    finished: mpsc::Sender<DeliveryRecord>,
    permit: OwnedSemaphorePermit,
    place: Option<Place>,
) {
    let record = attempt(&claim, &sender.channels, &sender.renderer, &sender.settings.retries).await;
    send_record(&finished, record).await;
    drop((permit, place));
}

/// A recorder that has ended takes nothing more: the lease ends, and the delivery is sent again.
async fn send_record(finished: &mpsc::Sender<DeliveryRecord>, record: DeliveryRecord) {
    if finished.send(record).await.is_err() {
        tracing::warn!("a delivery could not be recorded any more; it will be sent again");
    }
}

/// Waits, and says whether to go on.
async fn pause(length: Duration, shutdown: &CancellationToken) -> bool {
    tokio::select! {
        () = shutdown.cancelled() => false,
        () = tokio::time::sleep(length) => true,
    }
}
