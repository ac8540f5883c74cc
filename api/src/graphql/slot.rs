//! Slots: what is counted.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use db::{ListingId, SlotId};

use super::{
    connection::{Window, connection},
    context::Access as _,
    errors::Result,
    ids::GlobalId as _,
    listing::Listing,
    money::Money,
};

/// What is counted: one night, one performance, one departure.
#[derive(Clone, Debug)]
pub(crate) struct Slot(db::Slot);

impl From<db::Slot> for Slot {
    fn from(row: db::Slot) -> Self {
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

    /// How many places are neither held nor sold right now. Someone may take them before you do.
    async fn available(&self) -> i32 {
        (self.0.capacity - self.0.taken).max(0)
    }

    /// The row version: hand it in as `expectedVersion` to change only what you have seen.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

impl Slot {
    /// The slot with this id, if there is one.
    pub(crate) async fn load(ctx: &Context<'_>, id: SlotId) -> Result<Option<Self>> {
        Ok(ctx.loaders().load_one(id).await?.map(Self))
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
        let page = ctx.services().db.slot_page(listing, from, to, window.first, window.after.as_ref()).await;
        Ok(Self::new(page.map_err(|error| ctx.request().failed(&error))?, window))
    }
}
