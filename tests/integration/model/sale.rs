//! The model's rules of selling: who may have what, for how much, and which seats are the best.

use std::collections::BTreeMap;

use db::{BookingStatus, OperationKind, RefusalCode};
use uuid::Uuid;

use super::{
    compare::Difference,
    ops::By,
    seen::{SeenBooking, SeenLine},
    state::{Booking, Holder, Line, Model, Places, Seat, Slot, Verdict, total},
};

/// A line asked for, with the names of small numbers looked up.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// None: there is no such slot.
    pub(crate) slot: Option<usize>,
    pub(crate) quantity: i32,
    /// None: there is no such plan.
    pub(crate) plan: Option<usize>,
    pub(crate) seats: Option<Vec<i32>>,
    pub(crate) section: Option<&'static str>,
    pub(crate) class: Option<&'static str>,
    pub(crate) price: Option<i64>,
}

/// A booking asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) customer: String,
    pub(crate) by: By,
    pub(crate) paid: bool,
    pub(crate) lines: Vec<Wanted>,
}

const SECTIONS: [&str; 2] = ["Stalls", "Balcony"];
const CLASSES: [&str; 2] = ["gold", "silver"];

impl Wanted {
    fn fits(&self, seat: &Seat) -> bool {
        self.section.is_none_or(|section| section == seat.section)
            && self.class.is_none_or(|class| class == seat.class)
    }

    fn chooses(&self) -> bool {
        self.seats.is_some() || self.section.is_some() || self.class.is_some()
    }
}

impl Model {
    /// What the rules say to a booking asked for.
    pub(crate) fn judge_sale(&self, asked: &Asked) -> Verdict {
        let mut verdict = Verdict::default();
        verdict.refuse_if(asked.by == By::Stranger, RefusalCode::NotAllowed);
        verdict.refuse_if(asked.lines.is_empty(), RefusalCode::InvalidInput);
        for line in &asked.lines {
            self.judge_line(line, asked.by, &mut verdict);
        }
        self.judge_places(&asked.lines, &mut verdict);
        if !matches!(asked.by, By::Organiser | By::Operator | By::OtherOrganiser) {
            self.judge_limits(&asked.customer, &asked.lines, &BTreeMap::new(), &mut verdict);
        }
        verdict
    }

    /// What forbids a line whatever is free.
    pub(crate) fn judge_line(&self, line: &Wanted, by: By, verdict: &mut Verdict) {
        verdict.refuse_if(line.slot.is_none() || by == By::OtherOrganiser, RefusalCode::NotFound);
        verdict.refuse_if(!(1..=1_000).contains(&line.quantity), RefusalCode::InvalidQuantity);
        verdict.refuse_if(line.plan.is_none(), RefusalCode::NotFound);
        let is_customer = matches!(by, By::Owner | By::Stranger);
        verdict.refuse_if(is_customer && line.price.is_some(), RefusalCode::NotAllowed);
        verdict.refuse_if(line.price.is_some_and(|price| price < 0), RefusalCode::InvalidPrice);
        let Some(slot) = line.slot.map(|slot| &self.slots[slot]) else { return };
        verdict.refuse_if(!slot.on_sale(), RefusalCode::SalesClosed);
        verdict.refuse_if(!slot.is_seated() && line.chooses(), RefusalCode::InvalidInput);
    }

    /// Whether there are so many places, and these seats.
    pub(crate) fn judge_places(&self, lines: &[Wanted], verdict: &mut Verdict) {
        let mut left: BTreeMap<usize, i32> = BTreeMap::new();
        for line in lines {
            let Some(at) = line.slot else { continue };
            let slot = &self.slots[at];
            let left = left.entry(at).or_insert_with(|| slot.free());
            *left -= line.quantity.max(0);
            verdict.refuse_if(*left < 0, RefusalCode::SoldOut);
            if let Places::Seats(seats) = &slot.places {
                judge_seats(line, seats, verdict);
            }
        }
    }

