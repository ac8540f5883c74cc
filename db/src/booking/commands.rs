//! The commands that change bookings.

use serde::Serialize;
use uuid::Uuid;

use crate::{BookingId, SlotId, call::Write};

/// One line asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineRequest {
    /// The slot.
    pub slot_id: SlotId,
    /// Places of it; at least 1.
    pub quantity: i32,
    /// The seats chosen, by their numbers; none leaves the choice to the house.
    pub seats: Option<Vec<i32>>,
    /// Only seats of this section.
    pub section: Option<String>,
    /// Only seats of this price class.
    pub price_class: Option<String>,
    /// The rate plan's code; none means the listing's first.
    pub rate_plan: Option<String>,
    /// A negotiated price of one place, in minor units: organisers and operators only.
    pub unit_price_minor: Option<i64>,
    /// The currency of that price.
    pub unit_price_currency: Option<String>,
}

/// Asks for a booking of one or many lines, all or nothing.
#[derive(Clone, Debug, Serialize)]
pub struct CreateBooking {
    /// For whom; none means the actor itself. Organisers and operators must name one.
    pub customer_id: Option<String>,
    /// A token of the gateway; with it, payment starts at once.
    pub payment_method: Option<String>,
    /// A remark for the organiser.
    pub note: Option<String>,
    /// What is to be booked.
    pub lines: Vec<LineRequest>,
}

impl Write for CreateBooking {
    const ROUTINE: &'static str = "select outcome from booking.create_bookings($1) order by ordinal";

    fn locks(&self) -> Vec<Uuid> {
        slots_of(&self.lines)
    }
}

/// Pays a booking that waits for a payment method.
#[derive(Clone, Debug, Serialize)]
pub struct PayBooking {
    /// Which booking.
    pub booking_id: BookingId,
    /// A token of the gateway.
    pub payment_method: String,
    /// The version that the client last saw.
    pub expected_version: Option<i32>,
}

impl Write for PayBooking {
    const ROUTINE: &'static str = "select outcome from booking.pay_bookings($1) order by ordinal";

    fn locks(&self) -> Vec<Uuid> {
        vec![self.booking_id.0]
    }
}

/// Lets a hold end later.
#[derive(Clone, Debug, Serialize)]
pub struct ExtendHold {
    /// Which booking.
    pub booking_id: BookingId,
    /// The version that the client last saw.
    pub expected_version: Option<i32>,
}

impl Write for ExtendHold {
    const ROUTINE: &'static str = "select outcome from booking.extend_holds($1) order by ordinal";

    fn locks(&self) -> Vec<Uuid> {
        vec![self.booking_id.0]
    }
}

/// What of a line is to be cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CancelLine {
    /// Which line.
    pub line_no: i32,
    /// How many of its places; none means all of them.
    pub quantity: Option<i32>,
    /// Which of its seats, by their numbers.
    pub seats: Option<Vec<i32>>,
}

/// Cancels a booking, or a part of it; what is given back follows from its policy snapshot.
#[derive(Clone, Debug, Serialize)]
pub struct CancelBooking {
    /// Which booking.
    pub booking_id: BookingId,
    /// Which lines of it; none means the whole booking.
    pub lines: Option<Vec<CancelLine>>,
    /// Why, in the actor's words; kept in the event.
    pub note: Option<String>,
    /// The version that the client last saw.
    pub expected_version: Option<i32>,
}

impl Write for CancelBooking {
    const ROUTINE: &'static str = "select outcome from booking.cancel_bookings($1) order by ordinal";

    fn locks(&self) -> Vec<Uuid> {
        vec![self.booking_id.0]
    }
}

/// Completes a booking whose first slot has begun.
#[derive(Clone, Debug, Serialize)]
pub struct CompleteBooking {
    /// Which booking.
    pub booking_id: BookingId,
    /// Whether the customer did not come.
    pub no_show: bool,
    /// The version that the client last saw.
    pub expected_version: Option<i32>,
}

impl Write for CompleteBooking {
    const ROUTINE: &'static str = "select outcome from booking.complete_bookings($1) order by ordinal";

    fn locks(&self) -> Vec<Uuid> {
        vec![self.booking_id.0]
    }
}

/// Changes what a confirmed booking is for; the difference in price is charged or given back.
#[derive(Clone, Debug, Serialize)]
pub struct RescheduleBooking {
    /// Which booking.
    pub booking_id: BookingId,
    /// The whole booking, as it shall be.
    pub lines: Vec<LineRequest>,
    /// A token of the gateway for an extra charge.
    pub payment_method: Option<String>,
    /// Why, in the actor's words; kept in the event.
    pub note: Option<String>,
    /// The version that the client last saw.
    pub expected_version: Option<i32>,
}

impl Write for RescheduleBooking {
    const ROUTINE: &'static str = "select outcome from booking.reschedule_bookings($1) order by ordinal";

    fn locks(&self) -> Vec<Uuid> {
        let mut locks = slots_of(&self.lines);
        locks.push(self.booking_id.0);
        locks
    }
}

/// Gives money back beyond what the policy does: operators only.
#[derive(Clone, Debug, Serialize)]
pub struct RefundBooking {
    /// Which booking.
    pub booking_id: BookingId,
    /// How much, in minor units; none means all that was paid.
    pub amount_minor: Option<i64>,
    /// Of which currency.
    pub currency: Option<String>,
    /// Why, in the actor's words; kept in the event.
    pub note: Option<String>,
    /// The version that the client last saw.
    pub expected_version: Option<i32>,
}

impl Write for RefundBooking {
    const ROUTINE: &'static str = "select outcome from booking.refund_bookings($1) order by ordinal";

    fn locks(&self) -> Vec<Uuid> {
        vec![self.booking_id.0]
    }
}

fn slots_of(lines: &[LineRequest]) -> Vec<Uuid> {
    lines.iter().map(|line| line.slot_id.0).collect()
}
