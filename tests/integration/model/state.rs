//! The model: what a universe looks like when every rule is kept. It knows nothing of SQL.

use std::collections::BTreeMap;

use db::{BookingStatus, OperationKind, RefusalCode, SlotState};
use uuid::Uuid;

/// A step of a policy: until so many hours before the start, so much comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) hours: i32,
    pub(crate) percent: i32,
    pub(crate) fee: i64,
}

/// A rate plan.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) code: &'static str,
    pub(crate) percent: i32,
    pub(crate) policy: Vec<Step>,
}

/// What is sold under common rules.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub(crate) id: Uuid,
    pub(crate) slug: String,
    pub(crate) extensions: i32,
    pub(crate) limit_per_customer: Option<i32>,
    pub(crate) limit_per_slot: Option<i32>,
    pub(crate) plans: Vec<Plan>,
}

/// Who has a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    Nobody,
    Queue,
    /// A booking, by its place in the model.
    Of(usize),
}

/// A seat of a slot.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) section: &'static str,
    pub(crate) class: &'static str,
    pub(crate) rank: i32,
    pub(crate) col: i32,
    pub(crate) holder: Holder,
}

/// The places of a slot.
#[derive(Clone, Debug)]
pub(crate) enum Places {
    Counted {
        capacity: i32,
        taken: i32,
        aside: i32,
    },
    /// By seat number, from 1.
    Seats(BTreeMap<i32, Seat>),
}

/// What is counted.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) id: Uuid,
    pub(crate) listing: usize,
    pub(crate) starts_in_hours: i64,
    pub(crate) begun: bool,
    pub(crate) state: SlotState,
    pub(crate) price: i64,
    pub(crate) class_prices: BTreeMap<&'static str, i64>,
    pub(crate) places: Places,
    pub(crate) version: i32,
}

/// A line of a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its number, as the database gave it.
    pub(crate) no: i32,
    pub(crate) slot: usize,
    pub(crate) quantity: i32,
    pub(crate) plan: &'static str,
    pub(crate) policy: Vec<Step>,
    pub(crate) unit: i64,
    pub(crate) seats: Option<Vec<i32>>,
}

/// A change that waits for its charge.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) lines: Vec<Line>,
    pub(crate) added: Vec<Line>,
    pub(crate) dropped: Vec<Line>,
    pub(crate) total: i64,
    pub(crate) owed: i64,
    /// What the policies of the dropped places would have kept.
    pub(crate) bound: i64,
}

/// A booking.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Booking {
    pub(crate) id: Uuid,
    pub(crate) customer: String,
    pub(crate) status: BookingStatus,
    pub(crate) reason: Option<&'static str>,
    pub(crate) total: i64,
    pub(crate) owed: i64,
    /// What no policy gives back any more: kept by the policies of places that were changed for others.
    pub(crate) bound: i64,
    pub(crate) extensions: i32,
    pub(crate) lines: Vec<Line>,
    pub(crate) version: i32,
    /// Whether something has happened to it since the database was last looked at.
    pub(crate) touched: bool,
    /// Its hold is past its end, and nobody has expired it yet.
    pub(crate) lapsed: bool,
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
    /// What the gateway has been asked and has not answered: kind and amount.
    pub(crate) asked: Option<(OperationKind, i64)>,
    pub(crate) attempts: i32,
    /// Answers of the present operation that said nothing was done.
    pub(crate) failures: i32,
    pub(crate) doubted: bool,
    pub(crate) change: Option<Change>,
    /// It was changed for a charge once: its captures are of several payments.
    pub(crate) changed: bool,
    /// Its saga has ended where only an operator can help.
    pub(crate) dead: bool,
    /// Its saga has not ended.
    pub(crate) in_progress: bool,
}

/// Where an entry of the waiting list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    Queued,
    Offered,
    Left,
    Closed,
}

