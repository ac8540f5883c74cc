//! A universe that everybody uses at once. Nobody can say beforehand what each gets; afterwards
//! everything must add up, and every refusal must have had its reason at the time.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use db::{
    Actor, BookingId, BookingStatus, CancelBooking, CreateBooking, JoinWaitlist, LineRequest, PayBooking,
    RefusalCode, RescheduleBooking, Role, SlotId,
};
use proptest::prelude::Rng as _;
use uuid::Uuid;

use super::{compare::Difference, goods, ops::Answer, seen::look, state::Model, world::World};

/// A booking that somebody was told it has.
struct Bought {
    id: Uuid,
    customer: String,
    /// Whether its customer has not cancelled it.
    kept: bool,
}

/// Somebody who was told that there were too few places.
struct Refused {
    slot: usize,
    quantity: i32,
    asked_at: DateTime<Utc>,
    answered_at: DateTime<Utc>,
}

/// The universe, and what its customers were told.
pub(crate) struct Shared {
    world: Arc<World>,
    model: Model,
    bought: Mutex<Vec<Bought>>,
    refused: Mutex<Vec<Refused>>,
}

impl Shared {
    pub(crate) async fn open(world: &Arc<World>) -> Arc<Self> {
        let model = goods::open(&world.api, &world.sql, Utc::now()).await;
        let world = Arc::clone(world);
        Arc::new(Self { world, model, bought: Mutex::default(), refused: Mutex::default() })
    }

    /// One of the customers, who does one thing.
    pub(crate) async fn act(&self, rng: &mut proptest::test_runner::TestRng) -> Result<(), Difference> {
        let mut below = |limit: u32| rng.next_u32() % limit;
        let customer = format!("shared-{}", below(12));
        let actor = Actor { role: Role::Customer, subject: customer.clone(), organiser_id: None };
        let slot = below(7) as usize;
        let quantity = i32::try_from(1 + below(2)).expect("small");
        let what = below(20);
        let mine = self.one_of(&customer, below(1_000) as usize);
        let line = self.line(slot, quantity);
        match (what, mine) {
            (0..=6, Some(id)) => {
                let write = CancelBooking { booking_id: id, lines: None, note: None, expected_version: None };
                let outcome = self.tell("cancel", goods::command(actor, write)).await?;
                if outcome.refusal.is_none_or(|refusal| refusal.code == RefusalCode::InvalidState) {
                    self.forget(id);
                }
            }
            (7..=8, Some(id)) => {
                let payment_method = "pm_card_visa".to_owned();
                let write = PayBooking { booking_id: id, payment_method, expected_version: None };
                self.tell("pay", goods::command(actor, write)).await?;
            }
            (9..=10, Some(id)) => {
                let write = RescheduleBooking {
                    booking_id: id,
                    lines: vec![line],
                    payment_method: Some("pm_card_visa".to_owned()),
                    note: None,
                    expected_version: None,
                };
                self.tell("reschedule", goods::command(actor, write)).await?;
            }
            (11, Some(id)) => {
                let statement = format!(
                    "update booking.booking set expire_due_at = clock_timestamp() - interval '1 second'
                     where id = '{id}' and status = 'PENDING'"
                );
                self.world.execute(&statement).await;
            }
            (12, _) => {
                let (slot_id, customer_id) = (line.slot_id, None);
                let write = JoinWaitlist { slot_id, quantity, rate_plan: None, customer_id };
                self.tell("join", goods::command(actor, write)).await?;
            }
            _ => self.buy(actor, slot, line, below(3) > 0).await?,
        }
        Ok(())
    }

    fn line(&self, slot: usize, quantity: i32) -> LineRequest {
        LineRequest {
            slot_id: SlotId(self.model.slots[slot].id),
            quantity,
            seats: None,
            section: None,
            price_class: None,
            rate_plan: None,
            unit_price_minor: None,
            unit_price_currency: None,
        }
    }

    fn one_of(&self, customer: &str, number: usize) -> Option<BookingId> {
        let bought = self.bought.lock().unwrap_or_else(PoisonError::into_inner);
        let mine: Vec<Uuid> =
            bought.iter().filter(|b| b.kept && b.customer == customer).map(|b| b.id).collect();
        (!mine.is_empty()).then(|| BookingId(mine[number % mine.len()]))
    }

    fn forget(&self, id: BookingId) {
        let mut bought = self.bought.lock().unwrap_or_else(PoisonError::into_inner);
        bought.iter_mut().filter(|bought| bought.id == id.0).for_each(|bought| bought.kept = false);
    }

    async fn tell<W: db::Write + Clone>(
        &self,
        name: &'static str,
        command: db::Command<W>,
    ) -> Result<db::Outcome, Difference> {
        let outcome = self.world.write(&[command]).await?.remove(0);
        self.world.tally(name, outcome.refusal.as_ref().map(|refusal| refusal.code));
        Ok(outcome)
    }

    async fn buy(&self, actor: Actor, slot: usize, line: LineRequest, paid: bool) -> Result<(), Difference> {
        let (customer, quantity) = (actor.subject.clone(), line.quantity);
        let write = CreateBooking {
            customer_id: None,
            payment_method: paid.then(|| "pm_card_visa".to_owned()),
            note: None,
            lines: vec![line],
        };
        let asked_at = Utc::now();
        let outcome = self.tell("create", goods::command(actor, write)).await?;
        match (outcome.id, outcome.refusal.map(|refusal| refusal.code)) {
            (Some(id), None) => {
                let mut bought = self.bought.lock().unwrap_or_else(PoisonError::into_inner);
                bought.push(Bought { id, customer, kept: true });
            }
            (_, Some(RefusalCode::SoldOut)) => {
                let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
                refused.push(Refused { slot, quantity, asked_at, answered_at: Utc::now() });
            }
            (_, Some(RefusalCode::LimitPerCustomer)) => {}
            // Nobody may hear that seats are contended in a hall whose rows are this short.
            (_, Some(RefusalCode::Contended)) if self.model.slots[slot].is_seated() => {}
            (_, code) => return Err(format!("a purchase was answered {code:?}")),
        }
        Ok(())
    }

