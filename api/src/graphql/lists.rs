//! Lists within lists, gathered: what many rows of one page ask for at the same moment is read in one call for all of
//! them that ask alike.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use db::{BookingEvent, BookingId, Cursor, ListingId, Page, Seat, Slot, SlotId};

use super::{errors::Fault, loaders::Rows};
use crate::live::{PageKey, PageOf};

/// A list of one owner: whose, and how it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ListOf<O, H> {
    pub(crate) owner: O,
    pub(crate) how: H,
}

/// Which slots of a listing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SlotList {
    pub(crate) range: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    pub(crate) first: i32,
    pub(crate) after: Option<Cursor>,
}

/// Which seats of a slot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SeatList {
    pub(crate) section: Option<String>,
    pub(crate) first: i32,
    pub(crate) after: Option<Cursor>,
}

/// Which changes of a booking.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct HistoryList {
    pub(crate) after_version: i32,
    pub(crate) first: i32,
}

/// The owners that ask alike.
fn alike<O: Clone, H: Clone + Eq + Hash>(keys: &[ListOf<O, H>]) -> HashMap<H, Vec<O>> {
    let mut asked: HashMap<H, Vec<O>> = HashMap::new();
    for key in keys {
        asked.entry(key.how.clone()).or_default().push(key.owner.clone());
    }
    asked
}

impl Loader<ListOf<ListingId, SlotList>> for Rows {
    type Value = Arc<Page<Slot>>;
    type Error = Fault;

    async fn load(
        &self,
        keys: &[ListOf<ListingId, SlotList>],
    ) -> Result<HashMap<ListOf<ListingId, SlotList>, Self::Value>, Fault> {
        if let Some(cache) = &self.cache {
            let page_of = |key: &ListOf<ListingId, SlotList>| {
                let SlotList { range, first, after } = key.how.clone();
                PageKey {
                    listing: key.owner,
                    of: PageOf { range, first, after: after.map(|cursor| cursor.0) },
                }
            };
            let asked: Vec<PageKey> = keys.iter().map(page_of).collect();
            let mut pages = cache.pages(&asked).await.map_err(|error| self.request.unread(&error))?;
            let found =
                keys.iter().zip(asked).filter_map(|(key, page)| Some((key.clone(), pages.remove(&page)?)));
            return Ok(found.collect());
        }
        let mut found = HashMap::new();
        for (how, owners) in alike(keys) {
            let pages = self.db.slot_pages(&owners, how.range, how.first, how.after.as_ref()).await;
            for (owner, page) in pages.map_err(|error| self.request.failed(&error))? {
                found.insert(ListOf { owner, how: how.clone() }, Arc::new(page));
            }
        }
        Ok(found)
    }
}

impl Loader<ListOf<SlotId, SeatList>> for Rows {
    type Value = Arc<Page<Seat>>;
    type Error = Fault;

    async fn load(
        &self,
        keys: &[ListOf<SlotId, SeatList>],
    ) -> Result<HashMap<ListOf<SlotId, SeatList>, Self::Value>, Fault> {
        let mut found = HashMap::new();
        for (how, owners) in alike(keys) {
            let section = how.section.as_deref();
            let pages = self.db.seat_pages(&owners, section, how.first, how.after.as_ref()).await;
            for (owner, page) in pages.map_err(|error| self.request.failed(&error))? {
                found.insert(ListOf { owner, how: how.clone() }, Arc::new(page));
            }
        }
        Ok(found)
    }
}

impl Loader<ListOf<BookingId, HistoryList>> for Rows {
    type Value = Vec<BookingEvent>;
    type Error = Fault;

    async fn load(
        &self,
        keys: &[ListOf<BookingId, HistoryList>],
    ) -> Result<HashMap<ListOf<BookingId, HistoryList>, Self::Value>, Fault> {
        let actor = self.request.actor()?;
        let mut found: HashMap<_, Vec<BookingEvent>> = HashMap::new();
        for (how, owners) in alike(keys) {
            let events = self.db.events_of_bookings(actor, &owners, how.after_version, how.first).await;
            for event in events.map_err(|error| self.request.failed(&error))? {
                let key = ListOf { owner: event.booking_id, how: how.clone() };
                found.entry(key).or_default().push(event);
            }
        }
        Ok(found)
    }
}
