//! Those who wait for places of a slot.

use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, Utc};
use db::WaitlistEntryId;

use super::{
    booking::Booking,
    connection::{Window, connection},
    context::Access as _,
    errors::Result,
    ids::GlobalId as _,
    slot::Slot,
};

/// What became of somebody's waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::WaitlistStatus")]
pub(crate) enum WaitlistStatus {
    /// It waits.
    Waiting,
    /// Its places are held: pay `booking` before its hold ends.
    Offered,
    /// The offer was taken.
    Accepted,
    /// The offer ended without being taken; the next in the queue has it.
    Lapsed,
    /// The customer left.
    Left,
    /// No offer will come: `reason` says why.
    Closed,
}

/// Somebody's place in the queue for a slot.
#[derive(Clone, Debug)]
pub(crate) struct WaitlistEntry(db::WaitlistEntry);

impl From<db::WaitlistEntry> for WaitlistEntry {
    fn from(row: db::WaitlistEntry) -> Self {
        Self(row)
    }
}

/// Somebody's place in the queue for a slot. Its customer, its organiser and operators may read it.
///
/// Places that come back are offered in the order of joining, to each whose whole quantity fits.
#[Object]
impl WaitlistEntry {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_global()
    }

    /// The slot waited for.
    async fn slot(&self, ctx: &Context<'_>) -> Result<Slot> {
        let found = Slot::load(ctx, self.0.slot_id).await?;
        found.ok_or_else(|| ctx.request().impossible("a waiting-list entry without its slot"))
    }

    /// The customer, as the subject of the identity provider.
    async fn customer_id(&self) -> &str {
        &self.0.customer_id
    }

    /// How many places, all or none.
    async fn quantity(&self) -> i32 {
        self.0.quantity
    }

    /// The code of the rate plan to be booked as. Null means the listing's first.
    async fn rate_plan(&self) -> Option<&str> {
        self.0.rate_plan.as_deref()
    }

    /// Where it stands.
    async fn status(&self) -> WaitlistStatus {
        self.0.status.into()
    }

    /// Why no offer will come, as a code such as `SLOT_CANCELLED`. Null unless it is `CLOSED`.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Its place among those who wait, from 1. Null unless it is `WAITING`.
    async fn position(&self) -> Option<i32> {
        self.0.position
    }

    /// The booking offered, whose hold is the offer's end. Null while nothing was offered.
    async fn booking(&self, ctx: &Context<'_>) -> Option<Result<Booking>> {
        match self.0.booking_id {
            Some(booking) => Booking::load(ctx, booking).await.transpose(),
            None => None,
        }
    }

    /// The row version: hand it in as `expectedVersion` to change only what you have seen.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it joined, in UTC.
    async fn joined_at(&self) -> DateTime<Utc> {
        self.0.joined_at
    }
}

impl WaitlistEntry {
    /// The entry with this id, if the actor may see it.
    pub(crate) async fn load(ctx: &Context<'_>, id: WaitlistEntryId) -> Result<Option<Self>> {
        ctx.request().actor()?;
        Ok(ctx.loaders().load_one(id).await?.map(Self))
    }
}

connection!(
    WaitlistConnection,
    WaitlistEdge,
    WaitlistEntry,
    db::WaitlistEntry,
    "A page of waiting-list entries, in the order of joining.",
    "A waiting-list entry and its place in the list."
);

impl WaitlistConnection {
    /// The entries that the actor may see and the filter lets through.
    pub(crate) async fn read(
        ctx: &Context<'_>,
        filter: &db::WaitlistFilter,
        window: &Window,
    ) -> Result<Self> {
        let request = ctx.request();
        let db = ctx.db();
        let page = db.waitlist_page(request.actor()?, filter, window.first, window.after.as_ref()).await;
        Ok(Self::new(page.map_err(|error| request.failed(&error))?, window))
    }
}
