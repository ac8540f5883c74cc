//! The versions of the bookings that subscribers of this process watch.

use std::sync::Arc;

use db::{BookingId, Db, Touched};
use tokio::{
    sync::{broadcast, watch},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    Hints,
    feed::Feed,
    next_look,
    watched::{Watch, Watched},
};
use crate::graphql::chain;

/// Keeps the latest known version of every watched booking; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct LiveBookings(Watched<BookingId, i32, Feed>);

/// One subscriber's eye on one booking.
pub(crate) type BookingWatch = Watch<BookingId, i32, Feed>;

impl LiveBookings {
    /// Asks for the versions of what is watched until `shutdown`: of what is hinted at, at once, and of all now and
    /// then. `hears` says whether hints of other processes are heard.
    pub(crate) async fn run(
        self,
        db: Db,
        hints: Hints,
        hears: watch::Receiver<bool>,
        shutdown: CancellationToken,
    ) {
        let mut touched = hints.on_all();
        let mut look = Instant::now();
        let mut failing = false;
        loop {
            let (begun, is_look, ids) = tokio::select! {
                () = shutdown.cancelled() => return,
                () = sleep_until(look) => (Instant::now(), true, self.0.all()),
                hint = touched.recv() => {
                    let ids = match hint {
                        Ok(first) => self.hinted(&first, &mut touched),
                        // Fallen behind: what was missed is not known.
                        Err(_) => self.0.all(),
                    };
                    (Instant::now(), false, ids)
                },
            };
            if !ids.is_empty() {
                let versions = db.booking_versions(&ids).await;
                match &versions {
                    Ok(versions) => self.publish(versions),
                    // Ten times a second is too often to say the same.
                    Err(error) if !failing => {
                        tracing::warn!(error = chain(error), "subscriptions stand still");
                    }
                    Err(_) => {}
                }
                failing = versions.is_err();
            }
            if is_look {
                look = next_look(begun, *hears.borrow());
            } else {
                // When hints are heard no more, the next look comes sooner.
                look = look.min(next_look(Instant::now(), *hears.borrow()));
            }
        }
    }

    /// Watches a booking until the watch is dropped.
    pub(crate) fn watch(&self, id: BookingId) -> BookingWatch {
        self.0.watch(id)
    }

    /// What is watched of all that was hinted at by now.
    fn hinted(&self, first: &Touched, more: &mut broadcast::Receiver<Arc<Touched>>) -> Vec<BookingId> {
        let mut touched = first.clone();
        while let Ok(hint) = more.try_recv() {
            touched.merge(&hint);
        }
        if touched.everything { self.0.all() } else { self.0.of(touched.bookings.into_keys()) }
    }

    fn publish(&self, versions: &[(BookingId, i32)]) {
        for (id, version) in versions {
            self.0.update(*id, |known| raise(known, *version));
        }
    }
}

/// Answers may overtake one another; a version never goes back.
fn raise(known: &mut i32, version: i32) -> bool {
    let newer = version > *known;
    *known = (*known).max(version);
    newer
}

impl BookingWatch {
    /// The booking was seen at this version.
    pub(crate) fn seen(&self, version: i32) {
        self.tell(|known| raise(known, version));
    }

    /// Waits until the booking is known to be past `version`.
    pub(crate) async fn past(&mut self, version: i32) {
        // The sender lives in the map for as long as this watch does.
        let _ = self.latest.wait_for(|known| *known > version).await;
    }

    /// What all who watch it read together.
    pub(crate) fn feed(&self) -> Arc<Feed> {
        Arc::clone(&self.shared)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn a_watch_wakes_for_newer_versions_only() {
        let live = LiveBookings::default();
        let id = BookingId(Uuid::now_v7());
        let mut watch = live.watch(id);
        live.publish(&[(id, 3)]);
        live.publish(&[(id, 2)]);
        watch.past(2).await;
        let waiting = tokio::time::timeout(Duration::from_millis(20), watch.past(3)).await;
        assert!(waiting.is_err(), "version 3 is not past 3");
        live.watch(id).seen(4);
        watch.past(3).await;
    }

    #[test]
    fn a_hint_about_what_nobody_watches_costs_nothing() {
        let hints = Hints::new();
        let live = LiveBookings::default();
        let mut more = hints.on_all();
        let (watched, other) = (BookingId(Uuid::now_v7()), BookingId(Uuid::now_v7()));
        let _watch = live.watch(watched);
        hints.changed(watched);
        hints.changed(other);
        assert_eq!(live.hinted(&Touched::default(), &mut more), [watched]);
        assert!(live.hinted(&Touched::default(), &mut more).is_empty());
        assert_eq!(live.hinted(&Touched::everything(), &mut more), [watched]);
    }
}
