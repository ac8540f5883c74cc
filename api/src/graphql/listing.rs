//! Listings and their rate plans.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use db::ListingId;

use super::{
    connection::{Window, connection},
    context::Access as _,
    errors::{Fault, Result},
    ids::GlobalId as _,
    money::Money,
    scalars::CurrencyCode,
    slot::SlotConnection,
    text,
};

/// A thing sold: a room type, an event, a tour.
#[derive(Clone, Debug)]
pub(crate) struct Listing(db::Listing);

impl From<db::Listing> for Listing {
    fn from(row: db::Listing) -> Self {
        Self(row)
    }
}

/// A thing sold: a room type, an event, a tour. Anyone may read it.
#[Object]
impl Listing {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_global()
    }

    /// The name in addresses: lower-case letters, digits and dashes, unique in the system.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// The name, for people.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// A text about it; may be empty.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// The IANA time zone that its slots are shown in, such as `Europe/Lisbon`. All times of this API are in UTC.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// The currency of all its prices.
    async fn currency(&self) -> CurrencyCode {
        self.0.currency.into()
    }

    /// How many seconds a place is held for a customer who has yet to pay.
    async fn hold_seconds(&self) -> i32 {
        self.0.hold_seconds
    }

    /// How often a hold may be extended, each time to `holdSeconds` from then.
    async fn hold_extensions(&self) -> i32 {
        self.0.hold_extensions
    }

    /// How many seconds places are held for somebody from the waiting list.
    async fn offer_seconds(&self) -> i32 {
        self.0.offer_seconds
    }

    /// How many days before its start a slot goes on sale, unless the slot says when.
    async fn sales_window_days(&self) -> i32 {
        self.0.sales_window_days
    }

    /// How many minutes before its start a slot goes off sale, unless the slot says when.
    async fn sales_close_minutes(&self) -> i32 {
        self.0.sales_close_minutes
    }

    /// How many places of all its slots ahead one customer may hold at a time. Null means any number.
    async fn limit_per_customer(&self) -> Option<i32> {
        self.0.limit_per_customer
    }

    /// How many places of one slot one customer may hold at a time. Null means any number.
    async fn limit_per_slot(&self) -> Option<i32> {
        self.0.limit_per_slot
    }

    /// The row version: hand it in as `expectedVersion` to change only what you have seen.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What it can be booked as; the first is the default.
    async fn rate_plans(&self) -> Vec<RatePlan> {
        let currency = self.0.currency;
        self.0.rate_plans.iter().cloned().map(|plan| RatePlan::new(plan, currency)).collect()
    }

    /// Its slots by start, soonest first.
    async fn slots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only slots that start at this moment or later.")] from: Option<DateTime<Utc>>,
        #[graphql(desc = "Only slots that start before this moment.")] to: Option<DateTime<Utc>>,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
    ) -> Result<SlotConnection> {
        SlotConnection::read(ctx, self.0.id, (from, to), &Window::new(first, after.as_deref())?).await
    }
}

impl Listing {
    /// The listing with this id, if there is one.
    pub(crate) async fn load(ctx: &Context<'_>, id: ListingId) -> Result<Option<Self>> {
        Ok(ctx.loaders().load_one(id).await?.map(Self))
    }

    /// The listing with this id or this slug, exactly one of which must be named.
    pub(crate) async fn find(
        ctx: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
    ) -> Result<Option<Self>> {
        match (id, slug) {
            (Some(id), None) => Self::load(ctx, ListingId::from_global(&id)?).await,
            (None, Some(slug)) => {
                let found = ctx.db().listing_by_slug(text::term("slug", &slug)?).await;
                Ok(found.map_err(|error| ctx.request().failed(&error))?.map(Self))
            }
            _ => Err(Fault::BadUserInput("Name either `id` or `slug`.".to_owned())),
        }
    }
}

/// What a slot is booked as: a price in percent of the slot's, and a cancellation policy.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct RatePlan {
    /// Its code, unique in the listing: hand it in as `ratePlan`.
    code: String,
    /// Its name, for people.
    name: String,
    /// Its price in percent of the slot's, 0 to 1,000; 100 is the slot's own price.
    price_percent: i32,
    /// The version of its policy; it grows with every change of the steps.
    policy_version: i32,
    /// What a cancellation gives back, the earliest deadline first; after the last step nothing comes back.
    policy: Vec<PolicyStep>,
}

impl RatePlan {
    fn new(plan: db::RatePlan, currency: db::Currency) -> Self {
        Self {
            code: plan.code,
            name: plan.name,
            price_percent: plan.price_percent,
            policy_version: plan.policy_version,
            policy: plan.policy.into_iter().map(|step| PolicyStep::new(step, currency)).collect(),
        }
    }
}

/// One step of a cancellation policy: until then, so much comes back.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct PolicyStep {
    /// The step holds until so many hours before the slot's start.
    hours_before_start: i32,
    /// What comes back, in percent of the price of a place, 0 to 100.
    refund_percent: i32,
    /// What is kept of that for each place.
    fee: Money,
}

impl PolicyStep {
    /// A step whose fee is in the currency of its listing or booking.
    pub(crate) fn new(step: db::PolicyStep, currency: db::Currency) -> Self {
        Self {
            hours_before_start: step.hours_before_start,
            refund_percent: step.refund_percent,
            fee: Money::new(step.fee_minor, currency),
        }
    }
}

connection!(
    ListingConnection,
    ListingEdge,
    Listing,
    db::Listing,
    "A page of listings, by title.",
    "A listing and its place in the list."
);
