//! What was sold out a moment ago.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use db::SlotId;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::Wish;
use crate::{live::Hints, shared::SharedStore};

/// How long it is believed. Places may come back in ways that nobody here hears of.
const BELIEVED: Duration = Duration::from_secs(1);
/// Slots remembered before those that are no longer believed are thrown out.
const MANY: usize = 10_000;

/// What this process was told by Postgres, and others by theirs.
#[derive(Debug)]
pub(super) struct SoldOut {
    known: Mutex<Known>,
    store: Option<SharedStore>,
}

#[derive(Debug, Default)]
struct Known {
    marks: HashMap<SlotId, Mark>,
    /// When slots were last heard to have changed: what was asked before that may be out of date.
    changed: HashMap<SlotId, Instant>,
    /// When any slot may have changed.
    all_changed: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    /// So many places, or more, are not to be had.
    places: i32,
    until: Instant,
}

impl SoldOut {
    pub(super) fn new(store: Option<SharedStore>) -> Self {
        Self { known: Mutex::default(), store }
    }

    /// The line of a wish that can't be fulfilled, and for how long that is believed.
    pub(super) async fn of(&self, wish: &Wish) -> Option<(usize, Duration)> {
        match self.known_here(wish) {
            None => self.known_elsewhere(wish).await,
            found => found,
        }
    }

    fn known_here(&self, wish: &Wish) -> Option<(usize, Duration)> {
        let now = Instant::now();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        wish.iter().find_map(|(slot, asked)| {
            let mark = known.marks.get(slot)?;
            let left = mark.until.checked_duration_since(now).filter(|left| !left.is_zero())?;
            (asked.any? >= mark.places).then_some((asked.line, left))
        })
    }

    /// What others know is looked at, and not kept: else it would live twice as long.
    async fn known_elsewhere(&self, wish: &Wish) -> Option<(usize, Duration)> {
        let store = self.store.as_ref()?;
        let keys: Vec<String> = wish.keys().map(|slot| key(store, *slot)).collect();
        let marks: Vec<Option<i32>> = store
            .ask(async |mut connection| redis::cmd("MGET").arg(keys).query_async(&mut connection).await)
            .await?;
        let pairs = wish.values().zip(marks);
        let mut missing =
            pairs.filter(|(asked, mark)| asked.any.zip(*mark).is_some_and(|(any, mark)| any >= mark));
        missing.next().map(|(asked, _)| (asked.line, BELIEVED))
    }

    /// Remembers what Postgres has said of a command that went to it at `asked`.
    pub(super) async fn learn(&self, slot: SlotId, places: i32, asked: Instant) {
        if !self.remember(slot, places, asked) {
            return;
        }
        if let Some(store) = &self.store {
            let (key, life) = (key(store, slot), BELIEVED.as_millis().to_string());
            let told: Option<()> = store
                .ask(async |mut connection| {
                    redis::cmd("SET")
                        .arg(key)
                        .arg(places)
                        .arg("PX")
                        .arg(life)
                        .query_async(&mut connection)
                        .await
                })
                .await;
            // Others learn it by themselves.
            let _ = told;
        }
    }

    /// Whether that is news.
    fn remember(&self, slot: SlotId, places: i32, asked: Instant) -> bool {
        let now = Instant::now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = known.changed.get(&slot).copied().max(known.all_changed);
        let is_old = changed.is_some_and(|changed| changed >= asked);
        if is_old || known.marks.get(&slot).is_some_and(|mark| mark.until > now && mark.places <= places) {
            return false;
        }
        if known.marks.len() >= MANY {
            known.marks.retain(|_, mark| mark.until > now);
        }
        known.marks.insert(slot, Mark { places, until: now + BELIEVED });
        true
    }

