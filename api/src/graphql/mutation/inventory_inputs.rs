//! What the mutations of listings and slots take and give.

use async_graphql::{ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};
use db::{ListingId, OrganiserId, PolicyStep, RatePlanDraft, SlotDraft, UpsertListing, UpsertSlots};

use super::checks::Problems;
use crate::graphql::{
    errors::Result, ids::GlobalId as _, listing::Listing, money::MoneyInput, scalars::CurrencyCode,
    slot::Slot, user_error::UserError,
};

/// Longest title or name, in characters.
const LONGEST_TITLE: usize = 200;
/// Longest description, in characters.
const LONGEST_DESCRIPTION: usize = 10_000;
/// Rate plans of one listing at most.
const MAX_RATE_PLANS: usize = 20;
/// Slots in one mutation at most.
const MAX_SLOTS: usize = 1_000;

/// One step of a cancellation policy.
#[derive(Debug, InputObject)]
pub(super) struct PolicyStepInput {
    /// The step holds until so many hours before the slot's start.
    hours_before_start: i32,
    /// What comes back, in percent of the line's amount, 0 to 100.
    refund_percent: i32,
}

/// A rate plan to be written.
#[derive(Debug, InputObject)]
pub(super) struct RatePlanInput {
    /// Its code, unique in the listing: 1 to 50 small letters, digits and hyphens.
    code: String,
    /// Its name, for people, at most 200 characters.
    name: String,
    /// Its price in percent of the slot's, 0 to 1,000.
    #[graphql(default = 100)]
    price_percent: i32,
    /// What a cancellation gives back; empty means nothing ever.
    policy: Vec<PolicyStepInput>,
}

/// A listing to be made, or changed when there is one with this slug.
#[derive(Debug, InputObject)]
pub(super) struct UpsertListingInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// Whose it is. Operators must say it; organisers need not.
    organiser_id: Option<ID>,
    /// The name in addresses: 1 to 100 lower-case letters, digits and dashes, no dash first.
    slug: String,
    /// The name, for people: 1 to 200 characters.
    title: String,
    /// A text about it, at most 10,000 characters.
    #[graphql(default)]
    description: String,
    /// Its IANA time zone, such as `Europe/Lisbon`.
    time_zone: String,
    /// The currency of its prices; it can't change once there are slots.
    currency: CurrencyCode,
    /// How many seconds a place is held for a customer who has yet to pay, 30 to 600.
    #[graphql(default = 300)]
    hold_seconds: i32,
    /// How many days before its start a slot goes on sale, 1 to 3,650.
    #[graphql(default = 90)]
    sales_window_days: i32,
    /// All its rate plans, 1 to 20, the default first; one that is left out is offered no more.
    rate_plans: Vec<RatePlanInput>,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
}

/// A slot to be made, or changed when the listing has one with this start and end.
#[derive(Debug, InputObject)]
pub(super) struct SlotInput {
    /// When it begins.
    starts_at: DateTime<Utc>,
    /// When it ends, after its start.
    ends_at: DateTime<Utc>,
    /// The price of one place at 100 percent, in the listing's currency.
    price: MoneyInput,
    /// How many places there are; never fewer than are taken.
    capacity: i32,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
}

/// Slots of one listing to be written, all or nothing.
#[derive(Debug, InputObject)]
pub(super) struct UpsertSlotsInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The listing's global id.
    listing_id: ID,
    /// 1 to 1,000 slots, each once.
    slots: Vec<SlotInput>,
}

/// What became of a mutation of a listing.
#[derive(Debug, SimpleObject)]
pub(super) struct ListingPayload {
    /// The listing as it is now. Null when there is none to show.
    pub(super) listing: Option<Listing>,
    /// Why nothing was changed; empty when it was.
    pub(super) user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    pub(super) replayed: bool,
}

/// What became of a mutation of slots.
#[derive(Debug, SimpleObject)]
pub(super) struct SlotsPayload {
    /// The slots written, in the order of the input; empty when nothing was.
    pub(super) slots: Vec<Slot>,
    /// Why nothing was changed; empty when it was.
    pub(super) user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    pub(super) replayed: bool,
}

impl UpsertListingInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> Result<UpsertListing> {
        problems.slug(&self.slug);
        problems.line(&self.title, LONGEST_TITLE, &["title"]);
        problems.text(&self.description, LONGEST_DESCRIPTION, &["description"]);
        problems.time_zone(&self.time_zone);
        problems.currency(&self.currency, &["currency"]);
        problems.count(self.rate_plans.len(), MAX_RATE_PLANS, &["ratePlans"]);
        let plans = self.rate_plans.into_iter().enumerate();
        Ok(UpsertListing {
            organiser_id: self.organiser_id.as_ref().map(OrganiserId::from_global).transpose()?,
            slug: self.slug,
            title: self.title,
            description: self.description,
            time_zone: self.time_zone,
            currency: self.currency.0,
            hold_seconds: self.hold_seconds,
            sales_window_days: self.sales_window_days,
            rate_plans: plans.map(|(at, plan)| plan.into_draft(at, problems)).collect(),
            expected_version: self.expected_version,
        })
    }
}

impl RatePlanInput {
    fn into_draft(self, at: usize, problems: &mut Problems) -> RatePlanDraft {
        let at = at.to_string();
        problems.code(&self.code, &["ratePlans", &at, "code"]);
        problems.line(&self.name, LONGEST_TITLE, &["ratePlans", &at, "name"]);
        let step = |step: PolicyStepInput| PolicyStep {
            hours_before_start: step.hours_before_start,
            refund_percent: step.refund_percent,
        };
        RatePlanDraft {
            code: self.code,
            name: self.name,
            price_percent: self.price_percent,
            policy: self.policy.into_iter().map(step).collect(),
        }
    }
}

impl UpsertSlotsInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> Result<UpsertSlots> {
        problems.count(self.slots.len(), MAX_SLOTS, &["slots"]);
        let slots = self.slots.into_iter().enumerate();
        Ok(UpsertSlots {
            listing_id: ListingId::from_global(&self.listing_id)?,
            // A slot without its price is a problem, and what has problems is not written.
            slots: slots.filter_map(|(at, slot)| slot.into_draft(at, problems)).collect(),
        })
    }
}

impl SlotInput {
    fn into_draft(self, at: usize, problems: &mut Problems) -> Option<SlotDraft> {
        let price = problems.money(&self.price, &["slots", &at.to_string(), "price"])?;
        Some(SlotDraft {
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            price_minor: price.minor,
            currency: price.currency.code().to_owned(),
            capacity: self.capacity,
            expected_version: self.expected_version,
        })
    }
}
