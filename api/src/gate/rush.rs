//! A line of people before each slot.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use db::SlotId;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

use super::GateSettings;

/// The lines of all slots that somebody wants just now.
#[derive(Debug)]
pub(super) struct Rush {
    settings: GateSettings,
    lines: Mutex<HashMap<SlotId, Line>>,
}

#[derive(Debug)]
struct Line {
    /// Fair: who came first goes first.
    door: Arc<Semaphore>,
    /// Those who wait and those who were let in.
    people: usize,
}

/// A turn at all the slots that were asked for.
#[derive(Debug)]
pub(super) struct Ticket {
    _places: Vec<Place>,
}

/// A place in the line of one slot, given up when dropped: by who waits as by who was let in.
#[derive(Debug)]
struct Place {
    rush: Arc<Rush>,
    slot: SlotId,
    permit: Option<OwnedSemaphorePermit>,
}

impl Rush {
    pub(super) fn new(settings: GateSettings) -> Self {
        Self { settings, lines: Mutex::default() }
    }

    /// Waits until it is one's turn at every slot; none when a line is too long, or it takes too long. The slots come
    /// sorted, so that no two can wait for one another.
    pub(super) async fn enter(self: &Arc<Self>, slots: impl Iterator<Item = SlotId>) -> Option<Ticket> {
        let by = Instant::now() + self.settings.patience;
        let mut places = Vec::new();
        for slot in slots {
            let (mut place, door) = self.line_up(slot)?;
            place.permit = Some(timeout_at(by, door.acquire_owned()).await.ok()?.ok()?);
            places.push(place);
        }
        Some(Ticket { _places: places })
    }

    fn line_up(self: &Arc<Self>, slot: SlotId) -> Option<(Place, Arc<Semaphore>)> {
        let GateSettings { at_once, waiting, .. } = self.settings;
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line =
            lines.entry(slot).or_insert_with(|| Line { door: Arc::new(Semaphore::new(at_once)), people: 0 });
        if line.people >= at_once + waiting {
            return None;
        }
        line.people += 1;
        let door = Arc::clone(&line.door);
        Some((Place { rush: Arc::clone(self), slot, permit: None }, door))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // The door first: whoever finds an empty line makes a new one.
        drop(self.permit.take());
        let mut lines = self.rush.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.get_mut(&self.slot) {
            line.people -= 1;
            if line.people == 0 {
                lines.remove(&self.slot);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{future::Future, pin::pin, task::Poll, time::Duration};

    use uuid::Uuid;

    use super::*;

    fn rush(at_once: usize, waiting: usize) -> Arc<Rush> {
        Arc::new(Rush::new(GateSettings { at_once, waiting, patience: Duration::from_secs(30) }))
    }

    async fn is_pending(entering: &mut (impl Future<Output = Option<Ticket>> + Unpin)) -> bool {
        matches!(futures::poll!(entering), Poll::Pending)
    }

    #[tokio::test]
    async fn who_came_first_goes_first_and_a_long_line_takes_no_more() {
        let (rush, slot) = (rush(1, 2), SlotId(Uuid::now_v7()));
        let enter = || rush.enter(std::iter::once(slot));
        let inside = enter().await.expect("an empty line");
        let (mut second, mut third) = (pin!(enter()), pin!(enter()));
        assert!(is_pending(&mut second).await && is_pending(&mut third).await);
        assert!(enter().await.is_none(), "the line is full");

        drop(inside);
        assert!(is_pending(&mut third).await, "it was the second's turn");
        let inside = second.await.expect("its turn");
        drop(inside);
        drop(third.await.expect("its turn"));
        assert!(rush.lines.lock().expect("no panic").is_empty(), "nobody is left");
    }

    #[tokio::test]
    async fn who_goes_away_leaves_no_gap() {
        let (rush, slot) = (rush(1, 5), SlotId(Uuid::now_v7()));
        let enter = || rush.enter(std::iter::once(slot));
        let inside = enter().await.expect("an empty line");
        let mut gone = Box::pin(enter());
        assert!(is_pending(&mut gone).await);
        drop(gone);
        drop(inside);
        drop(enter().await.expect("its turn"));
        assert!(rush.lines.lock().expect("no panic").is_empty());
    }

    #[tokio::test]
    async fn patience_ends() {
        let settings = GateSettings { at_once: 1, waiting: 5, patience: Duration::from_millis(20) };
        let (rush, slot) = (Arc::new(Rush::new(settings)), SlotId(Uuid::now_v7()));
        let _inside = rush.enter(std::iter::once(slot)).await.expect("an empty line");
        assert!(rush.enter(std::iter::once(slot)).await.is_none());
    }

    #[tokio::test]
    async fn slots_in_one_order_never_wait_for_one_another() {
        let rush = rush(1, 100);
        let mut slots = [SlotId(Uuid::now_v7()), SlotId(Uuid::now_v7())];
        slots.sort();
        let through = (0..50).map(|_| async {
            let ticket = rush.enter(slots.into_iter()).await.expect("its turn");
            tokio::task::yield_now().await;
            drop(ticket);
        });
        futures::future::join_all(through).await;
        assert!(rush.lines.lock().expect("no panic").is_empty());
    }
}
