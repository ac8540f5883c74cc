//! What the mutations of bookings take and give.

use async_graphql::{ID, InputObject, SimpleObject};
use db::{
    Actor, BookingId, CancelBooking, CompleteBooking, CreateBooking, ExtendHold, LineRequest, PayBooking,
    Role, SlotId,
};

use super::checks::Problems;
use crate::graphql::{
    booking::Booking,
    errors::{Fault, Result},
    ids::{GlobalId as _, SeatId},
    money::MoneyInput,
    user_error::{UserError, UserErrorCode},
};

/// Lines of one booking at most.
pub(super) const MAX_LINES: usize = 100;
/// Seats of one line at most.
const MAX_SEATS: usize = 1_000;
/// Longest subject of the identity provider, in characters.
pub(super) const LONGEST_SUBJECT: usize = 200;

/// One line asked for.
#[derive(Debug, InputObject)]
pub(super) struct BookingLineInput {
    /// The slot's global id.
    slot_id: ID,
    /// How many places of it, at least 1. May be left out where `seatIds` says it.
    quantity: Option<i32>,
    /// The seats wanted. Null means the best together that are free; only for slots with `SEATED` admission.
    seat_ids: Option<Vec<ID>>,
    /// Where the house chooses: only seats of this section.
    section: Option<String>,
    /// Where the house chooses: only seats of this price class.
    price_class: Option<String>,
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

/// Which hold to extend.
#[derive(Debug, InputObject)]
pub(super) struct ExtendHoldInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The booking's global id.
    booking_id: ID,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
}

/// What of a line to cancel.
#[derive(Debug, InputObject)]
pub(super) struct CancelLineInput {
    /// The line's number in the booking.
    line_no: i32,
    /// How many of its places. Null means all of them, or as many as `seatIds` names.
    quantity: Option<i32>,
    /// Which of its seats. Null leaves the choice to the house.
    seat_ids: Option<Vec<ID>>,
}

/// Which booking to cancel.
#[derive(Debug, InputObject)]
pub(super) struct CancelBookingInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The booking's global id.
    booking_id: ID,
    /// Which lines of it, or how much of them. Null means the whole booking.
    lines: Option<Vec<CancelLineInput>>,
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

impl BookingPayload {
    /// Nothing was done, and this is why.
    pub(super) fn refused(user_errors: Vec<UserError>) -> Self {
        Self { booking: None, user_errors, replayed: false }
    }
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
        }
        let lines = requests(self.lines, actor, problems)?;
        Ok(CreateBooking { customer_id, payment_method: self.payment_method, note: self.note, lines })
    }
}

/// The lines meant. A customer does not name prices.
pub(super) fn requests(
    lines: Vec<BookingLineInput>,
    actor: &Actor,
    problems: &mut Problems,
) -> Result<Vec<LineRequest>> {
    if actor.role == Role::Customer && lines.iter().any(|line| line.unit_price.is_some()) {
        return Err(Fault::Forbidden("A customer does not name prices.".to_owned()));
    }
    lines.into_iter().enumerate().map(|(at, line)| line.into_request(at, problems)).collect()
}

impl BookingLineInput {
    fn into_request(self, at: usize, problems: &mut Problems) -> Result<LineRequest> {
        let at = at.to_string();
        if let Some(code) = &self.rate_plan {
            problems.code(code, &["lines", &at, "ratePlan"]);
        }
        for (name, text) in [("section", &self.section), ("priceClass", &self.price_class)] {
            if let Some(text) = text {
                problems.code(text, &["lines", &at, name]);
            }
        }
        let price = self.unit_price.and_then(|price| problems.money(&price, &["lines", &at, "unitPrice"]));
        let slot_id = SlotId::from_global(&self.slot_id)?;
        let seats = seats(self.seat_ids, Some(slot_id), &at, problems)?;
        let chosen = seats.as_ref().map(|seats| i32::try_from(seats.len()).unwrap_or(i32::MAX));
        if self.quantity.is_none() && chosen.is_none() {
            let message = "Say how many places, or which seats.";
            problems.add(UserErrorCode::InvalidQuantity, &["lines", &at, "quantity"], message);
        }
        if self.quantity.zip(chosen).is_some_and(|(quantity, chosen)| quantity != chosen) {
            let message = "The quantity is not the number of the seats.";
            problems.add(UserErrorCode::InvalidQuantity, &["lines", &at, "quantity"], message);
        }
        Ok(LineRequest {
            slot_id,
            quantity: self.quantity.or(chosen).unwrap_or(0),
            seats,
            section: self.section,
            price_class: self.price_class,
            rate_plan: self.rate_plan,
            unit_price_minor: price.map(|price| price.minor),
            unit_price_currency: price.map(|price| price.currency.code().to_owned()),
        })
    }
}

/// The numbers of seats, which are all of one slot.
fn seats(
    ids: Option<Vec<ID>>,
    slot: Option<SlotId>,
    at: &str,
    problems: &mut Problems,
) -> Result<Option<Vec<i32>>> {
    let Some(ids) = ids else { return Ok(None) };
    problems.count(ids.len(), MAX_SEATS, &["lines", at, "seatIds"]);
    let seats = ids.iter().map(SeatId::from_global).collect::<Result<Vec<_>>>()?;
    let slot = slot.or_else(|| seats.first().map(|seat| seat.slot));
    if seats.iter().any(|seat| Some(seat.slot) != slot) {
        let message = "All seats of a line are of its slot.";
        problems.add(UserErrorCode::InvalidInput, &["lines", at, "seatIds"], message);
    }
    Ok(Some(seats.iter().map(|seat| seat.number).collect()))
}

impl ExtendHoldInput {
    pub(super) fn into_write(self) -> Result<ExtendHold> {
        Ok(ExtendHold {
            booking_id: BookingId::from_global(&self.booking_id)?,
            expected_version: self.expected_version,
        })
    }
}

impl CancelLineInput {
    fn into_line(self, at: usize, problems: &mut Problems) -> Result<db::CancelLine> {
        let seats = seats(self.seat_ids, None, &at.to_string(), problems)?;
        Ok(db::CancelLine { line_no: self.line_no, quantity: self.quantity, seats })
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
        if let Some(lines) = &self.lines {
            problems.count(lines.len(), MAX_LINES, &["lines"]);
        }
        let line = |(at, line): (usize, CancelLineInput)| line.into_line(at, problems);
        let lines = self.lines.map(|lines| lines.into_iter().enumerate().map(line).collect::<Result<_>>());
        Ok(CancelBooking {
            booking_id: BookingId::from_global(&self.booking_id)?,
            lines: lines.transpose()?,
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
