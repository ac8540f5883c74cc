//! The model's money: what the gateway is asked next, and what follows from its answers.

use db::{BookingStatus, OperationKind};

use super::{
    ops::Answer,
    state::{Booking, Model},
};

/// Attempts to pay one charge.
const ATTEMPTS: i32 = 3;
/// Answers that nothing was done, until it is given up.
const FAILURES: i32 = 5;

impl Booking {
    /// What was captured beyond what is owed.
    fn excess(&self) -> i64 {
        self.captured - self.refunded - self.owed
    }

    /// What an operator may give back: what is owed, as far as it was paid.
    pub(crate) fn refundable(&self) -> i64 {
        self.owed.min(self.captured - self.refunded)
    }

    /// Sees to the money after less is owed than before: what is under way is never broken off.
    pub(crate) fn settle(&mut self) {
        if self.asked.is_some() || self.dead {
            return;
        }
        if self.excess() > 0 && self.captured > 0 {
            self.ask(OperationKind::Refund, self.excess());
        } else {
            self.in_progress = self.status == BookingStatus::Pending;
        }
    }

    /// The answer that a gateway could give here without leaving the case to an operator, or contradicting itself.
    pub(crate) fn bearable(&self, kind: OperationKind, answer: Answer) -> Answer {
        let refuses = answer == Answer::Declined || answer == Answer::Failed && self.failures + 1 >= FAILURES;
        let bears = match kind {
            OperationKind::Authorize => true,
            OperationKind::Capture => {
                !self.changed && (self.status == BookingStatus::Confirmed || self.owed == 0)
            }
            OperationKind::Void | OperationKind::Refund => false,
        };
        // What was in doubt may have been done.
        if (refuses && !bears) || (self.doubted && answer != Answer::Unknown) { Answer::Done } else { answer }
    }

    /// Asks the gateway.
    pub(crate) fn ask(&mut self, kind: OperationKind, amount: i64) {
        self.asked = Some((kind, amount));
        self.failures = 0;
        self.doubted = false;
        self.in_progress = true;
    }
}

impl Model {
    /// The gateway answers what it was asked for a booking.
    pub(crate) fn answer(&mut self, at: usize, answer: Answer) {
        let booking = &mut self.bookings[at];
        let Some((kind, amount)) = booking.asked else { return };
        match answer {
            Answer::Unknown => {
                booking.touched |= !booking.doubted;
                booking.doubted = true;
            }
            Answer::Failed if booking.failures + 1 < FAILURES => booking.failures += 1,
            Answer::Failed | Answer::Declined => self.refused(at, kind, amount),
            Answer::Done => self.done(at, kind, amount),
        }
    }

    fn done(&mut self, at: usize, kind: OperationKind, amount: i64) {
        let booking = &mut self.bookings[at];
        booking.asked = None;
        booking.touched = true;
        match kind {
            OperationKind::Authorize if booking.status == BookingStatus::Pending => {
                booking.status = BookingStatus::Confirmed;
                booking.lapsed = false;
                booking.ask(OperationKind::Capture, amount);
            }
            OperationKind::Authorize if booking.change.is_some() => {
                booking.ask(OperationKind::Capture, amount);
                self.carry_out(at);
            }
            OperationKind::Authorize => booking.ask(OperationKind::Void, amount),
            OperationKind::Capture => {
                booking.captured += amount;
                booking.settle();
            }
            OperationKind::Refund => {
                booking.refunded += amount;
                booking.settle();
            }
            OperationKind::Void => booking.settle(),
        }
    }

    fn refused(&mut self, at: usize, kind: OperationKind, amount: i64) {
        let booking = &mut self.bookings[at];
        booking.touched = true;
        booking.asked = None;
        match kind {
            OperationKind::Authorize if booking.change.is_some() => self.give_up(at),
            OperationKind::Authorize if booking.status == BookingStatus::Pending => {
                // Nothing is under way: the hold runs on to the end that the customer was told.
                booking.lapsed = false;
                if booking.attempts >= ATTEMPTS {
                    self.cancel(at, "PAYMENT_FAILED", 0);
                }
            }
            OperationKind::Authorize => booking.settle(),
            OperationKind::Capture if booking.status == BookingStatus::Confirmed => {
                booking.ask(OperationKind::Void, amount);
                self.cancel(at, "PAYMENT_FAILED", 0);
            }
            // What a cancelled booking owes nothing for may as well be let go.
            OperationKind::Capture if booking.owed == 0 => booking.ask(OperationKind::Void, amount),
            OperationKind::Capture | OperationKind::Void | OperationKind::Refund => {
                booking.dead = true;
                booking.in_progress = false;
            }
        }
    }

    /// A change whose charge is there takes the place of what was.
    fn carry_out(&mut self, at: usize) {
        let Some(change) = self.bookings[at].change.take() else { return };
        self.release(&change.dropped);
        let booking = &mut self.bookings[at];
        booking.lines = change.lines;
        booking.total = change.total;
        booking.owed = change.owed;
        booking.bound = (booking.bound + change.bound).min(change.owed);
        booking.changed = true;
        booking.touched = true;
    }

    /// A change whose charge does not come lets go of its places; the booking stands as it stood.
    pub(crate) fn give_up(&mut self, at: usize) {
        let Some(change) = self.bookings[at].change.take() else { return };
        self.release(&change.added);
        let booking = &mut self.bookings[at];
        booking.touched = true;
        booking.settle();
    }
}
