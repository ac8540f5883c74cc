//! Bookings and their lines.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use db::BookingId;

use super::{
    booking_line::BookingLine,
    connection::{Window, connection},
    context::Access as _,
    errors::{Fault, Result},
    history::BookingHistoryEntry,
    ids::GlobalId as _,
    lists::{HistoryList, ListOf},
    money::Money,
    payment::Payment,
    text,
};

/// Entries of a booking's history in one answer at most.
const MAX_HISTORY: i32 = 100;

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

    /// What the customer owes in its present state: less than `total` where something was given back, more where a
    /// policy kept a part of what was given up.
    async fn owed(&self) -> Money {
        Money::new(self.0.owed_minor, self.0.currency)
    }

    /// The customer's remark for the organiser. Null when there is none.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// When its places are let go unless it is paid, in UTC. Null once it is no longer pending.
    async fn hold_expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.hold_expires_at
    }

    /// How often its hold may still be extended: see `extendHold`.
    async fn extensions_left(&self) -> i32 {
        self.0.extensions_left
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
        self.0.lines.iter().map(|line| BookingLine::new(line.clone(), currency)).collect()
    }

    /// Its payments in one: the sums of all of them, and the state of the last. Null when the booking is free.
    async fn payment(&self) -> Option<Payment> {
        self.0.payment.clone().map(Payment::from)
    }

    /// Each of its payments: the first for the booking itself, every further one for a change that cost more.
    async fn payments(&self) -> Vec<Payment> {
        self.0.payments.iter().cloned().map(Payment::from).collect()
    }

    /// The change that waits for its extra charge. Null when there is none.
    async fn pending_change(&self) -> Option<PendingChange> {
        let currency = self.0.currency;
        self.0.change.as_ref().map(|change| PendingChange::new(change, currency))
    }

    /// What happened to it, version by version: who, what, why, from which version.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only what came after this version; 0 for all.", default)] after_version: i32,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.", default = 20)] first: i32,
    ) -> Result<Vec<BookingHistoryEntry>> {
        if !(1..=MAX_HISTORY).contains(&first) {
            return Err(Fault::BadUserInput(format!("`first` must be 1 to {MAX_HISTORY}.")));
        }
        let how = HistoryList { after_version, first };
        let events = ctx.loaders().load_one(ListOf { owner: self.0.id, how }).await?.unwrap_or_default();
        Ok(events.into_iter().map(BookingHistoryEntry::from).collect())
    }
}

/// A change that waits for its extra charge: its new places are held along with the old ones.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct PendingChange {
    /// What is charged on top.
    charge: Money,
    /// What the lines cost together after the change.
    total: Money,
    /// When it is given up, in UTC: the booking then stays as it is.
    due_at: DateTime<Utc>,
    /// The lines that it brings.
    lines: Vec<BookingLine>,
}

impl PendingChange {
    fn new(change: &db::PendingChange, currency: db::Currency) -> Self {
        Self {
            charge: Money::new(change.charge_minor, currency),
            total: Money::new(change.total_minor, currency),
            due_at: change.due_at,
            lines: change.lines.iter().map(|line| BookingLine::new(line.clone(), currency)).collect(),
        }
    }
}

impl Booking {
    /// The booking with this id, if the actor may see it.
    pub(crate) async fn load(ctx: &Context<'_>, id: BookingId) -> Result<Option<Self>> {
        ctx.request().actor()?;
        Ok(ctx.loaders().load_one(id).await?.map(Self))
    }

    /// The booking that the request's command was about, as it is now that this was written.
    pub(crate) async fn written(ctx: &Context<'_>, id: BookingId) -> Result<Option<Self>> {
        let request = ctx.request();
        let found = ctx.services().written.booking(request.actor()?, id).await;
        Ok(found.map_err(|error| request.unshown(&error))?.map(Self))
    }

    /// The booking as it was at a moment, if the actor may see it and it was there.
    pub(crate) async fn as_of(ctx: &Context<'_>, id: BookingId, at: DateTime<Utc>) -> Result<Option<Self>> {
        let request = ctx.request();
        let found = ctx.db().booking_as_of(request.actor()?, id, at).await;
        Ok(found.map_err(|error| request.failed(&error))?.map(Self))
    }

    /// The booking with this id or this reference, exactly one of which must be named.
    pub(crate) async fn find(
        ctx: &Context<'_>,
        id: Option<ID>,
        reference: Option<String>,
    ) -> Result<Option<Self>> {
        let request = ctx.request();
        let actor = request.actor()?;
        match (id, reference) {
            (Some(id), None) => Self::load(ctx, BookingId::from_global(&id)?).await,
            (None, Some(reference)) => {
                let reference = text::term("reference", &reference)?;
                let found = ctx.db().booking_by_reference(actor, reference).await;
                Ok(found.map_err(|error| request.failed(&error))?.map(Self))
            }
            _ => Err(Fault::BadUserInput("Name either `id` or `reference`.".to_owned())),
        }
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
        let page = ctx.db().booking_page(request.actor()?, filter, window.first, window.after.as_ref()).await;
        Ok(Self::new(page.map_err(|error| request.failed(&error))?, window))
    }
}
