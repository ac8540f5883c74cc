//! One universe under test: plays operations against the database and the model, and compares.

mod changes;
mod organiser;
mod queueing;
mod sales;
mod time;

use std::{fmt::Write as _, sync::Arc};

use chrono::{DateTime, Utc};
use db::{
    Actor, BookingId, BookingStatus, CancelBooking, CancelLine, CancelSlot, Command, CompleteBooking,
    CreateBooking, ExtendHold, JoinWaitlist, LeaveWaitlist, LineRequest, OperationKind, OrganiserId, Outcome,
    PayBooking, RefundBooking, RefusalCode, RescheduleBooking, Role, SlotId, WaitlistEntryId, Write,
};
use futures::future::BoxFuture;
use uuid::Uuid;

use super::{
    change::Part,
    compare::Difference,
    goods,
    ops::{About, Answer, By, Expect, Op, Order, Want, Wish},
    sale::{Asked, Wanted},
    seen::{Seen, look},
    state::{Booking, Line, Listing, Model, Places, Step, Verdict},
    world::World,
};

/// An earlier command: what was answered, and how it is sent again, with the same payload or another.
struct Past {
    name: &'static str,
    answer: Outcome,
    again: Box<dyn Fn(bool) -> BoxFuture<'static, Result<Outcome, Difference>> + Send + Sync>,
}

/// An organiser of its own, and everything that happens there.
pub(crate) struct Universe {
    world: Arc<World>,
    opened: DateTime<Utc>,
    pub(crate) model: Model,
    pub(crate) seen: Seen,
    past: Vec<Past>,
    /// What was found by whoever played an operation that concerns all universes.
    pub(crate) broken: Option<Difference>,
    /// What happened, for people.
    log: String,
}

const CUSTOMERS: u8 = 4;

impl Universe {
    pub(crate) async fn open(world: &Arc<World>) -> Self {
        let opened = Utc::now();
        let model = goods::open(&world.api, &world.sql, opened).await;
        let seen = look(&world.sql, model.organiser).await;
        let world = Arc::clone(world);
        Self { world, opened, model, seen, past: Vec::new(), broken: None, log: String::new() }
    }

    /// What happened so far.
    pub(crate) fn log(&self) -> &str {
        &self.log
    }

    fn customer(&self, number: u8) -> String {
        format!("customer-{}-{}", number % CUSTOMERS, self.model.organiser.simple())
    }

    fn actor(&self, by: By, customer: &str) -> Actor {
        let someone = |role, subject: String, organiser: Option<Uuid>| Actor {
            role,
            subject,
            organiser_id: organiser.map(OrganiserId),
        };
        match by {
            By::Owner => someone(Role::Customer, customer.to_owned(), None),
            By::Stranger => someone(Role::Customer, format!("stranger-{}", self.model.organiser), None),
            By::Organiser => goods::seller(self.model.organiser),
            By::OtherOrganiser => goods::seller(Uuid::now_v7()),
            By::Operator => someone(Role::Operator, format!("operator-{}", self.model.organiser), None),
        }
    }

    /// Plays one operation of this universe alone.
    pub(crate) async fn step(&mut self, op: &Op) -> Result<(), Difference> {
        if let Some(difference) = self.broken.take() {
            return Err(difference);
        }
        let _ = writeln!(self.log, "{op:?}");
        match op {
            Op::Create(orders) => self.create(orders).await,
            Op::Pay(about) => self.pay(*about).await,
            Op::Extend(about) => self.extend(*about).await,
            Op::Cancel(abouts) => self.cancel(abouts).await,
            Op::CancelPart { about, line, places, seats } => {
                self.cancel_part(*about, *line, *places, *seats).await
            }
            Op::Reschedule { about, lines, paid } => self.reschedule(*about, lines, *paid).await,
            Op::Refund { about, percent } => self.refund(*about, *percent).await,
            Op::Complete { about, no_show } => self.complete(*about, *no_show).await,
            Op::Join { slot, customer, quantity, plan } => {
                self.join(*slot, *customer, *quantity, *plan).await
            }
            Op::Leave { pick, by, expect } => self.leave(*pick, *by, *expect).await,
            Op::Capacity { slot, by, price, expect } => self.capacity(*slot, *by, *price, *expect).await,
            Op::Policy { listing, plan, percent, fee } => self.policy(*listing, *plan, *percent, *fee).await,
            Op::CancelSlot { slot, by, expect } => self.cancel_slot(*slot, *by, *expect).await,
            Op::Begin { slot } => self.begin(*slot).await,
            Op::Lapse { pick } => self.lapse(*pick).await,
            Op::GiveUp { pick } => self.give_up(*pick).await,
            Op::Play { pick, answer } => self.play(*pick, *answer).await,
            Op::Again { pick, other } => self.again(*pick, *other).await,
            Op::Sweep | Op::Offer => Ok(()),
        }
    }