    /// Lets the gateway answer what it was asked here; how much that was.
    pub(crate) async fn serve_gateway(&self, round: usize) -> Result<usize, Difference> {
        self.world.pull_claims().await?;
        let sagas: Vec<(Uuid,)> =
            sqlx::query_as("select id from saga.saga where organiser_id = $1 and ended_at is null")
                .bind(self.model.organiser)
                .fetch_all(&self.world.sql)
                .await
                .map_err(|error| error.to_string())?;
        let mut served = 0;
        for (number, (saga,)) in sagas.into_iter().enumerate() {
            let Some(claim) = self.world.take_claim(saga) else { continue };
            let declines = claim.action == db::StepAction::Authorize && (number + round).is_multiple_of(7);
            let answer = if declines && claim.unknowns == 0 { Answer::Declined } else { Answer::Done };
            self.world.record(&claim, answer).await?;
            self.world.tally("gateway", None);
            served += 1;
        }
        Ok(served)
    }

    /// What adds up in the end.
    pub(crate) async fn check(&self) -> Result<(), Difference> {
        let seen = look(&self.world.sql, self.model.organiser).await;
        let mut places: HashMap<Uuid, i32> = HashMap::new();
        let mut seats: HashMap<(Uuid, i32), Uuid> = HashMap::new();
        for (id, booking) in &seen.bookings {
            for line in booking.lines.iter().filter(|line| line.active) {
                *places.entry(line.slot).or_default() += line.quantity;
                for seat in line.seats.iter().flatten() {
                    if let Some(other) = seats.insert((line.slot, *seat), *id) {
                        return Err(format!("seat {seat} was sold to {other} and to {id}"));
                    }
                }
            }
            if booking.events != booking.version {
                return Err(format!(
                    "booking {id} has {} events at version {}",
                    booking.events, booking.version
                ));
            }
        }
        for (id, slot) in &seen.slots {
            let sold = places.get(id).copied().unwrap_or(0);
            let right = match &slot.seats {
                None => slot.taken == sold && sold + slot.aside <= slot.capacity,
                Some(all) => {
                    let holder = |(no, holder): (&i32, &String)| {
                        seats
                            .get(&(*id, *no))
                            .map_or(holder.is_empty() || holder == "queue", |of| of.to_string() == *holder)
                    };
                    all.iter().all(holder)
                }
            };
            if !right {
                return Err(format!("slot {id} does not add up: {sold} sold, {slot:?}"));
            }
        }
        for bought in self.bought.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            match seen.bookings.get(&bought.id) {
                Some(booking) if booking.customer == bought.customer => {}
                other => return Err(format!("booking {} was accepted, and is {other:?}", bought.id)),
            }
        }
        let unsettled = seen.bookings.values().find(|booking| {
            let owed = if booking.status == BookingStatus::Pending { 0 } else { booking.owed };
            !booking.in_progress && booking.captured - booking.refunded != owed
        });
        if let Some(booking) = unsettled {
            return Err(format!("the money of a booking does not add up: {booking:?}"));
        }
        self.check_refusals().await
    }

    /// By the ledger, whoever was refused did find too few places at some moment while it asked.
    async fn check_refusals(&self) -> Result<(), Difference> {
        let rows: Vec<(Uuid, DateTime<Utc>, i64)> = sqlx::query_as(
            "select slot_id, at, (case when debit = 'available' then quantity else 0 end
                                - case when credit = 'available' then quantity else 0 end)::bigint
             from inventory.transfer where organiser_id = $1 order by at, id",
        )
        .bind(self.model.organiser)
        .fetch_all(&self.world.sql)
        .await
        .map_err(|error| error.to_string())?;
        let mut moves: BTreeMap<Uuid, Vec<(DateTime<Utc>, i64)>> = BTreeMap::new();
        for (slot, at, by) in rows {
            moves.entry(slot).or_default().push((at, by));
        }
        for refused in self.refused.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let slot = &self.model.slots[refused.slot];
            // A transfer says when it was written; others see it when it is committed, which takes its time on a
            // busy machine.
            let slack = TimeDelta::seconds(5);
            let (mut free, mut least) = (0, i64::MAX);
            for (at, by) in moves.get(&slot.id).into_iter().flatten() {
                if *at > refused.asked_at - slack {
                    least = least.min(free);
                }
                if *at > refused.answered_at + slack {
                    break;
                }
                free += by;
            }
            least = least.min(free);
            if least >= i64::from(refused.quantity) {
                return Err(format!(
                    "somebody was refused {} places of slot {} at {}, when at least {least} were free",
                    refused.quantity, refused.slot, refused.asked_at
                ));
            }
        }
        Ok(())
    }

    /// Figures of what was told.
    pub(crate) fn told(&self) -> (usize, usize) {
        let bought = self.bought.lock().unwrap_or_else(PoisonError::into_inner).len();
        (bought, self.refused.lock().unwrap_or_else(PoisonError::into_inner).len())
    }
}