    /// Whether a customer would have more than one customer may. `dropped`: places let go of, by slot.
    pub(crate) fn judge_limits(
        &self,
        customer: &str,
        lines: &[Wanted],
        dropped: &BTreeMap<usize, i32>,
        verdict: &mut Verdict,
    ) {
        let more = |counts: &dyn Fn(&Slot, usize) -> bool| -> i32 {
            let places = lines.iter().filter_map(|line| Some((line.slot?, line.quantity)));
            let added: i32 = places.filter(|(at, _)| counts(&self.slots[*at], *at)).map(|(_, n)| n).sum();
            let gone = dropped.iter().filter(|(at, _)| counts(&self.slots[**at], **at));
            self.held(customer, counts) + added - gone.map(|(_, n)| n).sum::<i32>()
        };
        for line in lines.iter().filter(|line| line.quantity > 0) {
            let Some(at) = line.slot else { continue };
            let of_listing = self.slots[at].listing;
            let listing = &self.listings[of_listing];
            let of_slot = more(&|_, slot| slot == at);
            let ahead = more(&|slot, _| slot.listing == of_listing && !slot.begun);
            let over = listing.limit_per_slot.is_some_and(|limit| of_slot > limit)
                || listing.limit_per_customer.is_some_and(|limit| ahead > limit);
            verdict.refuse_if(over, RefusalCode::LimitPerCustomer);
        }
    }

    /// Writes a booking that was accepted, with the seats that the database chose, once it was seen that
    /// they could be chosen.
    pub(crate) fn book(&mut self, id: Uuid, asked: &Asked, there: &SeenBooking) -> Result<usize, Difference> {
        let at = self.bookings.len();
        // Read as they were sold: what happened later in the same batch is no concern here.
        let given = self.read_lines(there, |line: &SeenLine| line.since.is_some())?;
        let lines = self.sell(at, &asked.lines, &given)?;
        let price = total(&lines);
        self.bookings.push(Booking {
            id,
            customer: asked.customer.clone(),
            status: if price == 0 { BookingStatus::Confirmed } else { BookingStatus::Pending },
            reason: None,
            total: price,
            owed: price,
            bound: 0,
            extensions: 0,
            lines,
            version: 0,
            touched: true,
            lapsed: false,
            captured: 0,
            refunded: 0,
            asked: None,
            attempts: 0,
            failures: 0,
            doubted: false,
            change: None,
            changed: false,
            dead: false,
            in_progress: price > 0,
        });
        if asked.paid && price > 0 {
            self.pay(at);
        }
        Ok(at)
    }

    /// Starts an attempt to pay.
    pub(crate) fn pay(&mut self, at: usize) {
        let booking = &mut self.bookings[at];
        booking.attempts += 1;
        booking.ask(OperationKind::Authorize, booking.total);
        booking.touched = true;
    }

    /// Sells lines to a booking; `given` says which seats the database chose.
    pub(crate) fn sell(
        &mut self,
        booking: usize,
        wanted: &[Wanted],
        given: &[Line],
    ) -> Result<Vec<Line>, Difference> {
        let mut sold = Vec::new();
        for want in wanted {
            let (Some(at), Some(plan)) = (want.slot, want.plan) else {
                return Err("a line was accepted that names no slot or no plan".to_owned());
            };
            let parts = match &self.slots[at].places {
                Places::Counted { .. } => vec![(None, want.quantity, None)],
                Places::Seats(seats) => {
                    let chosen = chosen_seats(want, at, seats, given)?;
                    by_class(&chosen, seats)
                }
            };
            for (class, quantity, seats) in parts {
                let plan = &self.listings[self.slots[at].listing].plans[plan];
                let listed = self.slots[at].price_of(class, plan.percent);
                let line = Line {
                    no: 0,
                    slot: at,
                    quantity,
                    plan: plan.code,
                    policy: plan.policy.clone(),
                    unit: want.price.unwrap_or(listed),
                    seats,
                };
                self.take(booking, &line);
                sold.push(line);
            }
        }
        Ok(sold)
    }
}

