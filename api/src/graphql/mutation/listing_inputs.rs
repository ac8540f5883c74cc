//! What the mutation of a listing takes and gives.

use async_graphql::{ID, InputObject, SimpleObject};
use db::{OrganiserId, PolicyStep, RatePlanDraft, UpsertListing};

use super::checks::Problems;
use crate::graphql::{
    errors::Result,
    ids::GlobalId as _,
    listing::Listing,
    money::MoneyInput,
    scalars::CurrencyCode,
    user_error::{UserError, UserErrorCode},
};

/// Longest title or name, in characters.
pub(super) const LONGEST_TITLE: usize = 200;
/// Longest description, in characters.
const LONGEST_DESCRIPTION: usize = 10_000;
/// Rate plans of one listing at most.
const MAX_RATE_PLANS: usize = 20;

/// One step of a cancellation policy.
#[derive(Debug, InputObject)]
pub(super) struct PolicyStepInput {
    /// The step holds until so many hours before the slot's start.
    hours_before_start: i32,
    /// What comes back, in percent of the price of a place, 0 to 100.
    refund_percent: i32,
    /// What is kept of that for each place. Null means nothing.
    fee: Option<MoneyInput>,
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
    /// How often a hold may be extended, 0 to 10.
    #[graphql(default = 1)]
    hold_extensions: i32,
    /// How many seconds places are held for somebody from the waiting list, 60 to 86,400.
    #[graphql(default = 900)]
    offer_seconds: i32,
    /// How many days before its start a slot goes on sale, 1 to 3,650, unless the slot says when.
    #[graphql(default = 90)]
    sales_window_days: i32,
    /// How many minutes before its start a slot goes off sale, 0 to 525,600, unless the slot says when.
    #[graphql(default = 0)]
    sales_close_minutes: i32,
    /// How many places of all its slots ahead one customer may hold at a time. Null means any number.
    limit_per_customer: Option<i32>,
    /// How many places of one slot one customer may hold at a time. Null means any number.
    limit_per_slot: Option<i32>,
    /// All its rate plans, 1 to 20, the default first; one that is left out is offered no more.
    rate_plans: Vec<RatePlanInput>,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
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

impl UpsertListingInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> Result<UpsertListing> {
        problems.slug(&self.slug, &["slug"]);
        problems.line(&self.title, LONGEST_TITLE, &["title"]);
        problems.text(&self.description, LONGEST_DESCRIPTION, &["description"]);
        problems.time_zone(&self.time_zone);
        problems.currency(&self.currency, &["currency"]);
        problems.count(self.rate_plans.len(), MAX_RATE_PLANS, &["ratePlans"]);
        let plans = self.rate_plans.into_iter().enumerate();
        let rate_plans = plans.map(|(at, plan)| plan.into_draft(at, &self.currency, problems)).collect();
        Ok(UpsertListing {
            organiser_id: self.organiser_id.as_ref().map(OrganiserId::from_global).transpose()?,
            slug: self.slug,
            title: self.title,
            description: self.description,
            time_zone: self.time_zone,
            currency: self.currency.0,
            hold_seconds: self.hold_seconds,
            hold_extensions: self.hold_extensions,
            offer_seconds: self.offer_seconds,
            sales_window_days: self.sales_window_days,
            sales_close_minutes: self.sales_close_minutes,
            limit_per_customer: self.limit_per_customer,
            limit_per_slot: self.limit_per_slot,
            rate_plans,
            expected_version: self.expected_version,
        })
    }
}

impl RatePlanInput {
    fn into_draft(self, at: usize, currency: &CurrencyCode, problems: &mut Problems) -> RatePlanDraft {
        let at = at.to_string();
        problems.code(&self.code, &["ratePlans", &at, "code"]);
        problems.line(&self.name, LONGEST_TITLE, &["ratePlans", &at, "name"]);
        let steps = self.policy.into_iter().enumerate();
        let policy = steps.map(|(step_at, step)| {
            let path = ["ratePlans", &at, "policy", &step_at.to_string(), "fee"];
            PolicyStep {
                hours_before_start: step.hours_before_start,
                refund_percent: step.refund_percent,
                fee_minor: step.fee.map_or(0, |fee| fee_minor(&fee, currency, &path, problems)),
            }
        });
        RatePlanDraft {
            code: self.code,
            name: self.name,
            price_percent: self.price_percent,
            policy: policy.collect(),
        }
    }
}

/// A fee in minor units of the listing's currency; one that is none is a problem.
fn fee_minor(fee: &MoneyInput, currency: &CurrencyCode, path: &[&str], problems: &mut Problems) -> i64 {
    let Some(money) = problems.money(fee, path) else { return 0 };
    if money.currency.code() != currency.0 {
        let message = format!("This listing is sold in {}.", currency.0);
        problems.add(UserErrorCode::CurrencyMismatch, path, message);
    }
    money.minor
}