/// An entry of the waiting list; the model keeps them in the order of joining.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: Uuid,
    pub(crate) slot: usize,
    pub(crate) customer: String,
    pub(crate) quantity: i32,
    pub(crate) plan: Option<&'static str>,
    pub(crate) state: Waiting,
    pub(crate) version: i32,
}

/// What the rules say to a request: accepted unless something forbids it. Where several things forbid
/// it, any of them is a right answer; `may` is what may be said but need not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) must: Vec<RefusalCode>,
    pub(crate) may: Vec<RefusalCode>,
}

impl Verdict {
    pub(crate) fn refuse_if(&mut self, forbidden: bool, code: RefusalCode) {
        if forbidden {
            self.must.push(code);
        }
    }

    pub(crate) fn allow_if(&mut self, possible: bool, code: RefusalCode) {
        if possible {
            self.may.push(code);
        }
    }

    /// Whether this is a right answer.
    pub(crate) fn allows(&self, answer: Option<RefusalCode>) -> bool {
        match answer {
            None => self.must.is_empty(),
            Some(code) => self.must.contains(&code) || self.may.contains(&code),
        }
    }
}

/// One universe: an organiser, what it sells and what was bought.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) organiser: Uuid,
    pub(crate) listings: Vec<Listing>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) bookings: Vec<Booking>,
    pub(crate) entries: Vec<Entry>,
}

impl Slot {
    /// Places that nobody has and nobody waits for.
    pub(crate) fn free(&self) -> i32 {
        match &self.places {
            Places::Counted { capacity, taken, aside } => capacity - taken - aside,
            Places::Seats(seats) => count(seats, Holder::Nobody),
        }
    }

    /// Places set aside for the queue.
    pub(crate) fn aside(&self) -> i32 {
        match &self.places {
            Places::Counted { aside, .. } => *aside,
            Places::Seats(seats) => count(seats, Holder::Queue),
        }
    }

    pub(crate) fn on_sale(&self) -> bool {
        !self.begun && self.state == SlotState::Open
    }

    pub(crate) fn is_seated(&self) -> bool {
        matches!(self.places, Places::Seats(_))
    }

    /// The price of a place by the slot, or by the class of a seat.
    pub(crate) fn price_of(&self, class: Option<&str>, percent: i32) -> i64 {
        let price = class.and_then(|class| self.class_prices.get(class)).copied().unwrap_or(self.price);
        half_up(price * i64::from(percent), 100)
    }

    /// Moves places between free and the queue.
    pub(crate) fn set_aside(&mut self, by: i32) {
        match &mut self.places {
            Places::Counted { aside, .. } => *aside += by,
            Places::Seats(seats) => {
                let (from, to) =
                    if by > 0 { (Holder::Nobody, Holder::Queue) } else { (Holder::Queue, Holder::Nobody) };
                let some = seats.values_mut().filter(|seat| seat.holder == from);
                some.take(by.unsigned_abs() as usize).for_each(|seat| seat.holder = to);
            }
        }
    }
}

fn count(seats: &BTreeMap<i32, Seat>, holder: Holder) -> i32 {
    i32::try_from(seats.values().filter(|seat| seat.holder == holder).count()).expect("a small hall")
}

/// A quotient of numbers that are not negative; a half is rounded up.
pub(crate) fn half_up(dividend: i64, divisor: i64) -> i64 {
    (2 * dividend + divisor) / (2 * divisor)
}

impl Line {
    pub(crate) fn amount(&self) -> i64 {
        i64::from(self.quantity) * self.unit
    }
}

/// What lines cost together.
pub(crate) fn total(lines: &[Line]) -> i64 {
    lines.iter().map(Line::amount).sum()
}

impl Booking {
    pub(crate) fn is_live(&self) -> bool {
        matches!(self.status, BookingStatus::Pending | BookingStatus::Confirmed)
    }

    /// The lines whose places it has: its own, and those of its change.
    pub(crate) fn places(&self) -> impl Iterator<Item = &Line> {
        let lines = if self.status == BookingStatus::Cancelled { &[][..] } else { &self.lines[..] };
        lines.iter().chain(self.change.iter().flat_map(|change| &change.added))
    }
}

