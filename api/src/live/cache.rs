//! Slots as they were a moment ago, for queries and subscriptions: in this process, and in the store that instances
//! share.
//!
//! What is shown from here is at most a second old, and newer than any change
//! that this process has heard of. Nothing is decided by it: writes never look
//! here, and neither does what a mutation answers.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use db::{Cursor, Db, ListingId, Page, Slot, SlotId, Touched};
use tokio::time::Instant;

use super::{
    flights::{Flights, Perishable, ReadError},
    stored,
};
use crate::shared::SharedStore;

/// A slot, and until when it may be shown.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) slot: Arc<Slot>,
    pub(super) until: Instant,
}

/// A page of a listing's slots, as it was read.
#[derive(Clone)]
struct SeenPage {
    begun: Instant,
    until: Instant,
    page: Arc<Page<Slot>>,
}

impl Perishable for Seen {
    fn until(&self) -> Instant {
        self.until
    }
}

impl Perishable for SeenPage {
    fn until(&self) -> Instant {
        self.until
    }
}

/// Which page of which listing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PageKey {
    pub(crate) listing: ListingId,
    pub(crate) of: PageOf,
}

/// Which page of a listing's slots.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PageOf {
    /// Only slots that start in `from <= start < to`.
    pub(crate) range: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    pub(crate) first: i32,
    pub(crate) after: Option<String>,
}

/// A page with what is known to be newer of its rows.
fn renewed(page: Arc<Page<Slot>>, fresh: &HashMap<SlotId, Arc<Slot>>) -> Arc<Page<Slot>> {
    if fresh.is_empty() {
        return page;
    }
    let mut page = Arc::unwrap_or_clone(page);
    for (_, slot) in &mut page.rows {
        if let Some(fresh) = fresh.get(&slot.id) {
            *slot = fresh.as_ref().clone();
        }
    }
    Arc::new(page)
}

/// The slots of a moment ago; cheap to clone.
#[derive(Clone)]
pub(crate) struct SlotCache(Arc<Inner>);

struct Inner {
    db: Db,
    shared: Option<SharedStore>,
    /// How old what is shown may be.
    fresh: Duration,
    slots: Flights<SlotId, Seen>,
    pages: Flights<PageKey, SeenPage>,
    changes: Mutex<Changes>,
}

/// What was heard to have changed lately.
struct Changes {
    slots: HashMap<SlotId, Instant>,
    everything: Option<Instant>,
    swept: Instant,
}

impl Changes {
    /// When this slot, or everything, was last heard to have changed.
    fn of(&self, id: SlotId) -> Option<Instant> {
        self.slots.get(&id).copied().max(self.everything)
    }
}

impl SlotCache {
    /// Empty; shows nothing that is older than `fresh`.
    pub(crate) fn new(db: Db, shared: Option<SharedStore>, fresh: Duration) -> Self {
        let changes = Changes { slots: HashMap::new(), everything: None, swept: Instant::now() };
        let changes = Mutex::new(changes);
        let (slots, pages) = (Flights::new(fresh), Flights::new(fresh));
        Self(Arc::new(Inner { db, shared, fresh, slots, pages, changes }))
    }

    /// The slot with this id, if there is one. Most queries are answered by what is here already, without a task of
    /// their own; who must wait does so with all others who ask for anything at that moment.
    pub(crate) async fn slot(&self, id: SlotId) -> Result<Option<Arc<Slot>>, ReadError> {
        match self.0.slots.here(&id) {
            Some(seen) => Ok(Some(seen.slot)),
            None => Ok(self.slots(&[id]).await?.remove(&id)),
        }
    }

    /// The slots with these ids.
    pub(crate) async fn slots(&self, ids: &[SlotId]) -> Result<HashMap<SlotId, Arc<Slot>>, ReadError> {
        let inner = Arc::clone(&self.0);
        let seen = self.0.slots.get(ids, move |missing, past| Arc::clone(&inner).read(missing, past)).await?;
        Ok(seen.into_iter().map(|(id, seen)| (id, seen.slot)).collect())
    }

