//! What the mutations of bookings take and give.

use async_graphql::{ID, InputObject, SimpleObject};
use db::{
    Actor, BookingId, CancelBooking, CompleteBooking, CreateBooking, LineRequest, PayBooking, Role, SlotId,
};

use super::checks::Problems;
use crate::graphql::{
    booking::Booking,
    errors::{Fault, Result},
    ids::GlobalId as _,
    money::MoneyInput,
    user_error::UserError,
};

/// Lines of one booking at most.
const MAX_LINES: usize = 100;
/// Longest subject of the identity provider, in characters.
const LONGEST_SUBJECT: usize = 200;

/// One line asked for.
#[derive(Debug, InputObject)]
pub(super) struct BookingLineInput {
    /// The slot's global id.
    slot_id: ID,
    /// How many places of it, at least 1.
    quantity: i32,
    /// The code of a rate plan. Null means the listing's first.
    rate_plan: Option<String>,
    /// A negotiated price of one place, which is audited. Only for organisers and operators.
    unit_price: Option<MoneyInput>,
}

/// What to book, all or nothing.
#[derive(Debug, InputObject)]
pub(super) struct CreateBookingInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// What to book: 1 to 100 lines. A stay of three nights is three lines.
    lines: Vec<BookingLineInput>,
    /// A token of the payment gateway, such as `pm_card_visa`; with it, payment starts at once. Never a card number.
    payment_method: Option<String>,
    /// A remark for the organiser, at most 2,000 characters.
    note: Option<String>,
    /// For whom: the customer's subject. Organisers and operators must name it; a customer books for itself.
    customer_id: Option<String>,
}

/// How to pay a booking that waits for a payment method.
#[derive(Debug, InputObject)]
pub(super) struct PayBookingInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The booking's global id.
    booking_id: ID,
    /// A token of the payment gateway, such as `pm_card_visa`. Never a card number.
    payment_method: String,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
}

/// Which booking to cancel.
#[derive(Debug, InputObject)]
pub(super) struct CancelBookingInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The booking's global id.
    booking_id: ID,
    /// Why, at most 2,000 characters; kept in the booking's history.
    note: Option<String>,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
}

/// Which booking to complete.
#[derive(Debug, InputObject)]
pub(super) struct CompleteBookingInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The booking's global id.
    booking_id: ID,
    /// Whether the customer did not come.
    #[graphql(default)]
    no_show: bool,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
}

/// What became of a mutation of a booking.
#[derive(Debug, SimpleObject)]
pub(super) struct BookingPayload {
    /// The booking as it is now: after the change, or the one that refused it. Null when there is none to show.
    pub(super) booking: Option<Booking>,
    /// Why nothing was changed; empty when it was.
    pub(super) user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    pub(super) replayed: bool,
}

impl CreateBookingInput {
    /// The command meant. Prices and other people are no matter of a customer's.
    pub(super) fn into_write(self, actor: &Actor, problems: &mut Problems) -> Result<CreateBooking> {
        problems.count(self.lines.len(), MAX_LINES, &["lines"]);
        problems.note(self.note.as_deref());
        if let Some(token) = &self.payment_method {
            problems.payment_method(token);
        }
        if let Some(customer) = &self.customer_id {
            problems.line(customer, LONGEST_SUBJECT, &["customerId"]);
        }
        let mut customer_id = self.customer_id;
        if actor.role == Role::Customer {
            // To name oneself is to name nobody: both must have one fingerprint.
            if customer_id.take().is_some_and(|customer| customer != actor.subject) {
                return Err(Fault::Forbidden("A customer books for itself only.".to_owned()));
            }
            if self.lines.iter().any(|line| line.unit_price.is_some()) {
                return Err(Fault::Forbidden("A customer does not name prices.".to_owned()));
            }
        }
        let lines = self.lines.into_iter().enumerate();
        let lines = lines.map(|(at, line)| line.into_request(at, problems)).collect::<Result<_>>()?;
        Ok(CreateBooking { customer_id, payment_method: self.payment_method, note: self.note, lines })
    }
}

impl BookingLineInput {
    fn into_request(self, at: usize, problems: &mut Problems) -> Result<LineRequest> {
        let at = at.to_string();
        if let Some(code) = &self.rate_plan {
            problems.code(code, &["lines", &at, "ratePlan"]);
        }
        let price = self.unit_price.and_then(|price| problems.money(&price, &["lines", &at, "unitPrice"]));
        Ok(LineRequest {
            slot_id: SlotId::from_global(&self.slot_id)?,
            quantity: self.quantity,
            rate_plan: self.rate_plan,
            unit_price_minor: price.map(|price| price.minor),
            unit_price_currency: price.map(|price| price.currency.code().to_owned()),
        })
    }
}

impl PayBookingInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> Result<PayBooking> {
        problems.payment_method(&self.payment_method);
        Ok(PayBooking {
            booking_id: BookingId::from_global(&self.booking_id)?,
            payment_method: self.payment_method,
            expected_version: self.expected_version,
        })
    }
}

impl CancelBookingInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> Result<CancelBooking> {
        problems.note(self.note.as_deref());
        Ok(CancelBooking {
            booking_id: BookingId::from_global(&self.booking_id)?,
            note: self.note,
            expected_version: self.expected_version,
        })
    }
}

impl CompleteBookingInput {
    pub(super) fn into_write(self) -> Result<CompleteBooking> {
        Ok(CompleteBooking {
            booking_id: BookingId::from_global(&self.booking_id)?,
            no_show: self.no_show,
            expected_version: self.expected_version,
        })
    }
}
