//! Holds the database against the model.

use std::collections::BTreeMap;

use super::{
    seen::{Seen, SeenBooking, SeenLine, SeenSlot},
    state::{Booking, Change, Holder, Line, Model, Places, Step, Waiting},
};

/// What is different, in a sentence.
pub(crate) type Difference = String;

/// Lines that differ in nothing but their numbers: how many places, and which seats.
type Alike = BTreeMap<(usize, String, i64, String), (i32, Vec<i32>)>;

fn alike<'a>(lines: impl Iterator<Item = &'a Line>) -> Alike {
    let mut alike = Alike::new();
    for line in lines {
        let key = (line.slot, line.plan.to_owned(), line.unit, format!("{:?}", line.policy));
        let (quantity, seats) = alike.entry(key).or_default();
        *quantity += line.quantity;
        seats.extend(line.seats.iter().flatten());
        seats.sort_unstable();
    }
    alike
}

macro_rules! same {
    ($what:expr, $model:expr, $database:expr) => {
        if $model != $database {
            return Err(format!("{}: the model says {:?}, the database {:?}", $what, $model, $database));
        }
    };
}

impl Model {
    /// A line as the model has it.
    pub(crate) fn read_line(&self, seen: &SeenLine) -> Result<Line, Difference> {
        let slot = self.slots.iter().position(|slot| slot.id == seen.slot);
        let slot = slot.ok_or_else(|| format!("a line of the unknown slot {}", seen.slot))?;
        let plans = &self.listings[self.slots[slot].listing].plans;
        let plan = plans.iter().find(|plan| plan.code == seen.plan);
        let plan = plan.ok_or_else(|| format!("a line of the unknown plan {}", seen.plan))?.code;
        let step = |step: &db::PolicyStep| Step {
            hours: step.hours_before_start,
            percent: step.refund_percent,
            fee: step.fee_minor,
        };
        Ok(Line {
            no: seen.no,
            slot,
            quantity: seen.quantity,
            plan,
            policy: seen.policy.iter().map(step).collect(),
            unit: seen.unit,
            seats: seen.seats.clone(),
        })
    }

    /// The lines that are part of a booking, as the database has them.
    pub(crate) fn read_lines(
        &self,
        seen: &SeenBooking,
        which: impl Fn(&SeenLine) -> bool,
    ) -> Result<Vec<Line>, Difference> {
        seen.lines.iter().filter(|line| which(line)).map(|line| self.read_line(line)).collect()
    }

    /// Says what is different, or takes over what the database alone decides: numbers of versions and lines,
    /// and which seats are kept for the queue.
    pub(crate) fn compare(&mut self, seen: &Seen) -> Result<(), Difference> {
        same!("how many bookings", self.bookings.len(), seen.bookings.len());
        same!("how many entries", self.entries.len(), seen.entries.len());
        for at in 0..self.bookings.len() {
            let id = self.bookings[at].id;
            let there = seen.bookings.get(&id).ok_or_else(|| format!("booking {id} is not there"))?;
            self.compare_booking(at, there).map_err(|what| format!("booking {id}: {what}"))?;
        }
        for at in 0..self.slots.len() {
            let id = self.slots[at].id;
            let there = seen.slots.get(&id).ok_or_else(|| format!("slot {id} is not there"))?;
            self.compare_slot(at, there).map_err(|what| format!("slot {at} ({id}): {what}"))?;
        }
        for entry in &mut self.entries {
            let there = seen.entries.get(&entry.id).ok_or("an entry is not there")?;
            let state = match entry.state {
                Waiting::Queued => "WAITING",
                Waiting::Offered => "OFFERED",
                Waiting::Left => "LEFT",
                Waiting::Closed => "CLOSED",
            };
            let what = format!("entry {} ({:?})", entry.id, there.reason);
            same!(what, state, there.status);
            entry.version = there.version;
        }
        Ok(())
    }

