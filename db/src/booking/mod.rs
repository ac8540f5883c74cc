//! Bookings: the views that show them, and below, the commands that change them.

mod commands;
mod history;
mod slot_cancellation;
mod waitlist;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Actor, BookingId, Cursor, Db, Error, ListingId, OrganiserId, Page, Payment, PolicyStep, SlotId};

pub use commands::{
    CancelBooking, CancelLine, CompleteBooking, CreateBooking, ExtendHold, LineRequest, PayBooking,
    RefundBooking, RescheduleBooking,
};
pub use history::{BookingChanges, BookingEvent};
pub use slot_cancellation::{CancelSlot, SlotCancellation, SlotCancellationState};
pub use waitlist::{JoinWaitlist, LeaveWaitlist, WaitlistEntry, WaitlistFilter, WaitlistStatus};

/// Where a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BookingStatus {
    /// Its places are held; it waits for its payment.
    Pending,
    /// Its places are sold.
    Confirmed,
    /// The stay is over, or the customer did not come.
    Completed,
    /// Its places are free again.
    Cancelled,
}

/// Why a booking was cancelled, or how it was completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BookingReason {
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

/// A line as it was sold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct BookingLine {
    /// Its place in the booking, from 1.
    pub line_no: i32,
    /// The slot.
    pub slot_id: SlotId,
    /// Places of it.
    pub quantity: i32,
    /// The rate plan's code.
    pub rate_plan: String,
    /// The price of one place when it was sold, in minor units.
    pub unit_price_minor: i64,
    /// Quantity times price, in minor units.
    pub amount_minor: i64,
    /// The cancellation policy when it was sold.
    pub policy: Vec<PolicyStep>,
    /// The price class of its seats; none where places are only counted.
    pub price_class: Option<String>,
    /// Its seats; none where places are only counted.
    pub seats: Option<Vec<BookedSeat>>,
}

/// A seat of a line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct BookedSeat {
    /// Its number in the slot.
    pub seat_no: i32,
    /// The section it is in.
    pub section: String,
    /// The row it is in.
    pub row: String,
    /// Its name in the row.
    pub label: String,
}

/// A change that waits for its extra charge: its new places are held along with the old ones.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PendingChange {
    /// What is charged on top, in minor units.
    pub charge_minor: i64,
    /// What the lines cost after the change, in minor units.
    pub total_minor: i64,
    /// When it is given up.
    pub due_at: DateTime<Utc>,
    /// The lines that it brings.
    pub lines: Vec<BookingLine>,
}

/// A booking as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Booking {
    /// Its id.
    pub id: BookingId,
    /// Who sells.
    pub organiser_id: OrganiserId,
    /// The short code that people read to one another.
    pub reference: String,
    /// The subject of the customer at the identity provider.
    pub customer_id: String,
    /// Where it stands.
    pub status: BookingStatus,
    /// Why it was cancelled, or `NO_SHOW`.
    pub reason: Option<BookingReason>,
    /// The currency of all its money.
    pub currency: crate::Currency,
    /// What its lines cost together, in minor units.
    pub total_minor: i64,
    /// What the customer owes in its present state, in minor units.
    pub owed_minor: i64,
    /// How often its hold may still be extended.
    pub extensions_left: i32,
    /// The customer's remark.
    pub note: Option<String>,
    /// When its hold ends; only while it is pending.
    pub hold_expires_at: Option<DateTime<Utc>>,
    /// Its row version, and the number of its last event.
    pub version: i32,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// When its last event happened.
    pub updated_at: DateTime<Utc>,
    /// Whether a saga of it has not ended: money may still move.
    pub in_progress: bool,
    /// Its lines, by number.
    pub lines: Vec<BookingLine>,
    /// Its payments in one, the sums of all of them and the state of the last; none when it is free.
    pub payment: Option<Payment>,
    /// Each of its payments, the first for the booking itself.
    pub payments: Vec<Payment>,
    /// The change that waits for its extra charge.
    pub change: Option<PendingChange>,
}

/// What a cancellation would give back now.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RefundQuote {
    /// Which booking.
    pub booking_id: BookingId,
    /// The currency of the amounts.
    pub currency: crate::Currency,
    /// What the lines cost, in minor units.
    pub total_minor: i64,
    /// What would come back, in minor units.
    pub refund_minor: i64,
    /// When this was computed, by the database's clock.
    pub quoted_at: DateTime<Utc>,
}

/// Which bookings to list; what the actor may not see is left out all the same.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BookingFilter {
    /// Only those that stand there.
    pub status: Option<BookingStatus>,
    /// Only those of this customer.
    pub customer_id: Option<String>,
    /// Only those with a line in this listing.
    pub listing_id: Option<ListingId>,
}

impl Db {
    /// The bookings with these ids that the actor may see, in no order.
    pub async fn bookings(&self, actor: &Actor, ids: &[BookingId]) -> Result<Vec<Booking>, Error> {
        let argument = serde_json::json!({ "actor": actor, "ids": ids });
        self.read(Some(actor), "booking.view_bookings", &argument).await
    }

    /// The same for many actors in one call, each of what it has just written: one answer to each question, in order.
    ///
    /// The primary's. Row-level security is passed by, as writes do: the routine looks at each question's own actor.
    pub async fn written_bookings(
        &self,
        asked: &[(Actor, BookingId)],
    ) -> Result<Vec<Option<Booking>>, Error> {
        let asked: Vec<_> =
            asked.iter().map(|(actor, id)| serde_json::json!({ "actor": actor, "id": id })).collect();
        self.rows("select * from booking.view_written($1)", &asked).await
    }

    /// The booking with this reference, if the actor may see it.
    pub async fn booking_by_reference(
        &self,
        actor: &Actor,
        reference: &str,
    ) -> Result<Option<Booking>, Error> {
        let argument = serde_json::json!({ "actor": actor, "reference": reference });
        self.read_one(Some(actor), "booking.view_booking_by_reference", &argument).await
    }

    /// The actor's bookings, newest first.
    pub async fn booking_page(
        &self,
        actor: &Actor,
        filter: &BookingFilter,
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<Page<Booking>, Error> {
        let argument =
            serde_json::json!({ "actor": actor, "filter": filter, "first": first, "after": after });
        self.page(Some(actor), "booking.list_bookings", &argument, first).await
    }

    /// The present version of each of these bookings.
    pub async fn booking_versions(&self, ids: &[BookingId]) -> Result<Vec<(BookingId, i32)>, Error> {
        self.rows("select booking.list_versions($1)", ids).await
    }

    /// What cancelling now would give back; nothing when the actor may not see the booking.
    pub async fn refund_quote(&self, actor: &Actor, id: BookingId) -> Result<Option<RefundQuote>, Error> {
        let argument = serde_json::json!({ "actor": actor, "id": id });
        self.read_one(Some(actor), "booking.quote_refund", &argument).await
    }

    /// Cancels pending bookings whose hold has ended; how many it found.
    pub async fn expire_holds(&self, limit: i32) -> Result<i32, Error> {
        self.sweep("select booking.expire_holds($1)", limit).await
    }

    /// Gives up changes whose extra charge did not come in time; how many it found.
    pub async fn give_up_changes(&self, limit: i32) -> Result<i32, Error> {
        self.sweep("select booking.give_up_changes($1)", limit).await
    }

    /// Forgets idempotency keys past their 30 days; how many it found.
    pub async fn purge_keys(&self, limit: i32) -> Result<i32, Error> {
        self.sweep("select holdfast.purge_keys($1)", limit).await
    }
}
