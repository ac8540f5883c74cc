//! Listings and slots as they should be, with everything that a file may say of them.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::client::MoneyText;

/// Until so many hours before the start, so many percent come back, less a fee for each place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PolicyStep {
    /// Hours before the slot's start until which this step holds.
    pub(super) hours_before_start: i32,
    /// 0 to 100.
    pub(super) refund_percent: i32,
    /// What is kept for each place.
    pub(super) fee: MoneyText,
}

/// A price in percent of the slot's, and a cancellation policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RatePlanDraft {
    /// Unique in the listing.
    pub(super) code: String,
    /// For people.
    pub(super) name: String,
    /// 0 to 1,000.
    pub(super) price_percent: i32,
    /// The earliest deadline first.
    pub(super) policy: Vec<PolicyStep>,
}

/// A listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListingDraft {
    /// Its name in addresses.
    pub(super) slug: String,
    /// Its name, for people.
    pub(super) title: String,
    /// A text about it.
    pub(super) description: String,
    /// An IANA time zone.
    pub(super) time_zone: String,
    /// ISO 4217.
    pub(super) currency: String,
    /// How long places are held for a customer who has yet to pay.
    pub(super) hold_seconds: i32,
    /// How often a hold may be extended.
    pub(super) hold_extensions: i32,
    /// How long places are held for somebody from the waiting list.
    pub(super) offer_seconds: i32,
    /// How many days before its start a slot goes on sale.
    pub(super) sales_window_days: i32,
    /// How many minutes before its start a slot goes off sale.
    pub(super) sales_close_minutes: i32,
    /// How many places one customer may hold in all; none is any number.
    pub(super) limit_per_customer: Option<i32>,
    /// How many places of one slot one customer may hold; none is any number.
    pub(super) limit_per_slot: Option<i32>,
    /// The default first.
    pub(super) rate_plans: Vec<RatePlanDraft>,
}

/// What a seat of a price class costs in a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClassPrice {
    /// As in the venue plan.
    pub(super) price_class: String,
    /// Of one seat.
    pub(super) price: MoneyText,
}

/// A venue plan: an input names it by its id, an answer gives an object that has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Named")]
pub(super) struct PlanId(pub(super) String);

#[derive(Deserialize)]
struct Named {
    id: String,
}

impl From<Named> for PlanId {
    fn from(named: Named) -> Self {
        Self(named.id)
    }
}

/// A slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SlotDraft {
    /// When it begins.
    pub(super) starts_at: DateTime<Utc>,
    /// When it ends.
    pub(super) ends_at: DateTime<Utc>,
    /// The list price of one place.
    pub(super) price: MoneyText,
    /// How many places there are; none where the plan says it.
    pub(super) capacity: Option<u32>,
    /// Whose seats are sold; none where places are only counted.
    pub(super) venue_plan_id: Option<PlanId>,
    /// By class.
    pub(super) class_prices: Vec<ClassPrice>,
    /// When it goes on sale; none follows the listing.
    pub(super) sale_opens_at: Option<DateTime<Utc>>,
    /// When it goes off sale; none follows the listing.
    pub(super) sale_closes_at: Option<DateTime<Utc>>,
}

impl SlotDraft {
    /// What the server shows of this slot once it is written: where a slot says nothing, what its
    /// listing says, and the seats that it has had since it was made.
    pub(super) fn shown(&self, listing: &ListingDraft, seats: Option<u32>) -> Self {
        let before = |time: TimeDelta| Some(self.starts_at - time);
        Self {
            capacity: self.capacity.or(seats),
            sale_opens_at: self
                .sale_opens_at
                .or_else(|| before(TimeDelta::days(listing.sales_window_days.into()))),
            sale_closes_at: self
                .sale_closes_at
                .or_else(|| before(TimeDelta::minutes(listing.sales_close_minutes.into()))),
            ..self.clone()
        }
    }
}
