//! The model's rules of changing what was sold: cancelling, rescheduling, giving money back.

use std::collections::BTreeMap;

use db::{BookingStatus, OperationKind, RefusalCode};

use super::{
    compare::Difference,
    ops::{By, Expect},
    sale::{Asked, Wanted},
    seen::{SeenBooking, SeenLine},
    state::{Change, Line, Model, Verdict, total},
};

/// What of a line is to be cancelled.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// The line, if the booking has one of this number.
    pub(crate) line: Option<Line>,
    pub(crate) quantity: Option<i32>,
    pub(crate) seats: Option<Vec<i32>>,
}

impl Part {
    fn places(&self, line: &Line) -> i32 {
        match (&self.seats, self.quantity) {
            (Some(seats), _) => i32::try_from(seats.len()).unwrap_or(0),
            (None, quantity) => quantity.unwrap_or(line.quantity),
        }
    }
}

/// Places by slot and plan.
type BySlot = BTreeMap<(usize, &'static str), i32>;

impl Model {
    /// What forbids touching a booking at all.
    pub(crate) fn judge_touch(&self, at: usize, by: By, expect: Expect) -> Verdict {
        let mut verdict = Verdict::default();
        verdict.refuse_if(matches!(by, By::Stranger | By::OtherOrganiser), RefusalCode::NotFound);
        verdict.refuse_if(expect == Expect::Stale, RefusalCode::StaleVersion);
        // What was found out in the same call, or happened before in the same batch, has moved the version on.
        let moved = expect == Expect::Present && self.bookings[at].touched;
        verdict.allow_if(moved, RefusalCode::StaleVersion);
        verdict.refuse_if(self.bookings[at].change.is_some(), RefusalCode::ChangeInProgress);
        verdict
    }

    pub(crate) fn judge_pay(&self, at: usize, verdict: &mut Verdict) {
        let booking = &self.bookings[at];
        let expired = booking.status == BookingStatus::Cancelled && booking.reason == Some("EXPIRED");
        verdict.refuse_if(expired || booking.lapsed, RefusalCode::HoldExpired);
        let waits = booking.status == BookingStatus::Pending && booking.asked.is_none();
        verdict.refuse_if(!waits && !expired, RefusalCode::InvalidState);
    }

    pub(crate) fn judge_extension(&self, at: usize, verdict: &mut Verdict) {
        let booking = &self.bookings[at];
        let expired = booking.status == BookingStatus::Cancelled && booking.reason == Some("EXPIRED");
        verdict.refuse_if(expired || booking.lapsed, RefusalCode::HoldExpired);
        let is_pending = booking.status == BookingStatus::Pending;
        verdict.refuse_if(!is_pending && !expired, RefusalCode::InvalidState);
        let listings = booking.lines.iter().map(|line| &self.listings[self.slots[line.slot].listing]);
        let most = listings.map(|listing| listing.extensions).min().unwrap_or(0);
        verdict.refuse_if(is_pending && booking.extensions >= most, RefusalCode::ExtensionsUsedUp);
    }

    pub(crate) fn judge_cancel(&self, at: usize, verdict: &mut Verdict) {
        let booking = &self.bookings[at];
        verdict.refuse_if(!booking.is_live(), RefusalCode::InvalidState);
        // A hold that is over may be found out at any moment.
        verdict.allow_if(booking.lapsed, RefusalCode::InvalidState);
        verdict.allow_if(booking.lapsed, RefusalCode::HoldExpired);
    }

    /// What cancelling gives back now.
    pub(crate) fn refund_due(&self, at: usize) -> i64 {
        let booking = &self.bookings[at];
        if booking.status != BookingStatus::Confirmed {
            return 0;
        }
        (booking.owed - booking.bound).min(self.refund_of(&booking.lines))
    }

    pub(crate) fn cancel_as(&mut self, at: usize, by: By) {
        let booking = &self.bookings[at];
        let owed = match booking.status {
            BookingStatus::Pending => 0,
            _ => booking.owed - self.refund_due(at),
        };
        self.cancel(at, if by == By::Owner { "CUSTOMER" } else { "OPERATOR" }, owed);
    }

    pub(crate) fn judge_part(&self, at: usize, part: &Part, verdict: &mut Verdict) {
        let booking = &self.bookings[at];
        if self.is_all(at, part) {
            self.judge_cancel(at, verdict);
            return;
        }
        verdict.refuse_if(booking.status != BookingStatus::Confirmed, RefusalCode::InvalidState);
        let Some(line) = &part.line else {
            verdict.refuse_if(true, RefusalCode::NotFound);
            return;
        };
        let range = 1..=line.quantity;
        let wrong = part.quantity.is_some_and(|quantity| !range.contains(&quantity));
        verdict.refuse_if(wrong, RefusalCode::InvalidQuantity);
        // Which of several seats go, has to be said.
        let unsaid = line.seats.is_some() && part.seats.is_none() && part.quantity.is_some();
        verdict.allow_if(unsaid, RefusalCode::InvalidInput);
        verdict.allow_if(unsaid, RefusalCode::InvalidQuantity);
        let foreign = part.seats.as_ref().is_some_and(|seats| {
            let has = line.seats.as_deref().unwrap_or_default();
            seats.is_empty() || seats.iter().any(|no| !has.contains(no))
        });
        for code in [RefusalCode::InvalidInput, RefusalCode::NotFound, RefusalCode::InvalidQuantity] {
            verdict.refuse_if(foreign, code);
        }
    }

    /// Whether a part is all that the booking has: then it is a cancellation like any other.
    fn is_all(&self, at: usize, part: &Part) -> bool {
        let is_all = |line: &Line| part.places(line) == line.quantity;
        self.bookings[at].lines.len() == 1 && part.line.as_ref().is_some_and(is_all)
    }

    /// Cancels a part, as it was seen to be done: which seats went is for the database to say, when nobody said.
    pub(crate) fn cancel_part(
        &mut self,
        at: usize,
        by: By,
        part: &Part,
        there: &SeenBooking,
    ) -> Result<(), Difference> {
        if self.is_all(at, part) {
            self.cancel_as(at, by);
            return Ok(());
        }
        let Some(line) = &part.line else { return Err("a part of no line was cancelled".to_owned()) };
        let quantity = part.places(line);
        let seats = match (&line.seats, &part.seats) {
            (Some(_), Some(seats)) => Some(seats.clone()),
            (Some(had), None) => {
                let kept = self.read_lines(there, SeenLine::is_part)?;
                let kept: Vec<i32> = kept
                    .iter()
                    .filter(|kept| kept.slot == line.slot)
                    .flat_map(|kept| kept.seats.clone().unwrap_or_default())
                    .collect();
                Some(had.iter().copied().filter(|no| !kept.contains(no)).collect())
            }
            (None, _) => None,
        };
        if seats.as_ref().is_some_and(|seats: &Vec<i32>| i32::try_from(seats.len()) != Ok(quantity)) {
            return Err(format!("{quantity} seats were to go, {seats:?} went"));
        }
        let dropped = Line { quantity, seats, ..line.clone() };
        self.drop_lines(at, std::slice::from_ref(&dropped));
        let refund = self.refund_of(std::slice::from_ref(&dropped));
        let booking = &mut self.bookings[at];
        let refund = refund.min(booking.owed - booking.bound);
        booking.total -= dropped.amount();
        booking.owed -= refund;
        booking.touched = true;
        booking.settle();
        Ok(())
    }

    /// Lets go of places that a booking has.
    fn drop_lines(&mut self, at: usize, dropped: &[Line]) {
        self.release(dropped);
        let lines = &mut self.bookings[at].lines;
        for gone in dropped {
            let Some(line) = lines.iter_mut().find(|line| line.no == gone.no) else { continue };
            line.quantity -= gone.quantity;
            if let (Some(seats), Some(gone)) = (&mut line.seats, &gone.seats) {
                seats.retain(|no| !gone.contains(no));
            }
        }
        lines.retain(|line| line.quantity > 0);
    }

    /// What has to be taken and let go of, so that a booking becomes what is asked for.
    fn difference(&self, at: usize, wanted: &[Wanted]) -> (Vec<Wanted>, BySlot) {
        let mut had = BySlot::new();
        for line in &self.bookings[at].lines {
            *had.entry((line.slot, line.plan)).or_default() += line.quantity;
        }
        let mut added = Vec::new();
        for want in wanted {
            let (Some(slot), Some(plan)) = (want.slot, want.plan) else { continue };
            let code = self.listings[self.slots[slot].listing].plans[plan].code;
            let left = had.entry((slot, code)).or_default();
            let kept = want.quantity.clamp(0, (*left).max(0));
            *left -= kept;
            if want.quantity > kept {
                added.push(Wanted { quantity: want.quantity - kept, ..want.clone() });
            }
        }
        had.retain(|_, left| *left > 0);
        (added, had)
    }

    pub(crate) fn judge_reschedule(&self, at: usize, asked: &Asked, verdict: &mut Verdict) {
        let booking = &self.bookings[at];
        verdict.refuse_if(booking.status != BookingStatus::Confirmed, RefusalCode::InvalidState);
        let begun = booking.lines.iter().any(|line| self.slots[line.slot].begun);
        for code in [RefusalCode::InvalidState, RefusalCode::SalesClosed] {
            verdict.refuse_if(begun, code);
        }
        // A saga has to end before the next can begin.
        verdict.allow_if(booking.in_progress, RefusalCode::ChangeInProgress);
        verdict.refuse_if(asked.lines.is_empty(), RefusalCode::InvalidInput);
        let (added, dropped) = self.difference(at, &asked.lines);
        let mut of_all = Verdict::default();
        for line in &asked.lines {
            self.judge_line(line, asked.by, &mut of_all);
        }
        // Of places that are kept, nobody asks whether they are on sale.
        let taken = |code: &RefusalCode| {
            *code != RefusalCode::SalesClosed
                || added.iter().any(|line| line.slot.is_some_and(|slot| !self.slots[slot].on_sale()))
        };
        verdict.may.extend(of_all.must.iter().filter(|code| !taken(code)));
        verdict.must.extend(of_all.must.iter().filter(|code| taken(code)));
        self.judge_places(&added, verdict);
        let mut by_slot = BTreeMap::new();
        for ((slot, _), quantity) in &dropped {
            *by_slot.entry(*slot).or_default() += *quantity;
        }
        if asked.by == By::Owner {
            self.judge_limits(&booking.customer, &added, &by_slot, verdict);
        } else {
            let mut limits = Verdict::default();
            self.judge_limits(&booking.customer, &added, &by_slot, &mut limits);
            verdict.may.extend(limits.must);
        }
        verdict.allow_if(added.is_empty() && dropped.is_empty(), RefusalCode::InvalidInput);
        // Whether there is something to pay, depends on the seats that are chosen; it is looked at afterwards.
        verdict.allow_if(!asked.paid, RefusalCode::PaymentMethodRequired);
    }

    /// Reschedules a booking, as it was seen to be done.
    pub(crate) fn reschedule(
        &mut self,
        at: usize,
        asked: &Asked,
        there: &SeenBooking,
    ) -> Result<(), Difference> {
        let (wanted, let_go) = self.difference(at, &asked.lines);
        let before: Vec<i32> = self.bookings[at].lines.iter().map(|line| line.no).collect();
        let under_way = there.under_way;
        let coming = self.read_lines(there, |line| {
            if under_way { line.is_coming() } else { line.is_part() && !before.contains(&line.no) }
        })?;
        let added = self.sell(at, &wanted, &coming)?;
        let dropped = self.dropped(at, &let_go, there)?;
        let booking = &self.bookings[at];
        let (gone, more) = (total(&dropped), total(&added));
        let back = self.refund_of(&dropped);
        let owed = (booking.owed - gone + more).max(booking.owed - back.min(booking.owed - booking.bound));
        let extra = owed - booking.owed;
        let mut lines = booking.lines.clone();
        take_off(&mut lines, &dropped);
        lines.extend(added.iter().cloned());
        let change =
            Change { lines, added, dropped, total: booking.total - gone + more, owed, bound: gone - back };
        if (extra > 0) != under_way {
            return Err(format!("the change costs {extra} more, and that it is under way is {under_way}"));
        }
        if extra > 0 && !asked.paid {
            return Err(format!("{extra} more are charged, and no payment method was given"));
        }
        let booking = &mut self.bookings[at];
        booking.touched = true;
        if extra > 0 {
            booking.ask(OperationKind::Authorize, extra);
            booking.change = Some(change);
            return Ok(());
        }
        self.release(&change.dropped);
        let booking = &mut self.bookings[at];
        booking.lines = change.lines;
        booking.total = change.total;
        booking.owed = change.owed;
        booking.bound = (booking.bound + change.bound).min(change.owed);
        booking.settle();
        Ok(())
    }

    /// Which places go: by slot and plan as many as have to; of several prices or seats, those that the database let
    /// go of, or will.
    fn dropped(&self, at: usize, let_go: &BySlot, there: &SeenBooking) -> Result<Vec<Line>, Difference> {
        let lines = &self.bookings[at].lines;
        let mut dropped = Vec::new();
        for ((slot, plan), quantity) in let_go {
            let of_group: Vec<&Line> =
                lines.iter().filter(|line| line.slot == *slot && line.plan == *plan).collect();
            let all: i32 = of_group.iter().map(|line| line.quantity).sum();
            if all == *quantity {
                dropped.extend(of_group.into_iter().cloned());
                continue;
            }
            if let [line] = of_group[..]
                && line.seats.is_none()
            {
                dropped.push(Line { quantity: *quantity, ..line.clone() });
                continue;
            }
            dropped.extend(self.chosen_to_go(&of_group, *quantity, there)?);
        }
        Ok(dropped)
    }

    fn chosen_to_go(
        &self,
        of_group: &[&Line],
        quantity: i32,
        there: &SeenBooking,
    ) -> Result<Vec<Line>, Difference> {
        let mut left = quantity;
        let mut gone = Vec::new();
        let marked: BTreeMap<i32, (i32, Option<Vec<i32>>)> = there.dropped.iter().cloned().collect();
        let kept = self.read_lines(there, SeenLine::is_part)?;
        let mut still: BTreeMap<i64, i32> = BTreeMap::new();
        for line in of_group {
            let same =
                |other: &&Line| other.slot == line.slot && other.plan == line.plan && other.unit == line.unit;
            let (quantity, seats) = match (marked.get(&line.no), &line.seats) {
                (Some(marked), _) => marked.clone(),
                (None, _) if there.under_way => continue,
                (None, Some(had)) => {
                    let kept: Vec<i32> = kept
                        .iter()
                        .filter(same)
                        .flat_map(|kept| kept.seats.clone().unwrap_or_default())
                        .collect();
                    let seats: Vec<i32> = had.iter().copied().filter(|no| !kept.contains(no)).collect();
                    (i32::try_from(seats.len()).unwrap_or(0), Some(seats))
                }
                (None, None) => {
                    // Lines alike are interchangeable: the first of them are kept.
                    let all = || kept.iter().filter(same).map(|kept| kept.quantity).sum();
                    let kept = still.entry(line.unit).or_insert_with(all);
                    let stays = line.quantity.min(*kept);
                    *kept -= stays;
                    (line.quantity - stays, None)
                }
            };
            if quantity > 0 {
                left -= quantity;
                gone.push(Line { quantity, seats, ..(*line).clone() });
            }
        }
        if left == 0 { Ok(gone) } else { Err(format!("{quantity} places were to go, all but {left} do")) }
    }

    pub(crate) fn judge_refund(&self, at: usize, by: By, amount: Option<i64>, verdict: &mut Verdict) {
        let booking = &self.bookings[at];
        verdict.refuse_if(by != By::Operator, RefusalCode::NotAllowed);
        verdict.refuse_if(booking.status == BookingStatus::Pending, RefusalCode::InvalidState);
        let most = booking.refundable();
        let too_much = amount.is_some_and(|amount| amount > most) || most <= 0;
        verdict.refuse_if(too_much, RefusalCode::AmountTooLarge);
        for code in [RefusalCode::InvalidPrice, RefusalCode::InvalidInput, RefusalCode::InvalidQuantity] {
            verdict.refuse_if(amount.is_some_and(|amount| amount <= 0), code);
        }
    }

    pub(crate) fn grant_refund(&mut self, at: usize, amount: Option<i64>) {
        let booking = &mut self.bookings[at];
        booking.owed -= amount.unwrap_or(booking.refundable());
        booking.bound = booking.bound.min(booking.owed);
        booking.touched = true;
        booking.settle();
    }

    pub(crate) fn judge_completion(&self, at: usize, by: By, verdict: &mut Verdict) {
        let booking = &self.bookings[at];
        verdict.refuse_if(by == By::Owner, RefusalCode::NotAllowed);
        verdict.refuse_if(booking.status != BookingStatus::Confirmed, RefusalCode::InvalidState);
        let begun = booking.lines.iter().any(|line| self.slots[line.slot].begun);
        verdict.refuse_if(!begun, RefusalCode::TooEarly);
    }

    pub(crate) fn complete(&mut self, at: usize, no_show: bool) {
        let booking = &mut self.bookings[at];
        booking.status = BookingStatus::Completed;
        booking.reason = no_show.then_some("NO_SHOW");
        booking.touched = true;
    }
}

/// Takes places off lines, by the lines' numbers.
fn take_off(lines: &mut Vec<Line>, dropped: &[Line]) {
    for gone in dropped {
        let Some(line) = lines.iter_mut().find(|line| line.no == gone.no) else { continue };
        line.quantity -= gone.quantity;
        if let (Some(seats), Some(gone)) = (&mut line.seats, &gone.seats) {
            seats.retain(|no| !gone.contains(no));
        }
    }
    lines.retain(|line| line.quantity > 0);
}