    /// Forgets what is heard to have changed, until `stop`.
    pub(super) async fn listen(&self, hints: &Hints, stop: CancellationToken) {
        let (mut all, mut own) = (hints.on_all(), hints.on_own());
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                heard = all.recv() => match heard {
                    Ok(touched) if !touched.everything => self.forget_here(&touched.slots),
                    // Anything may have changed: it was said, or what was said was missed.
                    Ok(_) | Err(RecvError::Lagged(_)) => self.forget_all(),
                    Err(RecvError::Closed) => return,
                },
                // What others share is forgotten by whoever did it. A word that is missed leaves a mark for a moment.
                done = own.recv() => match done {
                    Ok(touched) => self.forget_shared(&touched.slots).await,
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }

    /// Makes others forget slots that may have places again.
    async fn forget_shared(&self, slots: &BTreeSet<SlotId>) {
        if let (Some(store), false) = (&self.store, slots.is_empty()) {
            let keys: Vec<String> = slots.iter().map(|slot| key(store, *slot)).collect();
            let told: Option<()> = store
                .ask(async |mut connection| redis::cmd("DEL").arg(keys).query_async(&mut connection).await)
                .await;
            // A mark that stays is believed for a moment only.
            let _ = told;
        }
    }

    /// Forgets slots that may have places again.
    fn forget_here(&self, slots: &BTreeSet<SlotId>) {
        let now = Instant::now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.changed.len() >= MANY {
            // Of those that are left out it is no longer known when they changed: of none is anything believed.
            known.changed.clear();
            known.all_changed = Some(now);
        }
        for slot in slots {
            known.marks.remove(slot);
            known.changed.insert(*slot, now);
        }
    }

    /// Forgets everything: any slot may have places again.
    pub(super) fn forget_all(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Known { all_changed: Some(Instant::now()), ..Known::default() };
    }
}

fn key(store: &SharedStore, slot: SlotId) -> String {
    store.key("sold-out", &slot.0.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use db::Touched;
    use uuid::Uuid;

    use super::*;
    use crate::gate::Places;

    fn wish(slot: SlotId, any: Option<i32>) -> Wish {
        Wish::from([(slot, Places { any, line: 0 })])
    }

    #[tokio::test]
    async fn who_asks_for_less_may_still_get_it() {
        let (sold_out, slot) = (SoldOut::new(None), SlotId(Uuid::now_v7()));
        sold_out.learn(slot, 3, Instant::now()).await;
        assert!(sold_out.of(&wish(slot, Some(3))).await.is_some());
        assert!(sold_out.of(&wish(slot, Some(4))).await.is_some());
        assert_eq!(sold_out.of(&wish(slot, Some(2))).await, None);
        assert_eq!(sold_out.of(&wish(slot, None)).await, None, "chosen seats are looked at by themselves");
        assert_eq!(sold_out.of(&wish(SlotId(Uuid::now_v7()), Some(3))).await, None);
        // More than is known to be missing is no news; less is.
        sold_out.learn(slot, 5, Instant::now()).await;
        sold_out.learn(slot, 2, Instant::now()).await;
        assert!(sold_out.of(&wish(slot, Some(2))).await.is_some());
    }

    #[tokio::test]
    async fn what_was_asked_before_places_came_back_is_not_believed() {
        let (sold_out, slot) = (SoldOut::new(None), SlotId(Uuid::now_v7()));
        let before = Instant::now();
        sold_out.learn(slot, 1, before).await;
        sold_out.forget_here(&BTreeSet::from([slot]));
        assert_eq!(sold_out.of(&wish(slot, Some(1))).await, None);
        sold_out.learn(slot, 1, before).await;
        assert_eq!(sold_out.of(&wish(slot, Some(1))).await, None, "it was asked before that");
    }
    #[tokio::test]
    async fn a_slot_that_is_heard_of_is_forgotten() {
        let (sold_out, slot, hints) = (Arc::new(SoldOut::new(None)), SlotId(Uuid::now_v7()), Hints::new());
        let before = Instant::now();
        let (listener, ears) = (Arc::clone(&sold_out), hints.clone());
        let listening = tokio::spawn(async move { listener.listen(&ears, CancellationToken::new()).await });
        let heard = async {
            loop {
                hints.touched(Touched { slots: BTreeSet::from([slot]), ..Touched::default() });
                tokio::task::yield_now().await;
                // Once it was heard of, what was asked before that is not even learned.
                sold_out.learn(slot, 1, before).await;
                if sold_out.of(&wish(slot, Some(1))).await.is_none() {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), heard).await.expect("it hears of the slot");
        listening.abort();
    }
}