    fn compare_booking(&mut self, at: usize, there: &SeenBooking) -> Result<(), Difference> {
        let here = &self.bookings[at];
        same!("customer", here.customer, there.customer);
        same!("status", (here.status, here.reason), (there.status, there.reason.as_deref()));
        same!("total and owed", (here.total, here.owed), (there.total, there.owed));
        same!("extensions", here.extensions, there.extensions);
        same!("captured and refunded", (here.captured, here.refunded), (there.captured, there.refunded));
        compare_asked(here, there)?;
        same!("a saga is open", here.in_progress, there.in_progress);
        same!("a change is under way", here.change.is_some(), there.under_way);
        same!("events and version", there.events, there.version);
        same!("it was touched", here.touched, there.version != here.version);

        let lines = self.read_lines(there, SeenLine::is_part)?;
        let coming = self.read_lines(there, SeenLine::is_coming)?;
        same!("lines", alike(here.lines.iter()), alike(lines.iter()));
        let added = |change: &Change| alike(change.added.iter());
        same!("lines to come", here.change.as_ref().map(added).unwrap_or_default(), alike(coming.iter()));
        let is_active = here.status != db::BookingStatus::Cancelled;
        let odd =
            there.lines.iter().find(|line| !line.is_coming() && line.active != (is_active && line.is_part()));
        if let Some(odd) = odd {
            return Err(format!("line {} is active: {}", odd.no, odd.active));
        }

        let here = &mut self.bookings[at];
        here.lines = lines;
        here.version = there.version;
        here.touched = false;
        Ok(())
    }

    fn compare_slot(&mut self, at: usize, there: &SeenSlot) -> Result<(), Difference> {
        same!("places waited for", self.waiting(at), there.waiting);
        let here = &self.slots[at];
        same!("state", here.state, there.state);
        match &here.places {
            Places::Counted { capacity, taken, aside } => same!(
                "capacity, taken and set aside",
                (*capacity, *taken, *aside),
                (there.capacity, there.taken, there.aside)
            ),
            Places::Seats(seats) => {
                let found = self.read_seats(there)?;
                let holders = |holder: Holder| if holder == Holder::Queue { Holder::Nobody } else { holder };
                for (no, seat) in seats {
                    same!(format!("seat {no}"), holders(seat.holder), holders(found[no]));
                }
                let queue = found.values().filter(|holder| **holder == Holder::Queue).count();
                same!("seats set aside", here.aside(), i32::try_from(queue).unwrap_or(i32::MAX));
                if let Places::Seats(seats) = &mut self.slots[at].places {
                    for (no, seat) in seats {
                        seat.holder = found[no];
                    }
                }
            }
        }
        self.slots[at].version = there.version;
        Ok(())
    }

    fn read_seats(&self, there: &SeenSlot) -> Result<BTreeMap<i32, Holder>, Difference> {
        let seats = there.seats.as_ref().ok_or("it has no seats")?;
        let holder = |text: &str| -> Result<Holder, Difference> {
            match text {
                "" => Ok(Holder::Nobody),
                "queue" => Ok(Holder::Queue),
                id => {
                    let id = id.parse().map_err(|_| format!("{id} is no booking's id"))?;
                    let booking =
                        self.booking_at(id).ok_or_else(|| format!("an unknown booking {id} has a seat"))?;
                    Ok(Holder::Of(booking))
                }
            }
        };
        seats.iter().map(|(no, text)| Ok((*no, holder(text)?))).collect()
    }
}

/// What the gateway is asked. A refund that is spread over several payments is asked for one by one.
fn compare_asked(here: &Booking, there: &SeenBooking) -> Result<(), Difference> {
    match (here.asked, there.asked) {
        (Some((db::OperationKind::Refund, all)), Some((db::OperationKind::Refund, part)))
            if here.changed && 0 < part && part <= all => {}
        (here, there) => same!("asked of the gateway", here, there),
    }
    Ok(())
}
