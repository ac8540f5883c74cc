//! The versions of the bookings that subscribers of this process watch.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use db::{BookingId, Db};
use tokio::{
    sync::{broadcast, watch},
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;

use super::Hints;

/// How often all watched bookings are asked about, in one call.
const INTERVAL: Duration = Duration::from_millis(100);

type Watched = HashMap<BookingId, watch::Sender<i32>>;

/// Keeps the latest known version of every watched booking; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct LiveBookings {
    watched: Arc<Mutex<Watched>>,
}

impl LiveBookings {
    /// Nothing watched yet; versions come once [`Self::run`] runs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for the versions of what is watched until `shutdown`.
    pub async fn run(self, db: Db, hints: Hints, shutdown: CancellationToken) {
        let mut changed = hints.on_changed();
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            let ids = tokio::select! {
                () = shutdown.cancelled() => return,
                _ = ticks.tick() => self.all(),
                hint = changed.recv() => match hint {
                    Ok(id) => self.hinted(id, &mut changed),
                    // Fallen behind: what was missed is not known.
                    Err(_) => self.all(),
                },
            };
            if ids.is_empty() {
                continue;
            }
            let versions = db.booking_versions(&ids).await;
            match &versions {
                Ok(versions) => self.publish(versions),
                // Ten times a second is too often to say the same.
                Err(error) if !failing => {
                    tracing::warn!(error = crate::graphql::chain(error), "subscriptions stand still");
                }
                Err(_) => {}
            }
            failing = versions.is_err();
        }
    }

    /// Watches a booking until the watch is dropped.
    pub(crate) fn watch(&self, id: BookingId) -> Watch {
        let version = self.lock().entry(id).or_insert_with(|| watch::channel(0).0).subscribe();
        Watch { bookings: self.clone(), id, version }
    }

    fn all(&self) -> Vec<BookingId> {
        self.lock().keys().copied().collect()
    }

    /// What is watched of all that was hinted at by now.
    fn hinted(&self, first: BookingId, more: &mut broadcast::Receiver<BookingId>) -> Vec<BookingId> {
        let mut ids = vec![first];
        while let Ok(id) = more.try_recv() {
            ids.push(id);
        }
        ids.sort_unstable();
        ids.dedup();
        let watched = self.lock();
        ids.retain(|id| watched.contains_key(id));
        ids
    }

    fn publish(&self, versions: &[(BookingId, i32)]) {
        let watched = self.lock();
        for (id, version) in versions {
            if let Some(latest) = watched.get(id) {
                // Answers may overtake one another; a version never goes back.
                latest.send_if_modified(|known| {
                    let newer = version > known;
                    *known = (*known).max(*version);
                    newer
                });
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Watched> {
        // Nothing panics while it holds the lock, and a map is never half written.
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One subscriber's eye on one booking.
#[derive(Debug)]
pub(crate) struct Watch {
    bookings: LiveBookings,
    id: BookingId,
    version: watch::Receiver<i32>,
}

impl Watch {
    /// The latest version known; 0 before the first answer.
    pub(crate) fn known(&self) -> i32 {
        *self.version.borrow()
    }

    /// Waits until the booking is known to be past `version`.
    pub(crate) async fn past(&mut self, version: i32) {
        // The sender lives in the map for as long as this watch does.
        let _ = self.version.wait_for(|known| *known > version).await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut watched = self.bookings.lock();
        // The receiver of this watch is still counted.
        if watched.get(&self.id).is_some_and(|latest| latest.receiver_count() <= 1) {
            watched.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn a_watch_wakes_for_newer_versions_only() {
        let live = LiveBookings::new();
        let id = BookingId(Uuid::now_v7());
        let mut watch = live.watch(id);
        live.publish(&[(id, 3)]);
        live.publish(&[(id, 2)]);
        watch.past(2).await;
        let waiting = tokio::time::timeout(Duration::from_millis(20), watch.past(3)).await;
        assert!(waiting.is_err(), "version 3 is not past 3");
        live.publish(&[(id, 4)]);
        watch.past(3).await;
    }

    #[test]
    fn what_nobody_watches_is_forgotten() {
        let live = LiveBookings::new();
        let id = BookingId(Uuid::now_v7());
        let (one, two) = (live.watch(id), live.watch(id));
        drop(one);
        assert_eq!(live.all(), [id]);
        drop(two);
        assert!(live.all().is_empty());
    }

    #[test]
    fn a_hint_about_what_nobody_watches_costs_nothing() {
        let hints = Hints::new();
        let live = LiveBookings::new();
        let mut more = hints.on_changed();
        let (watched, other) = (BookingId(Uuid::now_v7()), BookingId(Uuid::now_v7()));
        let _watch = live.watch(watched);
        hints.changed(watched);
        hints.changed(other);
        assert_eq!(live.hinted(other, &mut more), [watched]);
        assert!(live.hinted(other, &mut more).is_empty());
    }
}
