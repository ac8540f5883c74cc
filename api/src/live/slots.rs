//! The slots that subscribers of this process watch: each is read once for all of them, at most ten times a second.

use std::{collections::HashSet, sync::Arc, time::Duration};

use async_stream::stream;
use db::{Slot, SlotId, Touched};
use futures::Stream;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    Hints, SlotCache,
    flights::ReadError,
    next_look,
    watched::{Watch, Watched},
};
use crate::graphql::chain;

/// The least time between two reads: what changes meanwhile is told with the next.
const COALESCE: Duration = Duration::from_millis(100);
/// The pause after a read that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Keeps the latest state of every watched slot; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct LiveSlots {
    watched: Watched<SlotId, Option<Arc<Slot>>>,
    cache: SlotCache,
}

impl LiveSlots {
    /// Nothing watched yet; states come once [`Self::run`] runs.
    pub(crate) fn new(cache: SlotCache) -> Self {
        Self { watched: Watched::default(), cache }
    }

    /// Keeps the cache and the watched slots up to date until `shutdown`: what is hinted at at once, and all now and
    /// then. `hears` says whether hints of other processes are heard.
    pub(crate) async fn run(self, hints: Hints, hears: watch::Receiver<bool>, shutdown: CancellationToken) {
        let mut touched = hints.on_all();
        let mut dirty: HashSet<SlotId> = HashSet::new();
        let (mut look, mut may_read) = (Instant::now(), Instant::now());
        let mut failing = false;
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                hint = touched.recv() => {
                    // Fallen behind: what was missed is not known.
                    let hint = hint.unwrap_or_else(|_| Arc::new(Touched::everything()));
                    self.cache.forget(&hint);
                    if hint.everything {
                        dirty.extend(self.watched.all());
                    }
                    dirty.extend(self.watched.of(hint.slots.iter().copied()));
                    look = look.min(next_look(Instant::now(), *hears.borrow()));
                }
                // Places come free by the clock alone, too, when a hold is over.
                () = sleep_until(look.max(may_read)) => {
                    let begun = Instant::now();
                    let all: HashSet<_> = self.watched.all().into_iter().collect();
                    self.cache.forget(&Touched { slots: all.iter().copied().collect(), ..Touched::default() });
                    dirty = all;
                    failing = self.read(&mut dirty, failing).await;
                    look = next_look(begun, *hears.borrow()).max(begun + COALESCE);
                    may_read = Instant::now() + if failing { PAUSE } else { COALESCE };
                }
                () = sleep_until(may_read), if !dirty.is_empty() => {
                    failing = self.read(&mut dirty, failing).await;
                    may_read = Instant::now() + if failing { PAUSE } else { COALESCE };
                }
            }
        }
    }

    /// Reads what may have changed and tells who watches; whether that failed, so that it has to be done again.
    async fn read(&self, dirty: &mut HashSet<SlotId>, failing: bool) -> bool {
        // Nobody may watch some of them any more.
        let ids = self.watched.of(dirty.iter().copied());
        match self.cache.slots(&ids).await {
            Ok(slots) => {
                dirty.clear();
                for (id, slot) in slots {
                    self.watched.update(id, |known| {
                        let is_new = known.as_ref() != Some(&slot);
                        *known = Some(slot);
                        is_new
                    });
                }
                false
            }
            Err(error) => {
                if !failing {
                    tracing::warn!(error = chain(&error), "subscriptions of slots stand still");
                }
                true
            }
        }
    }

    /// The states of a slot, from the present one on, each different from the one before; none when there is no such
    /// slot. A reader that is slow misses some, and never the last.
    pub(crate) async fn follow(
        &self,
        ids: Vec<SlotId>,
    ) -> Result<Option<Vec<impl Stream<Item = Arc<Slot>> + Send + use<>>>, ReadError> {
        // Watched before it is read: what changes in between is seen.
        let watches: Vec<_> = ids.iter().map(|id| self.watched.watch(*id)).collect();
        let slots = self.cache.slots(&ids).await?;
        let states = watches.into_iter().map(|watch| Some(states(slots.get(&watch.key).cloned()?, watch)));
        Ok(states.collect())
    }
}

fn states(
    first: Arc<Slot>,
    mut watch: Watch<SlotId, Option<Arc<Slot>>, ()>,
) -> impl Stream<Item = Arc<Slot>> + Send {
    stream! {
        let mut told = first;
        yield Arc::clone(&told);
        // The sender lives for as long as this watch does.
        while watch.latest.changed().await.is_ok() {
            let latest = watch.latest.borrow_and_update().clone();
            if let Some(slot) = latest.filter(|slot| *slot != told) {
                told = slot;
                yield Arc::clone(&told);
            }
        }
    }
}
