//! The model's waiting list: in the order of joining, whole or not at all, and nobody overtakes.

use db::{RefusalCode, SlotState};
use uuid::Uuid;

use super::{
    compare::Difference,
    ops::{By, Expect},
    sale::{Asked, Wanted},
    seen::Seen,
    state::{Entry, Model, Places, Verdict, Waiting},
};

impl Model {
    pub(crate) fn judge_joining(&self, slot: Option<usize>, customer: &str, wanted: &Wanted) -> Verdict {
        let mut verdict = Verdict::default();
        let Some(at) = slot else {
            verdict.refuse_if(true, RefusalCode::NotFound);
            return verdict;
        };
        let slot = &self.slots[at];
        let listing = &self.listings[slot.listing];
        verdict.refuse_if(!slot.on_sale(), RefusalCode::SalesClosed);
        verdict.refuse_if(!(1..=1_000).contains(&wanted.quantity), RefusalCode::InvalidQuantity);
        // Nobody waits for more than there is, or than one customer may have, or for half the house.
        let most = listing.limit_per_slot.or(listing.limit_per_customer).unwrap_or(10).min(self.size(at));
        verdict.refuse_if(wanted.quantity > most, RefusalCode::InvalidQuantity);
        verdict.refuse_if(wanted.plan.is_none(), RefusalCode::NotFound);
        let waits =
            |entry: &Entry| entry.slot == at && entry.customer == customer && entry.state == Waiting::Queued;
        verdict.refuse_if(self.entries.iter().any(waits), RefusalCode::AlreadyWaiting);
        let free = slot.free() + self.lapsed(at);
        verdict.refuse_if(self.waiting(at) == 0 && wanted.quantity <= free, RefusalCode::PlacesFree);
        verdict
    }

    fn size(&self, slot: usize) -> i32 {
        match &self.slots[slot].places {
            Places::Counted { capacity, .. } => *capacity,
            Places::Seats(seats) => i32::try_from(seats.len()).expect("a small hall"),
        }
    }

    pub(crate) fn join(&mut self, id: Uuid, slot: usize, customer: &str, wanted: &Wanted, named: bool) {
        // What is too little for those in front and enough for this one, nobody may overtake it for.
        let (free, aside) = (self.slots[slot].free(), self.slots[slot].aside());
        if wanted.quantity <= free + aside {
            self.slots[slot].set_aside(wanted.quantity.min(free));
        }
        let plans = &self.listings[self.slots[slot].listing].plans;
        self.entries.push(Entry {
            id,
            slot,
            customer: customer.to_owned(),
            quantity: wanted.quantity,
            plan: wanted.plan.filter(|_| named).map(|plan| plans[plan].code),
            state: Waiting::Queued,
            version: 0,
        });
    }

    pub(crate) fn judge_leaving(&self, at: usize, by: By, expect: Expect) -> Verdict {
        let mut verdict = Verdict::default();
        verdict.refuse_if(matches!(by, By::Stranger | By::OtherOrganiser), RefusalCode::NotFound);
        verdict.refuse_if(expect == Expect::Stale, RefusalCode::StaleVersion);
        verdict.refuse_if(self.entries[at].state != Waiting::Queued, RefusalCode::InvalidState);
        verdict
    }

    pub(crate) fn leave(&mut self, at: usize) {
        self.entries[at].state = Waiting::Left;
        self.trim(self.entries[at].slot);
    }

    /// What is set aside for nobody is free.
    fn trim(&mut self, slot: usize) {
        let surplus = self.slots[slot].aside() - self.waiting(slot);
        if surplus > 0 {
            self.slots[slot].set_aside(-surplus);
        }
    }

    /// Sends home all who wait.
    pub(crate) fn close_queue(&mut self, slot: usize) {
        for entry in &mut self.entries {
            if entry.slot == slot && entry.state == Waiting::Queued {
                entry.state = Waiting::Closed;
            }
        }
        self.trim(slot);
    }

    /// Offers places to those who wait, in every slot.
    pub(crate) fn offer(&mut self, seen: &Seen) -> Result<(), Difference> {
        for slot in 0..self.slots.len() {
            if self.waiting(slot) > 0 && !self.slots[slot].on_sale() {
                self.close_queue(slot);
            }
            self.serve(slot, seen)?;
            self.trim(slot);
        }
        Ok(())
    }

    fn serve(&mut self, slot: usize, seen: &Seen) -> Result<(), Difference> {
        let aside = self.slots[slot].aside();
        let mut spare = self.slots[slot].free() + aside;
        let turn = |entry: &Entry, spare: i32| {
            entry.slot == slot && entry.state == Waiting::Queued && entry.quantity <= spare
        };
        if !self.entries.iter().any(|entry| turn(entry, spare)) {
            return Ok(());
        }
        // What is set aside is opened, and what is left of it set aside again.
        self.slots[slot].set_aside(-aside);
        let all = spare;
        for at in 0..self.entries.len() {
            if turn(&self.entries[at], spare) && self.offer_to(at, seen)? {
                spare -= self.entries[at].quantity;
            }
        }
        let kept = (aside - (all - spare)).max(0).min(self.waiting(slot));
        self.slots[slot].set_aside(kept);
        Ok(())
    }

    /// Makes one offer. One whom a limit forbids it, makes way.
    fn offer_to(&mut self, at: usize, seen: &Seen) -> Result<bool, Difference> {
        let entry = self.entries[at].clone();
        let plans = &self.listings[self.slots[entry.slot].listing].plans;
        let plan = entry.plan.map_or(Some(0), |code| plans.iter().position(|plan| plan.code == code));
        let wanted = Wanted {
            slot: Some(entry.slot),
            quantity: entry.quantity,
            plan,
            seats: None,
            section: None,
            class: None,
            price: None,
        };
        let asked = Asked { customer: entry.customer, by: By::Owner, paid: false, lines: vec![wanted] };
        let verdict = self.judge_sale(&asked);
        if !verdict.must.is_empty() {
            self.entries[at].state = Waiting::Closed;
            return Ok(false);
        }
        let there = seen.entries.get(&entry.id).and_then(|entry| entry.booking);
        let id = there.ok_or_else(|| format!("entry {} should have been made an offer", entry.id))?;
        let there = seen.bookings.get(&id).ok_or_else(|| format!("the offer {id} is not there"))?;
        self.book(id, &asked, there)?;
        self.entries[at].state = Waiting::Offered;
        Ok(true)
    }

    /// A slot is taken off sale for good, and all who have a place of it get everything back.
    pub(crate) fn cancel_slot(&mut self, slot: usize) {
        self.slots[slot].state = SlotState::Cancelled;
        self.close_queue(slot);
        for at in 0..self.bookings.len() {
            let booking = &self.bookings[at];
            if booking.is_live() && booking.places().any(|line| line.slot == slot) {
                self.cancel(at, "SLOT_CANCELLED", 0);
            }
        }
    }
}
