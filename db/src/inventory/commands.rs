//! The commands that write listings and slots.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::PolicyStep;
use crate::{ListingId, OrganiserId, VenuePlanId, call::Write};

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
    /// How often a hold may be extended, 0 to 10.
    pub hold_extensions: i32,
    /// How long places are held for somebody from the waiting list, 60 to 86,400 seconds.
    pub offer_seconds: i32,
    /// How many days before its start a slot goes on sale, 1 to 3,650.
    pub sales_window_days: i32,
    /// How many minutes before its start a slot goes off sale, 0 to 525,600.
    pub sales_close_minutes: i32,
    /// Places of all slots ahead that one customer may hold at a time.
    pub limit_per_customer: Option<i32>,
    /// Places of one slot that one customer may hold at a time.
    pub limit_per_slot: Option<i32>,
    /// Its rate plans, the default first; at least one.
    pub rate_plans: Vec<RatePlanDraft>,
    /// The version that the client last saw.
    pub expected_version: Option<i32>,
}

impl Write for UpsertListing {
    const ROUTINE: &'static str = "select outcome from inventory.upsert_listings($1) order by ordinal";
}

/// What a seat of a price class shall cost.
#[derive(Clone, Debug, Serialize)]
pub struct ClassPriceDraft {
    /// The price class.
    pub price_class: String,
    /// The price of one seat, in minor units.
    pub price_minor: i64,
    /// The currency of that price: the listing's.
    pub currency: String,
}

/// What a slot sells, and when: all but its start and end.
#[derive(Clone, Debug, Serialize)]
pub struct SlotTerms {
    /// The price of one place, in minor units.
    pub price_minor: i64,
    /// The currency of that price: the listing's.
    pub currency: String,
    /// How many places there are, never fewer than are taken; none where seats are counted.
    pub capacity: Option<i32>,
    /// The plan to copy seats from; none where places are only counted.
    pub venue_plan_id: Option<VenuePlanId>,
    /// What seats of a price class cost.
    pub class_prices: Option<Vec<ClassPriceDraft>>,
}

/// A slot to be written; known by its start and end within the listing.
#[derive(Clone, Debug, Serialize)]
pub struct SlotDraft {
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// What it sells.
    #[serde(flatten)]
    pub terms: SlotTerms,
    /// When it goes on sale; none follows the listing.
    pub sale_opens_at: Option<DateTime<Utc>>,
    /// When it goes off sale; none follows the listing.
    pub sale_closes_at: Option<DateTime<Utc>>,
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

/// Writes the slots of a recurring schedule, by the clock on the listing's wall, all or nothing.
#[derive(Clone, Debug, Serialize)]
pub struct ScheduleSlots {
    /// Of which listing.
    pub listing_id: ListingId,
    /// The days of the week, 1 (Monday) to 7.
    pub weekdays: Vec<u32>,
    /// When each begins, such as `20:00`.
    pub local_time: NaiveTime,
    /// How long each takes.
    pub duration_minutes: i32,
    /// The first day that may have one.
    pub from: NaiveDate,
    /// The last day that may have one.
    pub until: NaiveDate,
    /// What each sells.
    #[serde(flatten)]
    pub terms: SlotTerms,
}

impl Write for ScheduleSlots {
    const ROUTINE: &'static str = "select outcome from inventory.schedule_slots($1) order by ordinal";
}
