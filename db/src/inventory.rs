//! Listings and slots: what is for sale.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Currency, Cursor, Db, Error, ListingId, OrganiserId, Page, SlotId, call::Write};

/// One step of a cancellation policy: until so many hours before the start,
/// so many percent come back. After the last step nothing does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyStep {
    /// Hours before the slot's start until which this step holds.
    pub hours_before_start: i32,
    /// Percent of the line's amount that comes back, 0 to 100.
    pub refund_percent: i32,
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
    /// How many days before its start a slot goes on sale.
    pub sales_window_days: i32,
    /// Its row version.
    pub version: i32,
    /// Its rate plans; the first is the default.
    pub rate_plans: Vec<RatePlan>,
}

/// What is counted: one night, one performance, one departure.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
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
    /// How many of them are held or sold.
    pub taken: i32,
    /// Its row version.
    pub version: i32,
}

/// A rate plan to be written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RatePlanDraft {
    /// Its code, unique in the listing.
    pub code: String,
    /// Its name, for people.
    pub name: String,
    /// Percent of the slot's price, 0 to 1,000.
    pub price_percent: i32,
    /// The steps of its cancellation policy.
    pub policy: Vec<PolicyStep>,
}

/// Writes a listing, known by its slug, and all its rate plans.
#[derive(Clone, Debug, Serialize)]
pub struct UpsertListing {
    /// Whose; operators must say it, organisers need not.
    pub organiser_id: Option<OrganiserId>,
    /// Its name in addresses.
    pub slug: String,
    /// Its name, for people.
    pub title: String,
    /// A text about it.
    pub description: String,
    /// Its IANA time zone.
    pub time_zone: String,
    /// The currency of its prices; it can't change once there are slots.
    pub currency: String,
    /// How long a place is held, 30 to 600 seconds.
    pub hold_seconds: i32,
    /// How many days before its start a slot goes on sale, 1 to 3,650.
    pub sales_window_days: i32,
    /// Its rate plans, the default first; at least one.
    pub rate_plans: Vec<RatePlanDraft>,
    /// The version that the client last saw.
    pub expected_version: Option<i32>,
}

impl Write for UpsertListing {
    const ROUTINE: &'static str = "select outcome from inventory.upsert_listings($1) order by ordinal";
}

/// A slot to be written; known by its start and end within the listing.
#[derive(Clone, Debug, Serialize)]
pub struct SlotDraft {
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// The price of one place, in minor units.
    pub price_minor: i64,
    /// The currency of that price: the listing's.
    pub currency: String,
    /// How many places there are; never fewer than are taken.
    pub capacity: i32,
    /// The version that the client last saw.
    pub expected_version: Option<i32>,
}

/// Writes many slots of one listing, all or nothing.
#[derive(Clone, Debug, Serialize)]
pub struct UpsertSlots {
    /// Of which listing.
    pub listing_id: ListingId,
    /// The slots, each once.
    pub slots: Vec<SlotDraft>,
}

impl Write for UpsertSlots {
    const ROUTINE: &'static str = "select outcome from inventory.upsert_slots($1) order by ordinal";
}

impl Db {
    /// The listings with these ids, in no order.
    pub async fn listings(&self, ids: &[ListingId]) -> Result<Vec<Listing>, Error> {
        self.rows("select inventory.view_listings($1)", ids).await
    }

    /// The listing with this slug.
    pub async fn listing_by_slug(&self, slug: &str) -> Result<Option<Listing>, Error> {
        self.row("select inventory.view_listing_by_slug($1)", slug).await
    }

    /// Every listing whose title or slug contains `search`, by title.
    pub async fn listing_page(
        &self,
        search: Option<&str>,
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<Page<Listing>, Error> {
        let argument = serde_json::json!({ "search": search, "first": first, "after": after });
        self.page("select inventory.list_listings($1)", &argument, first).await
    }

    /// The slots with these ids, in no order.
    pub async fn slots(&self, ids: &[SlotId]) -> Result<Vec<Slot>, Error> {
        self.rows("select inventory.view_slots($1)", ids).await
    }

    /// A listing's slots that start in `from <= start < to`, by start.
    pub async fn slot_page(
        &self,
        listing: ListingId,
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<Page<Slot>, Error> {
        let argument = serde_json::json!({
            "listing_id": listing, "from": from, "to": to, "first": first, "after": after
        });
        self.page("select inventory.list_slots($1)", &argument, first).await
    }
}