/// Whether seats that were asked for can be had.
fn judge_seats(line: &Wanted, seats: &BTreeMap<i32, Seat>, verdict: &mut Verdict) {
    let Some(chosen) = &line.seats else {
        let fitting = seats.values().filter(|seat| seat.holder == Holder::Nobody && line.fits(seat)).count();
        verdict
            .refuse_if(i64::from(line.quantity) > i64::try_from(fitting).unwrap_or(0), RefusalCode::SoldOut);
        let unknown = line.section.is_some_and(|section| !SECTIONS.contains(&section))
            || line.class.is_some_and(|class| !CLASSES.contains(&class));
        verdict.refuse_if(unknown, RefusalCode::NotFound);
        return;
    };
    verdict.refuse_if(chosen.iter().any(|no| !seats.contains_key(no)), RefusalCode::NotFound);
    let taken = |no: &i32| seats.get(no).is_some_and(|seat| seat.holder != Holder::Nobody);
    verdict.refuse_if(chosen.iter().any(taken), RefusalCode::SeatTaken);
}

/// The seats that the database gave for a line, once it was seen that it may have.
fn chosen_seats(
    want: &Wanted,
    at: usize,
    seats: &BTreeMap<i32, Seat>,
    given: &[Line],
) -> Result<Vec<i32>, Difference> {
    let lines = given.iter().filter(|line| line.slot == at);
    let free = |no: &i32| seats.get(no).is_some_and(|seat| seat.holder == Holder::Nobody);
    // Seats that the booking has already, of another line of this slot, are not free any more.
    let mut chosen: Vec<i32> =
        lines.flat_map(|line| line.seats.clone().unwrap_or_default()).filter(free).collect();
    chosen.sort_unstable();
    chosen.dedup();
    if let Some(asked) = &want.seats {
        let mut asked = asked.clone();
        asked.sort_unstable();
        return if asked == chosen {
            Ok(chosen)
        } else {
            Err(format!("{asked:?} were chosen, {chosen:?} given"))
        };
    }
    if chosen.len() != usize::try_from(want.quantity).unwrap_or(0) {
        return Err(format!("{} free seats of slot {at} were to be given, not {chosen:?}", want.quantity));
    }
    if let Some(no) = chosen.iter().find(|no| !want.fits(&seats[no])) {
        return Err(format!("seat {no} is not of the section or class that was asked for"));
    }
    let best = best_row(want, seats);
    let row = run_of(&chosen, seats);
    match (best, row) {
        (Some(best), Some(row)) if best == row => Ok(chosen),
        (Some(best), row) => {
            Err(format!("row {best} has enough neighbours, and {chosen:?} of row {row:?} were given"))
        }
        (None, _) => Ok(chosen),
    }
}

/// The first row with enough free neighbours.
fn best_row(want: &Wanted, seats: &BTreeMap<i32, Seat>) -> Option<i32> {
    let mut free: Vec<(i32, i32)> = seats
        .values()
        .filter(|seat| seat.holder == Holder::Nobody && want.fits(seat))
        .map(|seat| (seat.rank, seat.col))
        .collect();
    free.sort_unstable();
    let wanted = usize::try_from(want.quantity).ok()?;
    let side_by_side =
        |run: &[(i32, i32)]| run.windows(2).all(|pair| pair[0].0 == pair[1].0 && pair[1].1 == pair[0].1 + 1);
    free.windows(wanted).find(|run| side_by_side(run)).map(|run| run[0].0)
}

/// The row of seats that are side by side; none when they are not.
fn run_of(chosen: &[i32], seats: &BTreeMap<i32, Seat>) -> Option<i32> {
    let mut places: Vec<(i32, i32)> = chosen.iter().map(|no| (seats[no].rank, seats[no].col)).collect();
    places.sort_unstable();
    let together = places.windows(2).all(|pair| pair[0].0 == pair[1].0 && pair[1].1 == pair[0].1 + 1);
    together.then(|| places[0].0)
}

type Part = (Option<&'static str>, i32, Option<Vec<i32>>);

/// Seats of several price classes are a line for each.
fn by_class(chosen: &[i32], seats: &BTreeMap<i32, Seat>) -> Vec<Part> {
    let mut parts: BTreeMap<&'static str, Vec<i32>> = BTreeMap::new();
    for no in chosen {
        parts.entry(seats[no].class).or_default().push(*no);
    }
    let part = |(class, seats): (&'static str, Vec<i32>)| {
        (Some(class), i32::try_from(seats.len()).expect("a small hall"), Some(seats))
    };
    parts.into_iter().map(part).collect()
}