    /// Pages of listings' slots; a listing without any is left out. Which slots a page has may be a moment old; what they
    /// are is as fresh as by their ids.
    pub(crate) async fn pages(
        &self,
        keys: &[PageKey],
    ) -> Result<HashMap<PageKey, Arc<Page<Slot>>>, ReadError> {
        let inner = Arc::clone(&self.0);
        let seen = self.0.pages.get(keys, move |missing, _| Arc::clone(&inner).read_pages(missing)).await?;
        let stale: Vec<SlotId> = {
            let changes = self.0.changes();
            let rows =
                seen.values().flat_map(|seen| seen.page.rows.iter().map(|(_, slot)| (slot.id, seen.begun)));
            rows.filter(|(id, begun)| changes.of(*id).is_some_and(|at| at >= *begun))
                .map(|(id, _)| id)
                .collect()
        };
        let fresh = if stale.is_empty() { HashMap::new() } else { self.slots(&stale).await? };
        Ok(seen.into_iter().map(|(key, seen)| (key, renewed(seen.page, &fresh))).collect())
    }

    /// What was read of these before now is shown no more.
    pub(crate) fn forget(&self, touched: &Touched) {
        let now = Instant::now();
        {
            let mut changes = self.0.changes();
            if now.duration_since(changes.swept) >= self.0.fresh {
                changes.swept = now;
                changes.slots.retain(|_, at| *at + self.0.fresh > now);
            }
            changes.slots.extend(touched.slots.iter().map(|id| (*id, now)));
            if touched.everything {
                changes.everything = Some(now);
            }
        }
        if touched.everything {
            self.0.slots.clear();
            self.0.pages.clear();
        } else {
            self.0.slots.forget(&touched.slots);
        }
    }
}

impl Inner {
    /// Reads slots from the store, and from the database what is not there or would not be good past that moment.
    async fn read(
        self: Arc<Self>,
        ids: Vec<SlotId>,
        past: Instant,
    ) -> Result<HashMap<SlotId, Seen>, ReadError> {
        let begun = Instant::now();
        let mut found = HashMap::new();
        if let Some(shared) = &self.shared {
            // What others have put there may be older than what we have heard of.
            let quiet: Vec<SlotId> = {
                let changes = self.changes();
                ids.iter()
                    .copied()
                    .filter(|id| changes.of(*id).is_none_or(|at| at + self.fresh <= begun))
                    .collect()
            };
            found = stored::read(shared, &quiet, begun, self.fresh).await;
            found.retain(|_, seen| seen.until > past);
        }
        let missing: Vec<SlotId> = ids.into_iter().filter(|id| !found.contains_key(id)).collect();
        let outcome = if missing.is_empty() { "store" } else { "database" };
        metrics::counter!("holdfast_api_slot_reads_total", "from" => outcome).increment(1);
        if missing.is_empty() {
            return Ok(found);
        }
        let begun = Instant::now();
        let rows = self.db.slots(&missing).await.map_err(|error| ReadError::Database(Arc::new(error)))?;
        let rows: Vec<Arc<Slot>> = rows.into_iter().map(Arc::new).collect();
        if let Some(shared) = &self.shared {
            let changes = self.changes();
            let unchanged = |slot: &&Arc<Slot>| changes.of(slot.id).is_none_or(|at| at < begun);
            let unchanged: Vec<_> = rows.iter().filter(unchanged).cloned().collect();
            stored::write(shared.clone(), &unchanged, begun + self.fresh);
        }
        let until = begun + self.fresh;
        found.extend(rows.into_iter().map(|slot| (slot.id, Seen { slot, until })));
        Ok(found)
    }

    /// Reads pages from the database: those that are asked for alike, in one call.
    async fn read_pages(
        self: Arc<Self>,
        keys: Vec<PageKey>,
    ) -> Result<HashMap<PageKey, SeenPage>, ReadError> {
        let mut alike: HashMap<PageOf, Vec<ListingId>> = HashMap::new();
        for PageKey { listing, of } in keys {
            alike.entry(of).or_default().push(listing);
        }
        let mut found = HashMap::new();
        for (of, listings) in alike {
            let begun = Instant::now();
            let after = of.after.clone().map(Cursor);
            let pages = self.db.slot_pages(&listings, of.range, of.first, after.as_ref()).await;
            let mut pages = pages.map_err(|error| ReadError::Database(Arc::new(error)))?;
            metrics::counter!("holdfast_api_slot_reads_total", "from" => "database").increment(1);
            for listing in listings {
                // That there is none is worth knowing, too.
                let page = Arc::new(pages.remove(&listing).unwrap_or_default());
                let key = PageKey { listing, of: of.clone() };
                found.insert(key, SeenPage { begun, until: begun + self.fresh, page });
            }
        }
        Ok(found)
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        // Nothing panics while it holds the lock.
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for SlotCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SlotCache").finish_non_exhaustive()
    }
}
