//! What the mutations take that change a confirmed booking.

use async_graphql::{ID, InputObject};
use db::{Actor, BookingId, RefundBooking, RescheduleBooking};

use super::{
    booking_inputs::{BookingLineInput, MAX_LINES, requests},
    checks::Problems,
};
use crate::graphql::{errors::Result, ids::GlobalId as _, money::MoneyInput};

/// What a booking shall be for instead.
#[derive(Debug, InputObject)]
pub(super) struct RescheduleBookingInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The booking's global id.
    booking_id: ID,
    /// The whole booking, as it shall be: 1 to 100 lines. What it has already is kept, at the price it was sold for.
    lines: Vec<BookingLineInput>,
    /// A token of the payment gateway, needed where the change costs more. Never a card number.
    payment_method: Option<String>,
    /// Why, at most 2,000 characters; kept in the booking's history.
    note: Option<String>,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
}

impl RescheduleBookingInput {
    pub(super) fn into_write(self, actor: &Actor, problems: &mut Problems) -> Result<RescheduleBooking> {
        problems.count(self.lines.len(), MAX_LINES, &["lines"]);
        problems.note(self.note.as_deref());
        if let Some(token) = &self.payment_method {
            problems.payment_method(token);
        }
        Ok(RescheduleBooking {
            booking_id: BookingId::from_global(&self.booking_id)?,
            lines: requests(self.lines, actor, problems)?,
            payment_method: self.payment_method,
            note: self.note,
            expected_version: self.expected_version,
        })
    }
}

/// How much of a booking's money to give back.
#[derive(Debug, InputObject)]
pub(super) struct RefundBookingInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The booking's global id.
    booking_id: ID,
    /// How much. Null means all that was paid and not given back yet.
    amount: Option<MoneyInput>,
    /// Why, at most 2,000 characters; kept in the booking's history.
    note: Option<String>,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
}

impl RefundBookingInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> Result<RefundBooking> {
        problems.note(self.note.as_deref());
        let amount = self.amount.and_then(|amount| problems.money(&amount, &["amount"]));
        Ok(RefundBooking {
            booking_id: BookingId::from_global(&self.booking_id)?,
            amount_minor: amount.map(|amount| amount.minor),
            currency: amount.map(|amount| amount.currency.code().to_owned()),
            note: self.note,
            expected_version: self.expected_version,
        })
    }
}
