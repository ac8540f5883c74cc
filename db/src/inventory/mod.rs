//! Listings and slots: what is for sale; below, the commands that write them, and the seats.

mod commands;
mod seats;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Currency, Cursor, Db, Error, ListingId, OrganiserId, Page, SlotId, VenuePlanId};

pub use commands::{
    ClassPriceDraft, RatePlanDraft, ScheduleSlots, SlotDraft, SlotTerms, UpsertListing, UpsertSlots,
};
pub use seats::{Seat, SeatStatus, UpsertVenuePlan, VenueClass, VenuePlan, VenueRow, VenueSection};

/// One step of a cancellation policy: until so many hours before the start,
/// so many percent come back. After the last step nothing does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyStep {
    /// Hours before the slot's start until which this step holds.
    pub hours_before_start: i32,
    /// Percent of the price of a place that comes back, 0 to 100.
    pub refund_percent: i32,
    /// What is kept of that for each place, in minor units.
    #[serde(default)]
    pub fee_minor: i64,
}

/// A rate plan: a price in percent of the slot's, and a cancellation policy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RatePlan {
    /// Its code, unique in the listing.
    pub code: String,
    /// Its name, for people.
    pub name: String,
    /// Percent of the slot's price, 0 to 1,000.
    pub price_percent: i32,
    /// The version of its policy; it grows with every change of the steps.
    pub policy_version: i32,
    /// The steps of its policy, the earliest deadline first.
    pub policy: Vec<PolicyStep>,
}

/// A thing sold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Listing {
    /// Its id.
    pub id: ListingId,
    /// Who sells it.
    pub organiser_id: OrganiserId,
    /// Its name in addresses, unique in the system.
    pub slug: String,
    /// Its name, for people.
    pub title: String,
    /// A text about it.
    pub description: String,
    /// Its IANA time zone.
    pub time_zone: String,
    /// The currency of its prices.
    pub currency: Currency,
    /// How long a place is held for a customer who has yet to pay.
    pub hold_seconds: i32,
    /// How often a hold may be extended.
    pub hold_extensions: i32,
    /// How long places are held for somebody from the waiting list, in seconds.
    pub offer_seconds: i32,
    /// How many days before its start a slot goes on sale, unless the slot says when.
    pub sales_window_days: i32,
    /// How many minutes before its start a slot goes off sale, unless the slot says when.
    pub sales_close_minutes: i32,
    /// Places of all slots ahead that one customer may hold at a time.
    pub limit_per_customer: Option<i32>,
    /// Places of one slot that one customer may hold at a time.
    pub limit_per_slot: Option<i32>,
    /// Its row version.
    pub version: i32,
    /// Its rate plans; the first is the default.
    pub rate_plans: Vec<RatePlan>,
}

/// How the places of a slot are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Admission {
    /// They are not: only their number counts.
    Quota,
    /// Each is a seat with a name.
    Seated,
}

/// Whether a slot takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SlotState {
    /// It does.
    Open,
    /// The organiser cancelled it.
    Cancelled,
}

/// What a seat of a price class costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassPrice {
    /// The price class.
    pub price_class: String,
    /// The price of one seat at 100 percent, in minor units.
    pub price_minor: i64,
}

/// What is counted: one night, one performance, one departure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Its id.
    pub id: SlotId,
    /// Who sells it.
    pub organiser_id: OrganiserId,
    /// What it is a slot of.
    pub listing_id: ListingId,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// The price of one place at 100 percent, in minor units.
    pub price_minor: i64,
    /// The currency of that price.
    pub currency: Currency,
    /// How many places there are.
    pub capacity: i32,
    /// How its places are told apart.
    pub admission: Admission,
    /// The plan that its seats were copied from; only when they have names.
    pub venue_plan_id: Option<VenuePlanId>,
    /// What seats of a price class cost; a class that is not named costs the slot's price.
    pub class_prices: Vec<ClassPrice>,
    /// How many places anybody may take now.
    pub available: i32,
    /// How many places the waiting list asks for.
    pub waiting: i32,
    /// Whether it takes place.
    pub state: SlotState,
    /// When it goes on sale.
    pub sale_opens_at: DateTime<Utc>,
    /// When it goes off sale.
    pub sale_closes_at: DateTime<Utc>,
    /// Its row version.
    pub version: i32,
    /// Counts every change of what is to be had, the sales of seats included.
    pub availability_version: i64,
}

impl Db {
    /// The listings with these ids, in no order.
    pub async fn listings(&self, ids: &[ListingId]) -> Result<Vec<Listing>, Error> {
        self.read(None, "inventory.view_listings", ids).await
    }

    /// The listing with this slug.
    pub async fn listing_by_slug(&self, slug: &str) -> Result<Option<Listing>, Error> {
        self.read_one(None, "inventory.view_listing_by_slug", slug).await
    }

    /// Every listing whose title or slug contains `search`, by title.
    pub async fn listing_page(
        &self,
        search: Option<&str>,
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<Page<Listing>, Error> {
        let argument = serde_json::json!({ "search": search, "first": first, "after": after });
        self.page(None, "inventory.list_listings", &argument, first).await
    }

    /// The slots with these ids, in no order.
    pub async fn slots(&self, ids: &[SlotId]) -> Result<Vec<Slot>, Error> {
        self.read(None, "inventory.view_slots", ids).await
    }

    /// Of each of these listings the slots that start in `from <= start < to`, by start; a listing without any is left
    /// out.
    pub async fn slot_pages(
        &self,
        listings: &[ListingId],
        (from, to): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<HashMap<ListingId, Page<Slot>>, Error> {
        let argument = serde_json::json!({
            "listing_ids": listings, "from": from, "to": to, "first": first, "after": after
        });
        self.pages("inventory.list_slots", &argument, first, |slot: &Slot| slot.listing_id).await
    }
}
