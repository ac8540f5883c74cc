//! Listings and slots as they should be.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// `Money` and `MoneyInput`: a decimal text and a currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MoneyText {
    /// Major units, such as `129.00`.
    pub(crate) amount: String,
    /// ISO 4217.
    pub(crate) currency_code: String,
}

impl From<db::Money> for MoneyText {
    fn from(money: db::Money) -> Self {
        Self { amount: money.decimal(), currency_code: money.currency.code().to_owned() }
    }
}

/// Until so many hours before the start, so many percent come back, less a fee for each place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyStep {
    /// Hours before the slot's start until which this step holds.
    pub(crate) hours_before_start: i32,
    /// 0 to 100.
    pub(crate) refund_percent: i32,
    /// What is kept for each place.
    pub(crate) fee: MoneyText,
}

/// A price in percent of the slot's, and a cancellation policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RatePlanDraft {
    /// Unique in the listing.
    pub(crate) code: String,
    /// For people.
    pub(crate) name: String,
    /// 0 to 1,000.
    pub(crate) price_percent: i32,
    /// The earliest deadline first.
    pub(crate) policy: Vec<PolicyStep>,
}

/// A listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListingDraft {
    /// Its name in addresses.
    pub(crate) slug: String,
    /// Its name, for people.
    pub(crate) title: String,
    /// A text about it.
    pub(crate) description: String,
    /// An IANA time zone.
    pub(crate) time_zone: String,
    /// ISO 4217.
    pub(crate) currency: String,
    /// How long places are held for a customer who has yet to pay.
    pub(crate) hold_seconds: i32,
    /// How often a hold may be extended.
    pub(crate) hold_extensions: i32,
    /// How long places are held for somebody from the waiting list.
    pub(crate) offer_seconds: i32,
    /// How many days before its start a slot goes on sale.
    pub(crate) sales_window_days: i32,
    /// How many minutes before its start a slot goes off sale.
    pub(crate) sales_close_minutes: i32,
    /// How many places one customer may hold in all; none is any number.
    pub(crate) limit_per_customer: Option<i32>,
    /// How many places of one slot one customer may hold; none is any number.
    pub(crate) limit_per_slot: Option<i32>,
    /// The default first.
    pub(crate) rate_plans: Vec<RatePlanDraft>,
}

/// What a seat of a price class costs in a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClassPrice {
    /// As in the venue plan.
    pub(crate) price_class: String,
    /// Of one seat.
    pub(crate) price: MoneyText,
}

/// A venue plan: an input names it by its id, an answer gives an object that has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Named")]
pub(crate) struct PlanId(pub(crate) String);

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
pub(crate) struct SlotDraft {
    /// When it begins.
    pub(crate) starts_at: DateTime<Utc>,
    /// When it ends.
    pub(crate) ends_at: DateTime<Utc>,
    /// The list price of one place.
    pub(crate) price: MoneyText,
    /// How many places there are; none where the plan says it.
    pub(crate) capacity: Option<u32>,
    /// Whose seats are sold; none where places are only counted.
    pub(crate) venue_plan_id: Option<PlanId>,
    /// By class.
    pub(crate) class_prices: Vec<ClassPrice>,
    /// When it goes on sale; none follows the listing.
    pub(crate) sale_opens_at: Option<DateTime<Utc>>,
    /// When it goes off sale; none follows the listing.
    pub(crate) sale_closes_at: Option<DateTime<Utc>>,
}

impl SlotDraft {
    /// What the server shows of this slot once it is written: where a slot says nothing, what its
    /// listing says, and the seats that it has had since it was made.
    pub(crate) fn shown(&self, listing: &ListingDraft, seats: Option<u32>) -> Self {
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