impl Model {
    /// Places that the queue of a slot asks for.
    pub(crate) fn waiting(&self, slot: usize) -> i32 {
        let waits = |entry: &&Entry| entry.slot == slot && entry.state == Waiting::Queued;
        self.entries.iter().filter(waits).map(|entry| entry.quantity).sum()
    }

    /// Places of holds that are over; at the next sale they are free.
    pub(crate) fn lapsed(&self, slot: usize) -> i32 {
        let over = self.bookings.iter().filter(|booking| booking.lapsed);
        over.flat_map(Booking::places).filter(|line| line.slot == slot).map(|line| line.quantity).sum()
    }

    /// What comes back for lines now, by their own policies.
    pub(crate) fn refund_of(&self, lines: &[Line]) -> i64 {
        lines.iter().map(|line| i64::from(line.quantity) * self.refund_of_place(line)).sum()
    }

    fn refund_of_place(&self, line: &Line) -> i64 {
        let slot = &self.slots[line.slot];
        let hours = if slot.begun { -1 } else { slot.starts_in_hours };
        let step = line.policy.iter().find(|step| hours >= i64::from(step.hours));
        step.map_or(0, |step| (half_up(line.unit * i64::from(step.percent), 100) - step.fee).max(0))
    }

    /// Takes places of a line for a booking.
    pub(crate) fn take(&mut self, booking: usize, line: &Line) {
        match &mut self.slots[line.slot].places {
            Places::Counted { taken, .. } => *taken += line.quantity,
            Places::Seats(seats) => {
                for no in line.seats.iter().flatten() {
                    if let Some(seat) = seats.get_mut(no) {
                        seat.holder = Holder::Of(booking);
                    }
                }
            }
        }
    }

    /// Gives places back: the queue gets what it waits for and has not been given yet.
    pub(crate) fn release(&mut self, lines: &[Line]) {
        for line in lines {
            let lacking = (self.waiting(line.slot) - self.slots[line.slot].aside()).max(0);
            let slot = &mut self.slots[line.slot];
            match &mut slot.places {
                Places::Counted { taken, .. } => *taken -= line.quantity,
                Places::Seats(seats) => {
                    for no in line.seats.iter().flatten() {
                        if let Some(seat) = seats.get_mut(no) {
                            seat.holder = Holder::Nobody;
                        }
                    }
                }
            }
            slot.set_aside(line.quantity.min(lacking));
        }
    }

    /// Cancels a booking; `owed` is what the customer still owes for it.
    pub(crate) fn cancel(&mut self, booking: usize, reason: &'static str, owed: i64) {
        let lines: Vec<Line> = self.bookings[booking].places().cloned().collect();
        self.release(&lines);
        let booking = &mut self.bookings[booking];
        booking.change = None;
        booking.status = BookingStatus::Cancelled;
        booking.reason = Some(reason);
        booking.owed = owed;
        booking.bound = booking.bound.min(owed);
        booking.lapsed = false;
        booking.touched = true;
        booking.settle();
    }

    /// Where a hold that is over was found out.
    pub(crate) fn expire(&mut self, booking: usize) {
        self.cancel(booking, "EXPIRED", 0);
    }

    /// How many places of a slot, or of a listing's slots ahead, a customer has; holds that are over do not count.
    pub(crate) fn held(&self, customer: &str, counts: impl Fn(&Slot, usize) -> bool) -> i32 {
        let bookings = self.bookings.iter().filter(|booking| booking.customer == customer && !booking.lapsed);
        let lines = bookings.flat_map(Booking::places);
        lines.filter(|line| counts(&self.slots[line.slot], line.slot)).map(|line| line.quantity).sum()
    }

    pub(crate) fn booking_at(&self, id: Uuid) -> Option<usize> {
        self.bookings.iter().position(|booking| booking.id == id)
    }
}
