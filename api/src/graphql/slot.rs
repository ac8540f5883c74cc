//! Slots: what is counted.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use db::{ListingId, SlotId};

use super::{
    connection::{Window, connection},
    context::Access as _,
    errors::Result,
    ids::GlobalId as _,
    listing::Listing,
    lists::{ListOf, SlotList},
    money::Money,
    seat::{MAX_SEATS, SeatConnection},
    slot_cancellation::SlotCancellation,
    text,
    venue::VenuePlan,
};

/// How the places of a slot are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::Admission")]
pub(crate) enum Admission {
    /// They are not: only their number counts.
    Quota,
    /// Each is a seat with a name: choose `seatIds`, or let the house give the best together.
    Seated,
}

/// Whether a slot takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::SlotState")]
pub(crate) enum SlotState {
    /// It does.
    Open,
    /// The organiser cancelled it; its bookings are cancelled and refunded.
    Cancelled,
}

/// What a seat of a price class costs.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ClassPrice {
    /// The price class.
    price_class: String,
    /// The price of one seat at 100 percent.
    price: Money,
}

/// What is counted: one night, one performance, one departure.
#[derive(Clone, Debug)]
pub(crate) struct Slot(Arc<db::Slot>);

impl From<db::Slot> for Slot {
    fn from(row: db::Slot) -> Self {
        Self(Arc::new(row))
    }
}

impl From<Arc<db::Slot>> for Slot {
    fn from(row: Arc<db::Slot>) -> Self {
        Self(row)
    }
}

/// What is counted: one night, one performance, one departure. Anyone may read it.
#[Object]
impl Slot {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_global()
    }

    /// What it is a slot of.
    async fn listing(&self, ctx: &Context<'_>) -> Result<Listing> {
        let found = Listing::load(ctx, self.0.listing_id).await?;
        found.ok_or_else(|| ctx.request().impossible("a slot without its listing"))
    }

    /// When it begins, in UTC.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.0.starts_at
    }

    /// When it ends, in UTC.
    async fn ends_at(&self) -> DateTime<Utc> {
        self.0.ends_at
    }

    /// The price of one place at 100 percent; a rate plan may ask more or less.
    async fn price(&self) -> Money {
        Money::new(self.0.price_minor, self.0.currency)
    }

    /// How many places there are.
    async fn capacity(&self) -> i32 {
        self.0.capacity
    }

    /// How many places anybody may take right now: neither held, nor sold, nor kept for the waiting list.
    /// Someone may take them before you do.
    async fn available(&self) -> i32 {
        self.0.available
    }

    /// How its places are told apart.
    async fn admission(&self) -> Admission {
        self.0.admission.into()
    }

    /// How many places the waiting list asks for. While it asks for any, what comes back is offered there first.
    async fn waiting(&self) -> i32 {
        self.0.waiting
    }

    /// Whether it takes place.
    async fn state(&self) -> SlotState {
        self.0.state.into()
    }

    /// When it goes on sale, in UTC.
    async fn sale_opens_at(&self) -> DateTime<Utc> {
        self.0.sale_opens_at
    }

    /// When it goes off sale, in UTC.
    async fn sale_closes_at(&self) -> DateTime<Utc> {
        self.0.sale_closes_at
    }

    /// What seats of a price class cost; a class that is not named costs `price`. Empty for `QUOTA`.
    async fn class_prices(&self) -> Vec<ClassPrice> {
        let prices = self.0.class_prices.iter().map(|class| ClassPrice {
            price_class: class.price_class.clone(),
            price: Money::new(class.price_minor, self.0.currency),
        });
        prices.collect()
    }

    /// The plan that its seats were copied from. Null for `QUOTA`, and for those who may not see the plan.
    async fn venue_plan(&self, ctx: &Context<'_>) -> Option<Result<VenuePlan>> {
        match (self.0.venue_plan_id, ctx.request().seller()) {
            (Some(plan), Ok(_)) => VenuePlan::load(ctx, plan).await.transpose(),
            _ => None,
        }
    }

    /// Its seats, row by row from the best. Empty for `QUOTA`.
    async fn seats(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only seats of this section.")] section: Option<String>,
        #[graphql(desc = "How many: 1 to 1,000, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
    ) -> Result<SeatConnection> {
        let section = section.as_deref().map(|section| text::term("section", section)).transpose()?;
        SeatConnection::read(ctx, self.0.id, section, &Window::up_to(MAX_SEATS, first, after.as_deref())?)
            .await
    }

    /// How far its cancelling has come. Null while it is `OPEN`.
    async fn cancellation(&self, ctx: &Context<'_>) -> Option<Result<SlotCancellation>> {
        match self.0.state {
            db::SlotState::Open => None,
            db::SlotState::Cancelled => SlotCancellation::load(ctx, self.0.id).await.transpose(),
        }
    }

    /// The row version: hand it in as `expectedVersion` to change only what you have seen.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

impl Slot {
    /// The slot with this id, if there is one.
    pub(crate) async fn load(ctx: &Context<'_>, id: SlotId) -> Result<Option<Self>> {
        let loaders = ctx.loaders();
        let Some(cache) = &loaders.loader().cache else { return Ok(loaders.load_one(id).await?.map(Self)) };
        let found = cache.slot(id).await.map_err(|error| ctx.request().unread(&error))?;
        Ok(found.map(Self))
    }
}

connection!(
    SlotConnection,
    SlotEdge,
    Slot,
    db::Slot,
    "A page of slots, by start, soonest first.",
    "A slot and its place in the list."
);

impl SlotConnection {
    /// A listing's slots that start in `from <= start < to`.
    pub(crate) async fn read(
        ctx: &Context<'_>,
        listing: ListingId,
        (from, to): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
        window: &Window,
    ) -> Result<Self> {
        let how = SlotList { range: (from, to), first: window.first, after: window.after.clone() };
        let page = ctx.loaders().load_one(ListOf { owner: listing, how }).await?.unwrap_or_default();
        Ok(Self::new(Arc::unwrap_or_clone(page), window))
    }
}
