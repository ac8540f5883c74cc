//! All reads.

use async_graphql::{Context, ID, MergedObject, Object};
use chrono::{DateTime, Utc};
use db::{BookingFilter, BookingId, ListingId, SlotId, WaitlistFilter};

use super::{
    booking::{Booking, BookingConnection, BookingStatus},
    connection::Window,
    context::Access as _,
    errors::{Fault, Result},
    federation::Entities,
    ids::GlobalId as _,
    listing::{Listing, ListingConnection},
    node::Node,
    notification::NotificationReads,
    operate::OperatorReads,
    refund_quote::RefundQuote,
    slot::SlotConnection,
    text,
    viewer::Viewer,
    waitlist::{WaitlistConnection, WaitlistStatus},
};

/// Ids that `nodes` takes at most, and representations that `_entities` does.
pub(crate) const MAX_NODES: usize = 100;

/// The root of all reads. Listings and slots are public; all else needs a token.
#[derive(MergedObject)]
#[graphql(name = "Query")]
pub struct Query(Reads, NotificationReads, OperatorReads, Entities);

impl Query {
    pub(crate) const ROOT: Self = Self(Reads, NotificationReads, OperatorReads, Entities);
}

// The same without what only a gateway asks for. The doc comment is what clients read.
/// The root of all reads. Listings and slots are public; all else needs a token.
#[derive(MergedObject)]
#[graphql(name = "Query")]
pub(crate) struct ClientQuery(Reads, NotificationReads, OperatorReads);

impl ClientQuery {
    pub(crate) const ROOT: Self = Self(Reads, NotificationReads, OperatorReads);
}

/// What everybody reads.
pub(crate) struct Reads;

#[Object]
impl Reads {
    /// What stands behind a global id. Null when there is nothing, or nothing that the viewer may see.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The global id of a `Booking`, `Listing`, `Slot`, `VenuePlan`, `WaitlistEntry`, `WebhookEndpoint`, `NotificationDelivery`, `Saga` or `DeadLetter`."
        )]
        id: ID,
    ) -> Option<Result<Node>> {
        Node::load(ctx, &id).await.transpose()
    }

    /// What stands behind many global ids, in their order, with null where there is nothing to see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids, at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Result<Node>>>> {
        if ids.len() > MAX_NODES {
            return Err(Fault::BadUserInput(format!("`nodes` takes at most {MAX_NODES} ids.")));
        }
        let nodes = ids.iter().map(|id| Node::load(ctx, id));
        Ok(futures::future::join_all(nodes).await.into_iter().map(Result::transpose).collect())
    }

    /// A listing, by its id or by its slug: name exactly one. Null when there is none.
    async fn listing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: Option<ID>,
        #[graphql(desc = "The name in addresses.")] slug: Option<String>,
    ) -> Option<Result<Listing>> {
        Listing::find(ctx, id, slug).await.transpose()
    }

    /// Listings, by title.
    async fn listings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those whose title or slug contains this, at most 200 characters.")]
        search: Option<String>,
    ) -> Result<ListingConnection> {
        let window = Window::new(first, after.as_deref())?;
        let search = search.as_deref().map(|search| text::term("search", search)).transpose()?;
        let page = ctx.db().listing_page(search, window.first, window.after.as_ref()).await;
        Ok(ListingConnection::new(page.map_err(|error| ctx.request().failed(&error))?, &window))
    }

    /// The slots of a listing by start, soonest first. Empty when there is no such listing.
    async fn slots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The listing's global id.")] listing_id: ID,
        #[graphql(desc = "Only slots that start at this moment or later.")] from: Option<DateTime<Utc>>,
        #[graphql(desc = "Only slots that start before this moment.")] to: Option<DateTime<Utc>>,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
    ) -> Result<SlotConnection> {
        let listing = ListingId::from_global(&listing_id)?;
        SlotConnection::read(ctx, listing, (from, to), &Window::new(first, after.as_deref())?).await
    }

    /// A booking, by its id or by its reference: name exactly one. Null when there is none that the viewer may see.
    async fn booking(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: Option<ID>,
        #[graphql(desc = "The short code that people read to one another.")] reference: Option<String>,
    ) -> Option<Result<Booking>> {
        Booking::find(ctx, id, reference).await.transpose()
    }

    /// Bookings, newest first: a customer's own, an organiser's, or all of them for an operator.
    #[allow(clippy::too_many_arguments)] // One parameter for each argument of the field.
    async fn bookings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those that stand there.")] status: Option<BookingStatus>,
        #[graphql(desc = "Only this customer's; of use to organisers and operators.")] customer_id: Option<
            String,
        >,
        #[graphql(desc = "Only those with a line in this listing.")] listing_id: Option<ID>,
    ) -> Result<BookingConnection> {
        let customer_id =
            customer_id.map(|id| text::term("customerId", &id).map(str::to_owned)).transpose()?;
        let listing_id = listing_id.as_ref().map(ListingId::from_global).transpose()?;
        let filter = BookingFilter { status: status.map(Into::into), customer_id, listing_id };
        BookingConnection::read(ctx, &filter, &Window::new(first, after.as_deref())?).await
    }

    /// A booking as it was at a moment. Null when it was not there yet, or the viewer may not see it.
    async fn booking_as_of(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The booking's global id.")] id: ID,
        #[graphql(desc = "The moment.")] at: DateTime<Utc>,
    ) -> Option<Result<Booking>> {
        let found = async { Booking::as_of(ctx, BookingId::from_global(&id)?, at).await };
        found.await.transpose()
    }

    /// Waiting-list entries in the order of joining: a customer's own, an organiser's, or all of them for an operator.
    async fn waitlist(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those for this slot.")] slot_id: Option<ID>,
        #[graphql(desc = "Only those that stand there.")] status: Option<WaitlistStatus>,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
    ) -> Result<WaitlistConnection> {
        let slot_id = slot_id.as_ref().map(SlotId::from_global).transpose()?;
        let filter = WaitlistFilter { slot_id, status: status.map(Into::into) };
        WaitlistConnection::read(ctx, &filter, &Window::new(first, after.as_deref())?).await
    }

    /// What cancelling a booking now would give back. Error `NOT_FOUND` when the viewer can't see the booking.
    async fn refund_quote(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The booking's global id.")] booking_id: ID,
    ) -> Result<RefundQuote> {
        let request = ctx.request();
        let quote = ctx.db().refund_quote(request.actor()?, BookingId::from_global(&booking_id)?).await;
        quote
            .map_err(|error| request.failed(&error))?
            .map(RefundQuote::from)
            .ok_or_else(|| Fault::NotFound("There is no such booking.".to_owned()))
    }

    /// Who asks, as the token says. Null for anonymous visitors.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        ctx.request().actor.clone().map(Viewer)
    }
}
