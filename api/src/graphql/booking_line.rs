//! The lines of a booking.

use async_graphql::{Context, Object};

use super::{
    context::Access as _, errors::Result, listing::PolicyStep, money::Money, seat::BookedSeat, slot::Slot,
};

/// A line of a booking.
#[derive(Clone, Debug)]
pub(crate) struct BookingLine {
    line: db::BookingLine,
    currency: db::Currency,
}

impl BookingLine {
    /// A line whose money is in the currency of its booking.
    pub(crate) fn new(line: db::BookingLine, currency: db::Currency) -> Self {
        Self { line, currency }
    }
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
        let currency = self.currency;
        self.line.policy.iter().map(|step| PolicyStep::new(*step, currency)).collect()
    }

    /// The price class of its seats. Null where places are only counted.
    async fn price_class(&self) -> Option<&str> {
        self.line.price_class.as_deref()
    }

    /// Its seats. Empty where places are only counted.
    async fn booked_seats(&self) -> Vec<BookedSeat> {
        let seats = self.line.seats.iter().flatten();
        seats.map(|seat| BookedSeat::new(self.line.slot_id, seat)).collect()
    }
}
