//! Bookings and their lines.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use db::BookingId;

use super::{
    connection::{Window, connection},
    context::Access as _,
    errors::Result,
    ids::GlobalId as _,
    listing::PolicyStep,
    money::Money,
    payment::Payment,
    slot::Slot,
};

/// Where a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::BookingStatus")]
pub(crate) enum BookingStatus {
    /// Its places are held until `holdExpiresAt`; it waits for its payment.
    Pending,
    /// Its places are sold.
    Confirmed,
    /// The stay is over, or the customer did not come (`reason: NO_SHOW`).
    Completed,
    /// Its places are free again; `reason` says why.
    Cancelled,
}

/// Why a booking was cancelled, or how it was completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::BookingReason")]
pub(crate) enum BookingReason {
    /// Its hold ended before it was paid.
    Expired,
    /// Every attempt to pay it was declined.
    PaymentFailed,
    /// The customer cancelled it.
    Customer,
    /// The organiser or an operator cancelled it.
    Operator,
    /// The organiser cancelled the slot.
    SlotCancelled,
    /// It was completed, but the customer did not come.
    NoShow,
}

/// A booking of one or many lines, all or nothing.
#[derive(Clone, Debug)]
pub(crate) struct Booking(db::Booking);

impl From<db::Booking> for Booking {
    fn from(row: db::Booking) -> Self {
        Self(row)
    }
}

/// A booking of one or many lines, all or nothing. Its customer, its organiser and operators may read it.
#[Object]
impl Booking {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_global()
    }

    /// The short code that people read to one another.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// Where it stands.
    async fn status(&self) -> BookingStatus {
        self.0.status.into()
    }

    /// Why it was cancelled, or `NO_SHOW`. Null while it is neither.
    async fn reason(&self) -> Option<BookingReason> {
        self.0.reason.map(BookingReason::from)
    }

    /// The customer, as the subject of the identity provider.
    async fn customer_id(&self) -> &str {
        &self.0.customer_id
    }

    /// What its lines cost together.
    async fn total(&self) -> Money {
        Money::new(self.0.total_minor, self.0.currency)
    }

    /// The customer's remark for the organiser. Null when there is none.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// When its places are let go unless it is paid, in UTC. Null once it is no longer pending.
    async fn hold_expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.hold_expires_at
    }

    /// How often it has changed, from 1: the number of its last change, and where a subscription resumes.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was accepted, in UTC.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it last changed, in UTC.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }

    /// Whether the system is still at work on it: its status or its payment will change by themselves.
    async fn in_progress(&self) -> bool {
        self.0.in_progress
    }

    /// What was booked, in the order it was asked for.
    async fn lines(&self) -> Vec<BookingLine> {
        let currency = self.0.currency;
        self.0.lines.iter().map(|line| BookingLine { line: line.clone(), currency }).collect()
    }

    /// Its payment. Null when the booking is free.
    async fn payment(&self) -> Option<Payment> {
        self.0.payment.clone().map(Payment::from)
    }
}

impl Booking {
    /// The booking with this id, if the actor may see it.
    pub(crate) async fn load(ctx: &Context<'_>, id: BookingId) -> Result<Option<Self>> {
        ctx.request().actor()?;
        Ok(ctx.loaders().load_one(id).await?.map(Self))
    }
}

/// A line of a booking.
#[derive(Clone, Debug)]
pub(crate) struct BookingLine {
    line: db::BookingLine,
    currency: db::Currency,
}

/// A line of a booking, as it was sold: later changes of prices and policies do not touch it.
#[Object]
impl BookingLine {
    /// Its place in the booking, from 1.
    async fn line_no(&self) -> i32 {
        self.line.line_no
    }

    /// The slot booked, as it is now.
    async fn slot(&self, ctx: &Context<'_>) -> Result<Slot> {
        let found = Slot::load(ctx, self.line.slot_id).await?;
        found.ok_or_else(|| ctx.request().impossible("a booking line without its slot"))
    }

    /// How many places of the slot.
    async fn quantity(&self) -> i32 {
        self.line.quantity
    }

    /// The code of the rate plan it was booked as.
    async fn rate_plan(&self) -> &str {
        &self.line.rate_plan
    }

    /// The price of one place when it was sold.
    async fn unit_price(&self) -> Money {
        Money::new(self.line.unit_price_minor, self.currency)
    }

    /// Quantity times price.
    async fn amount(&self) -> Money {
        Money::new(self.line.amount_minor, self.currency)
    }

    /// The cancellation policy when it was sold, the earliest deadline first.
    async fn policy(&self) -> Vec<PolicyStep> {
        self.line.policy.iter().copied().map(PolicyStep::from).collect()
    }
}

connection!(
    BookingConnection,
    BookingEdge,
    Booking,
    db::Booking,
    "A page of bookings, newest first.",
    "A booking and its place in the list."
);

impl BookingConnection {
    /// The bookings that the actor may see and the filter lets through.
    pub(crate) async fn read(ctx: &Context<'_>, filter: &db::BookingFilter, window: &Window) -> Result<Self> {
        let request = ctx.request();
        let page =
            ctx.services().db.booking_page(request.actor()?, filter, window.first, window.after.as_ref()).await;
        Ok(Self::new(page.map_err(|error| request.failed(&error))?, window))
    }
}

/// What cancelling a booking would give back.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct RefundQuote {
    /// The booking.
    booking_id: ID,
    /// What its lines cost together.
    total: Money,
    /// What would come back if it were cancelled at `quotedAt`.
    refund: Money,
    /// When this was computed, in UTC; the amount may shrink with every hour that passes.
    quoted_at: DateTime<Utc>,
}

impl From<db::RefundQuote> for RefundQuote {
    fn from(quote: db::RefundQuote) -> Self {
        Self {
            booking_id: quote.booking_id.to_global(),
            total: Money::new(quote.total_minor, quote.currency),
            refund: Money::new(quote.refund_minor, quote.currency),
            quoted_at: quote.quoted_at,
        }
    }
}
