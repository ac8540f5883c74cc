//! The seats of a slot.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use db::SlotId;

use super::{
    connection::{Window, connection},
    context::Access as _,
    errors::Result,
    ids::SeatId,
    lists::{ListOf, SeatList},
    money::Money,
};

/// Seats of a page at most: the map of a hall is drawn from a few pages.
pub(crate) const MAX_SEATS: i32 = 1_000;

/// Whether a seat can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::SeatStatus")]
pub(crate) enum SeatStatus {
    /// Anybody may take it.
    Free,
    /// It is held for somebody who has yet to pay.
    Held,
    /// It is sold.
    Sold,
    /// It is kept for the waiting list.
    SetAside,
}

/// A seat of a slot.
#[derive(Clone, Debug)]
pub(crate) struct Seat(db::Seat);

impl From<db::Seat> for Seat {
    fn from(row: db::Seat) -> Self {
        Self(row)
    }
}

/// A seat of a slot. Anyone may read it.
#[Object]
impl Seat {
    /// Its id: hand it in as one of `seatIds`. `node` does not read it.
    async fn id(&self) -> ID {
        SeatId { slot: self.0.slot_id, number: self.0.seat_no }.to_global()
    }

    /// The section it is in.
    async fn section(&self) -> &str {
        &self.0.section
    }

    /// The row it is in.
    async fn row(&self) -> &str {
        &self.0.row
    }

    /// Its name in the row.
    async fn label(&self) -> &str {
        &self.0.label
    }

    /// Which row it is in, counted through the whole hall from the best, from 1.
    async fn row_rank(&self) -> i32 {
        self.0.row_rank
    }

    /// How far to the right it is in its row: neighbours differ by one, an aisle by more.
    async fn col(&self) -> i32 {
        self.0.col
    }

    /// Its price class.
    async fn price_class(&self) -> &str {
        &self.0.price_class
    }

    /// What it costs at 100 percent; a rate plan may ask more or less.
    async fn price(&self) -> Money {
        Money::new(self.0.price_minor, self.0.currency)
    }

    /// Whether it can be had right now.
    async fn status(&self) -> SeatStatus {
        self.0.status.into()
    }
}

connection!(
    SeatConnection,
    SeatEdge,
    Seat,
    db::Seat,
    "A page of seats, row by row from the best.",
    "A seat and its place in the list."
);

impl SeatConnection {
    /// The seats of a slot, or of one of its sections.
    pub(crate) async fn read(
        ctx: &Context<'_>,
        slot: SlotId,
        section: Option<&str>,
        window: &Window,
    ) -> Result<Self> {
        let section = section.map(str::to_owned);
        let how = SeatList { section, first: window.first, after: window.after.clone() };
        let page = ctx.loaders().load_one(ListOf { owner: slot, how }).await?.unwrap_or_default();
        Ok(Self::new(Arc::unwrap_or_clone(page), window))
    }
}

/// A seat of a booking.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct BookedSeat {
    /// Its id: the same as that of the `Seat` of the slot.
    id: ID,
    /// The section it is in.
    section: String,
    /// The row it is in.
    row: String,
    /// Its name in the row.
    label: String,
}

impl BookedSeat {
    /// A seat of a line of this slot.
    pub(crate) fn new(slot: SlotId, seat: &db::BookedSeat) -> Self {
        Self {
            id: SeatId { slot, number: seat.seat_no }.to_global(),
            section: seat.section.clone(),
            row: seat.row.clone(),
            label: seat.label.clone(),
        }
    }
}
