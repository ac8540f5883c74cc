//! All that is pushed.

use async_graphql::{
    Context, ID, Result as GraphqlResult, SimpleObject, Subscription as GraphqlSubscription,
};
use chrono::{DateTime, Utc};
use db::BookingId;
use futures::{Stream, StreamExt as _};

use super::{
    availability::{self, SlotAvailability},
    booking::Booking,
    context::Access as _,
    errors::{Fault, Result},
    ids::GlobalId as _,
    operate::OperationsSnapshot,
    tail::{Change, Tail},
};

/// The root of all that is pushed, over WebSocket with the `graphql-transport-ws` protocol.
pub struct Subscription;

/// The root of all that is pushed, over WebSocket with the `graphql-transport-ws` protocol.
#[GraphqlSubscription]
impl Subscription {
    /// The changes of a booking, each exactly once and in order. Without `afterVersion` its present state comes
    /// first; with it, what came after that version, so that a client that was cut off resumes where it stood.
    /// Ends with the error `NOT_FOUND` when the viewer can't see the booking.
    async fn booking_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The booking's global id.")] id: ID,
        #[graphql(desc = "The last version seen, 0 for none; the first change sent is the one after it.")]
        after_version: Option<i32>,
    ) -> Result<impl Stream<Item = GraphqlResult<BookingChange>>> {
        let request = ctx.request();
        request.actor()?;
        let id = BookingId::from_global(&id)?;
        if after_version.is_some_and(|version| version < 0) {
            return Err(Fault::BadUserInput("`afterVersion` is never negative.".to_owned()));
        }
        let tail = Tail::open(ctx.db(), ctx.services(), request.clone(), id, after_version);
        Ok(tail.await?.into_stream().map(|change| Ok(BookingChange::from(change?))))
    }

    /// What is to be had of slots: first of each as it is now, then every change. What changes in quick succession is
    /// told as one, at most ten times a second for each slot, and the last that is told is always the truth. Anyone
    /// may read it. Ends with the error `NOT_FOUND` when there is no such slot.
    async fn availability_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The slots' global ids, 1 to 100.")] slot_ids: Vec<ID>,
    ) -> Result<impl Stream<Item = SlotAvailability>> {
        availability::follow(ctx.services(), ctx.request(), &slot_ids).await
    }

    /// How the system does, now and every second. For operators.
    #[allow(clippy::unused_async, reason = "the library takes no other")]
    async fn operations(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = OperationsSnapshot>> {
        ctx.request().operator()?;
        let live = ctx.services().live.operations.clone();
        Ok(live.follow().map(|seen| OperationsSnapshot::from(seen.as_ref())))
    }
}

/// One change of a booking.
#[derive(SimpleObject)]
pub(crate) struct BookingChange {
    /// The booking's version after this change: one gap-free count, from 1.
    version: i32,
    /// What happened, such as `booking.confirmed` or `payment.captured`. New types may be added: ignore what you do not know.
    #[graphql(name = "type")]
    kind: String,
    /// When it happened, in UTC.
    occurred_at: DateTime<Utc>,
    /// The booking as it is when this is sent: at this version or a later one.
    booking: Booking,
}

impl From<Change> for BookingChange {
    fn from(change: Change) -> Self {
        Self {
            version: change.event.version,
            kind: change.event.kind,
            occurred_at: change.event.occurred_at,
            booking: change.booking.into(),
        }
    }
}