    /// Sends commands in one call.
    async fn write<W: Write + Clone>(
        &mut self,
        name: &'static str,
        commands: Vec<Command<W>>,
    ) -> Result<Vec<Outcome>, Difference> {
        let outcomes = self.world.write(&commands).await?;
        for (command, outcome) in commands.into_iter().zip(&outcomes) {
            self.world.tally(name, outcome.refusal.as_ref().map(|refusal| refusal.code));
            let _ = writeln!(
                self.log,
                "    {:?} -> {:?}{}",
                outcome.id,
                outcome.refusal.as_ref().map(|refusal| (refusal.code, &refusal.path)),
                if outcome.replayed { " replayed" } else { "" }
            );
            if outcome.refusal.as_ref().is_some_and(db::Refusal::retryable) {
                continue;
            }
            let world = Arc::clone(&self.world);
            let again = move |other: bool| -> BoxFuture<'static, Result<Outcome, Difference>> {
                let (world, mut command) = (Arc::clone(&world), command.clone());
                if other {
                    "another payload".clone_into(&mut command.fingerprint);
                }
                Box::pin(async move { Ok(world.write(&[command]).await?.remove(0)) })
            };
            self.past.push(Past { name, answer: outcome.clone(), again: Box::new(again) });
        }
        self.look().await;
        Ok(outcomes)
    }

    /// Reads the universe, and takes over which holds that are over were found out: that may happen at any moment.
    pub(crate) async fn look(&mut self) {
        self.seen = look(&self.world.sql, self.model.organiser).await;
        for at in 0..self.model.bookings.len() {
            let booking = &self.model.bookings[at];
            let there = self.seen.bookings.get(&booking.id);
            let found_out = there.is_some_and(|there| there.reason.as_deref() == Some("EXPIRED"));
            if booking.lapsed && found_out {
                self.model.expire(at);
            }
        }
    }

    /// Holds the whole universe against the model.
    pub(crate) fn compare(&mut self) -> Result<(), Difference> {
        self.give_up_unsent();
        self.model.compare(&self.seen)
    }

    /// What is given up before any worker has taken it is never asked of the gateway, and ends as if that had declined.
    /// Whether one was faster is a matter of chance; what follows from it is not.
    fn give_up_unsent(&mut self) {
        for at in 0..self.model.bookings.len() {
            let booking = &self.model.bookings[at];
            let is_given_up = booking.status != BookingStatus::Pending && booking.change.is_none();
            let is_asked = matches!(booking.asked, Some((OperationKind::Authorize, _)));
            let was_sent = self.seen.bookings.get(&booking.id).is_none_or(|seen| seen.asked.is_some());
            if is_given_up && is_asked && !was_sent {
                self.model.answer(at, Answer::Declined);
            }
        }
    }

    fn check(verdict: &Verdict, outcome: &Outcome) -> Result<bool, Difference> {
        let code = outcome.refusal.as_ref().map(|refusal| refusal.code);
        if verdict.allows(code) {
            return Ok(code.is_none());
        }
        let answer = code.map_or("accepted".to_owned(), |code| format!("{code:?}"));
        Err(format!("it was {answer} ({:?}), and the rules say {verdict:?}", outcome.refusal))
    }

    /// A booking to do something with: mostly one with which it can be done.
    fn pick(&self, pick: u16, fits: impl Fn(&Booking) -> bool) -> Option<usize> {
        let all: Vec<usize> = (0..self.model.bookings.len()).collect();
        let fitting: Vec<usize> = all.iter().copied().filter(|at| fits(&self.model.bookings[*at])).collect();
        let from = if pick.is_multiple_of(8) || fitting.is_empty() { all } else { fitting };
        (!from.is_empty()).then(|| from[usize::from(pick / 8) % from.len()])
    }

    fn expected(at_version: i32, expect: Expect) -> Option<i32> {
        match expect {
            Expect::Nothing => None,
            Expect::Present => Some(at_version),
            Expect::Stale => Some(at_version - 1),
        }
    }

    fn about(
        &self,
        about: About,
        fits: impl Fn(&Booking) -> bool,
    ) -> Option<(usize, Actor, BookingId, Option<i32>)> {
        let at = self.pick(about.pick, fits)?;
        let booking = &self.model.bookings[at];
        let actor = self.actor(about.by, &booking.customer);
        Some((at, actor, BookingId(booking.id), Self::expected(booking.version, about.expect)))
    }
}
