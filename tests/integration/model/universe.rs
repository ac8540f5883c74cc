//! One universe under test: plays operations against the database and the model, and compares.

use std::{fmt::Write as _, sync::Arc};

use chrono::{DateTime, Utc};
use db::{
    Actor, BookingId, BookingStatus, CancelBooking, CancelLine, CancelSlot, Command, CompleteBooking,
    CreateBooking, ExtendHold, JoinWaitlist, LeaveWaitlist, LineRequest, OrganiserId, Outcome, PayBooking,
    RefundBooking, RefusalCode, RescheduleBooking, Role, SlotId, WaitlistEntryId, Write,
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
        self.model.compare(&self.seen)
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

    fn wanted(&self, want: &Want, by: By, taken: &mut Vec<usize>) -> Option<Wanted> {
        let slot = Some(usize::from(want.slot)).filter(|at| *at < self.model.slots.len());
        let plan = want.plan.map_or(Some(0), |plan| Some(usize::from(plan)).filter(|plan| *plan < 3));
        // Customers name prices now and then, to be refused.
        let is_named =
            !matches!(by, By::Owner | By::Stranger) || want.price.is_some_and(|price| price % 8 == 0);
        let mut wanted = Wanted {
            slot,
            quantity: want.quantity,
            plan,
            seats: None,
            section: None,
            class: None,
            price: want.price.filter(|_| is_named),
        };
        let seats = match slot.map(|at| &self.model.slots[at].places) {
            Some(Places::Seats(seats)) => i32::try_from(seats.len()).expect("a small hall"),
            // Those who ask for seats where there are none are few.
            _ if matches!(want.wish, Wish::Chosen(number) if number % 16 == 0) => 5,
            _ => return Some(wanted),
        };
        // Which line gets which of the best seats is for the database to say, so that each hall is asked for once.
        let at = slot.unwrap_or(usize::MAX);
        if taken.contains(&at) {
            return None;
        }
        taken.push(at);
        match want.wish {
            Wish::Section(number) => {
                wanted.section = Some(["Stalls", "Balcony", "Loge"][usize::from(number % 3)]);
            }
            Wish::Class(number) => wanted.class = Some(["gold", "silver", "tin"][usize::from(number % 3)]),
            Wish::Chosen(first) if (1..=7).contains(&want.quantity) => {
                let first = i32::from(first) % (seats + 2);
                wanted.seats = Some((first..first + want.quantity).collect());
            }
            Wish::Best | Wish::Chosen(_) => {}
        }
        Some(wanted)
    }

    fn request(&self, wanted: &Wanted) -> LineRequest {
        let slot = wanted.slot.map_or_else(Uuid::now_v7, |at| self.model.slots[at].id);
        let listing = wanted.slot.map_or(0, |at| self.model.slots[at].listing);
        let plan = wanted.plan.map_or("no-such-plan", |plan| self.model.listings[listing].plans[plan].code);
        LineRequest {
            slot_id: SlotId(slot),
            quantity: wanted.quantity,
            seats: wanted.seats.clone(),
            section: wanted.section.map(str::to_owned),
            price_class: wanted.class.map(str::to_owned),
            rate_plan: Some(plan.to_owned()),
            unit_price_minor: wanted.price,
            unit_price_currency: wanted.price.map(|_| "EUR".to_owned()),
        }
    }

    async fn create(&mut self, orders: &[Order]) -> Result<(), Difference> {
        let mut asked = Vec::new();
        let mut commands: Vec<Command<CreateBooking>> = Vec::new();
        for order in orders {
            let mut taken = Vec::new();
            let lines: Vec<Wanted> =
                order.lines.iter().filter_map(|want| self.wanted(want, order.by, &mut taken)).collect();
            let customer = self.customer(order.customer);
            let write = CreateBooking {
                customer_id: (order.by != By::Owner).then(|| customer.clone()),
                payment_method: order.paid.then(|| "pm_card_visa".to_owned()),
                note: None,
                lines: lines.iter().map(|wanted| self.request(wanted)).collect(),
            };
            let command = goods::command(self.actor(order.by, &customer), write);
            let order_asked = Asked { customer, by: order.by, paid: order.paid, lines };
            if order.twice {
                asked.push((order_asked.clone(), false));
                commands.push(command.clone());
            }
            asked.push((order_asked, order.twice));
            commands.push(command);
        }
        let outcomes = self.write("create", commands).await?;
        for (number, ((asked, is_second), outcome)) in asked.iter().zip(&outcomes).enumerate() {
            if *is_second {
                Self::check_twin(&outcomes[number - 1], outcome)?;
                continue;
            }
            // At a sale, a hold that is over counts no longer, found out or not.
            let mut cleared = self.model.clone();
            let wanted = |line: &Line| asked.lines.iter().any(|asked| asked.slot == Some(line.slot));
            for at in 0..cleared.bookings.len() {
                if cleared.bookings[at].lapsed && cleared.bookings[at].lines.iter().any(wanted) {
                    cleared.expire(at);
                }
            }
            if Self::check(&cleared.judge_sale(asked), outcome)? {
                let id = outcome.id.ok_or("an accepted booking has an id")?;
                let there =
                    self.seen.bookings.get(&id).ok_or_else(|| format!("booking {id} is not there"))?;
                self.model.book(id, asked, there)?;
            }
        }
        self.compare()
    }

    fn check_twin(first: &Outcome, second: &Outcome) -> Result<(), Difference> {
        let retryable = first.refusal.as_ref().is_some_and(db::Refusal::retryable);
        let flagged = second.replayed != retryable;
        if (&first.id, &first.refusal) != (&second.id, &second.refusal) || !flagged {
            return Err(format!("twins in one batch were answered {first:?} and {second:?}"));
        }
        Ok(())
    }

    async fn pay(&mut self, about: About) -> Result<(), Difference> {
        let Some((at, actor, booking_id, expected_version)) =
            self.about(about, |booking| booking.status == BookingStatus::Pending && booking.asked.is_none())
        else {
            return Ok(());
        };
        let write = PayBooking { booking_id, payment_method: "pm_card_visa".to_owned(), expected_version };
        let outcomes = self.write("pay", vec![goods::command(actor, write)]).await?;
        let mut verdict = self.model.judge_touch(at, about.by, about.expect);
        self.model.judge_pay(at, &mut verdict);
        if Self::check(&verdict, &outcomes[0])? {
            self.model.pay(at);
        }
        self.compare()
    }

    async fn extend(&mut self, about: About) -> Result<(), Difference> {
        let Some((at, actor, booking_id, expected_version)) =
            self.about(about, |booking| booking.status == BookingStatus::Pending)
        else {
            return Ok(());
        };
        let write = ExtendHold { booking_id, expected_version };
        let outcomes = self.write("extend", vec![goods::command(actor, write)]).await?;
        let mut verdict = self.model.judge_touch(at, about.by, about.expect);
        self.model.judge_extension(at, &mut verdict);
        if Self::check(&verdict, &outcomes[0])? {
            let booking = &mut self.model.bookings[at];
            booking.extensions += 1;
            booking.touched = true;
        }
        self.compare()
    }

    async fn cancel(&mut self, abouts: &[About]) -> Result<(), Difference> {
        let mut commands = Vec::new();
        let mut asked = Vec::new();
        for about in abouts {
            let Some((at, actor, booking_id, expected_version)) = self.about(*about, Booking::is_live) else {
                return Ok(());
            };
            if abouts.len() == 1 {
                self.check_quote(at, &actor, about.by).await?;
            }
            asked.push((at, *about));
            let write = CancelBooking { booking_id, lines: None, note: None, expected_version };
            commands.push(goods::command(actor, write));
        }
        let outcomes = self.write("cancel", commands).await?;
        for ((at, about), outcome) in asked.into_iter().zip(&outcomes) {
            let mut verdict = self.model.judge_touch(at, about.by, about.expect);
            self.model.judge_cancel(at, &mut verdict);
            if Self::check(&verdict, outcome)? {
                self.model.cancel_as(at, about.by);
            }
        }
        self.compare()
    }

    /// The quote says what the cancellation will then do.
    async fn check_quote(&self, at: usize, actor: &Actor, by: By) -> Result<(), Difference> {
        let booking = &self.model.bookings[at];
        let quote =
            self.world.api.refund_quote(actor, BookingId(booking.id)).await.map_err(|e| e.to_string())?;
        let may_see = !matches!(by, By::Stranger | By::OtherOrganiser);
        match quote {
            None if !may_see => Ok(()),
            Some(quote)
                if may_see
                    && (quote.refund_minor == self.model.refund_due(at) || booking.change.is_some()) =>
            {
                Ok(())
            }
            quote => Err(format!(
                "booking {}: the quote is {quote:?}, and {} would come back",
                booking.id,
                self.model.refund_due(at)
            )),
        }
    }

    async fn cancel_part(
        &mut self,
        about: About,
        line: u8,
        places: Option<i8>,
        by_seats: bool,
    ) -> Result<(), Difference> {
        let Some((at, actor, booking_id, expected_version)) =
            self.about(about, |booking| booking.status == BookingStatus::Confirmed)
        else {
            return Ok(());
        };
        let lines = &self.model.bookings[at].lines;
        // One in as many names a line that is not there.
        let line = lines.get(usize::from(line) % (lines.len() + usize::from(line == 3))).cloned();
        let had = line.as_ref().and_then(|line| line.seats.clone()).filter(|_| by_seats);
        let seats = had.map(|seats| {
            seats.into_iter().take(places.map_or(1, |n| n.clamp(1, 4).unsigned_abs().into())).collect()
        });
        let quantity = places.map(i32::from).filter(|_| seats.is_none());
        let part = Part { line, quantity, seats };
        let cancel = CancelLine {
            line_no: part.line.as_ref().map_or(99, |line| line.no),
            quantity: part.quantity,
            seats: part.seats.clone(),
        };
        let write = CancelBooking { booking_id, lines: Some(vec![cancel]), note: None, expected_version };
        let outcomes = self.write("cancel a part", vec![goods::command(actor, write)]).await?;
        let mut verdict = self.model.judge_touch(at, about.by, about.expect);
        self.model.judge_part(at, &part, &mut verdict);
        if Self::check(&verdict, &outcomes[0])? {
            let there = self.seen.bookings.get(&booking_id.0).ok_or("the booking is not there")?;
            self.model.cancel_part(at, about.by, &part, there)?;
        }
        self.compare()
    }

    async fn reschedule(&mut self, about: About, lines: &[Want], paid: bool) -> Result<(), Difference> {
        let Some((at, actor, booking_id, expected_version)) =
            self.about(about, |booking| booking.status == BookingStatus::Confirmed && !booking.in_progress)
        else {
            return Ok(());
        };
        let mut taken = Vec::new();
        let simple = |want: &Want| Want { wish: Wish::Best, price: None, ..want.clone() };
        let mut lines: Vec<Wanted> =
            lines.iter().filter_map(|want| self.wanted(&simple(want), By::Owner, &mut taken)).collect();
        // Mostly something is kept, or there would be little to keep right.
        let kept = self.model.bookings[at].lines.first().cloned();
        if let Some(kept) = kept.filter(|kept| !about.pick.is_multiple_of(3) && !taken.contains(&kept.slot)) {
            let plans = &self.model.listings[self.model.slots[kept.slot].listing].plans;
            let same = plans.iter().position(|plan| plan.code == kept.plan);
            // Some go for less, or for nothing but a cheaper plan.
            let less = i32::from(about.pick % 7 < 3 && kept.quantity > 1);
            let plan = if about.pick.is_multiple_of(5) { Some(2) } else { same };
            let quantity = kept.quantity - less;
            let line = Wanted { slot: Some(kept.slot), quantity, plan, ..lines[0].clone() };
            if about.pick % 7 < 4 {
                lines.clear();
            }
            lines.insert(0, line);
            lines.truncate(2);
        }
        let asked = Asked { customer: self.model.bookings[at].customer.clone(), by: about.by, paid, lines };
        let write = RescheduleBooking {
            booking_id,
            lines: asked.lines.iter().map(|wanted| self.request(wanted)).collect(),
            payment_method: paid.then(|| "pm_card_visa".to_owned()),
            note: None,
            expected_version,
        };
        let outcomes = self.write("reschedule", vec![goods::command(actor, write)]).await?;
        let mut verdict = self.model.judge_touch(at, about.by, about.expect);
        self.model.judge_reschedule(at, &asked, &mut verdict);
        if Self::check(&verdict, &outcomes[0])? {
            let there = self.seen.bookings.get(&booking_id.0).ok_or("the booking is not there")?;
            self.model.reschedule(at, &asked, there)?;
        }
        self.compare()
    }

    async fn refund(&mut self, about: About, percent: Option<u8>) -> Result<(), Difference> {
        let Some((at, actor, booking_id, expected_version)) =
            self.about(about, |booking| booking.owed > 0 && booking.captured > 0)
        else {
            return Ok(());
        };
        let owed = self.model.bookings[at].owed;
        let amount = percent.map(|percent| owed * i64::from(percent) / 100);
        let write = RefundBooking {
            booking_id,
            amount_minor: amount,
            currency: amount.map(|_| "EUR".to_owned()),
            note: None,
            expected_version,
        };
        let outcomes = self.write("refund", vec![goods::command(actor, write)]).await?;
        let mut verdict = self.model.judge_touch(at, about.by, about.expect);
        self.model.judge_refund(at, about.by, amount, &mut verdict);
        if Self::check(&verdict, &outcomes[0])? {
            self.model.grant_refund(at, amount);
        }
        self.compare()
    }

    fn has_begun(&self, booking: &Booking) -> bool {
        let begun = booking.lines.iter().any(|line| self.model.slots[line.slot].begun);
        booking.status == BookingStatus::Confirmed && begun
    }

    async fn complete(&mut self, about: About, no_show: bool) -> Result<(), Difference> {
        let Some((at, actor, booking_id, expected_version)) =
            self.about(about, |booking| self.has_begun(booking))
        else {
            return Ok(());
        };
        let write = CompleteBooking { booking_id, no_show, expected_version };
        let outcomes = self.write("complete", vec![goods::command(actor, write)]).await?;
        let mut verdict = self.model.judge_touch(at, about.by, about.expect);
        self.model.judge_completion(at, about.by, &mut verdict);
        if Self::check(&verdict, &outcomes[0])? {
            self.model.complete(at, no_show);
        }
        self.compare()
    }

    async fn join(
        &mut self,
        slot: u8,
        customer: u8,
        quantity: i32,
        plan: Option<u8>,
    ) -> Result<(), Difference> {
        // Mostly for what is sold out: elsewhere nobody needs to wait.
        let full: Vec<usize> = (0..self.model.slots.len())
            .filter(|at| self.model.slots[*at].free() < quantity || self.model.waiting(*at) > 0)
            .collect();
        let slot = match u8::try_from(full.get(usize::from(slot) % full.len().max(1)).copied().unwrap_or(99))
        {
            Ok(full) if customer > 0 && full < 99 => full,
            _ => slot,
        };
        let want = Want { slot, quantity, plan, wish: Wish::Best, price: None };
        let Some(wanted) = self.wanted(&want, By::Owner, &mut Vec::new()) else { return Ok(()) };
        let customer = self.customer(customer);
        let request = self.request(&wanted);
        let write = JoinWaitlist {
            slot_id: request.slot_id,
            quantity,
            rate_plan: plan.and(request.rate_plan),
            customer_id: None,
        };
        let actor = self.actor(By::Owner, &customer);
        let outcomes = self.write("join", vec![goods::command(actor, write)]).await?;
        let verdict = self.model.judge_joining(wanted.slot, &customer, &wanted);
        if Self::check(&verdict, &outcomes[0])? {
            let (Some(id), Some(slot)) = (outcomes[0].id, wanted.slot) else {
                return Err("an entry has an id".to_owned());
            };
            self.model.join(id, slot, &customer, &wanted, plan.is_some());
        }
        self.compare()
    }

    async fn leave(&mut self, pick: u16, by: By, expect: Expect) -> Result<(), Difference> {
        if self.model.entries.is_empty() {
            return Ok(());
        }
        let at = usize::from(pick) % self.model.entries.len();
        let entry = &self.model.entries[at];
        let write = LeaveWaitlist {
            entry_id: WaitlistEntryId(entry.id),
            expected_version: Self::expected(entry.version, expect),
        };
        let actor = self.actor(by, &entry.customer);
        let outcomes = self.write("leave", vec![goods::command(actor, write)]).await?;
        let verdict = self.model.judge_leaving(at, by, expect);
        if Self::check(&verdict, &outcomes[0])? {
            self.model.leave(at);
        }
        self.compare()
    }

    async fn capacity(
        &mut self,
        slot: u8,
        by: i8,
        price: Option<u16>,
        expect: Expect,
    ) -> Result<(), Difference> {
        let at = usize::from(slot) % self.model.slots.len();
        let slot = &self.model.slots[at];
        let Places::Counted { capacity, taken, aside } = slot.places else { return Ok(()) };
        if slot.begun {
            return Ok(());
        }
        let wanted = capacity + i32::from(by);
        let price = price.map_or(slot.price, i64::from);
        let command = goods::slot_command(
            self.model.organiser,
            self.model.listings[slot.listing].id,
            goods::starts_at(self.opened, slot.starts_in_hours),
            goods::counted(wanted, price),
            Self::expected(slot.version, expect),
        );
        let outcomes = self.write("capacity", vec![command]).await?;
        let mut verdict = Verdict::default();
        verdict.refuse_if(expect == Expect::Stale, RefusalCode::StaleVersion);
        verdict.refuse_if(!self.model.slots[at].on_sale(), RefusalCode::InvalidState);
        verdict.refuse_if(wanted < 0, RefusalCode::InvalidQuantity);
        verdict.refuse_if(wanted < taken + aside, RefusalCode::CapacityBelowSold);
        if Self::check(&verdict, &outcomes[0])? {
            let waiting = self.model.waiting(at);
            let slot = &mut self.model.slots[at];
            slot.price = price;
            if let Places::Counted { capacity, aside, .. } = &mut slot.places {
                *capacity = wanted;
                // What a raise brings goes to the queue first.
                *aside += i32::from(by).clamp(0, (waiting - *aside).max(0));
            }
        }
        self.compare()
    }

    async fn policy(&mut self, listing: u8, plan: u8, percent: u8, fee: u8) -> Result<(), Difference> {
        let listing: &mut Listing = &mut self.model.listings[usize::from(listing % 2)];
        let step = Step { hours: 40, percent: i32::from(percent), fee: i64::from(fee) };
        listing.plans[usize::from(plan % 3)].policy = vec![step];
        let command = goods::listing_command(self.model.organiser, listing);
        let outcomes = self.write("policy", vec![command]).await?;
        Self::check(&Verdict::default(), &outcomes[0])?;
        self.compare()
    }

    async fn cancel_slot(&mut self, slot: u8, by: By, expect: Expect) -> Result<(), Difference> {
        let at = usize::from(slot) % self.model.slots.len();
        let changing =
            |booking: &Booking| booking.change.is_some() && booking.places().any(|line| line.slot == at);
        // What becomes of a change under way then, is another test's matter.
        if self.model.bookings.iter().any(changing) {
            return Ok(());
        }
        let slot = &self.model.slots[at];
        let (begun, cancelled) = (slot.begun, slot.state == db::SlotState::Cancelled);
        let write = CancelSlot {
            slot_id: SlotId(slot.id),
            note: None,
            expected_version: Self::expected(slot.version, expect),
        };
        let actor = self.actor(by, "somebody");
        let outcomes = self.write("cancel a slot", vec![goods::command(actor, write)]).await?;
        let mut verdict = Verdict::default();
        verdict.refuse_if(by == By::OtherOrganiser, RefusalCode::NotFound);
        for code in [RefusalCode::NotAllowed, RefusalCode::NotFound] {
            verdict.refuse_if(matches!(by, By::Owner | By::Stranger), code);
        }
        verdict.refuse_if(expect == Expect::Stale, RefusalCode::StaleVersion);
        verdict.refuse_if(cancelled, RefusalCode::InvalidState);
        verdict.allow_if(begun, RefusalCode::InvalidState);
        if Self::check(&verdict, &outcomes[0])? {
            self.world.cancel_slot_bookings().await?;
            self.look().await;
            self.model.cancel_slot(at);
        }
        self.compare()
    }

    /// A slot begins: as superuser, since nobody waits for days.
    async fn begin(&mut self, slot: u8) -> Result<(), Difference> {
        let at = usize::from(slot) % self.model.slots.len();
        if self.model.slots[at].begun {
            return Ok(());
        }
        let id = self.model.slots[at].id;
        let ago = format!("clock_timestamp() - interval '{} minutes'", 60 + at);
        self.world
            .execute(&format!(
                "with slot as (
                     update inventory.slot set starts_at = {ago}, ends_at = {ago} + interval '2 hours'
                     where id = '{id}' returning id, starts_at)
                 update booking.line l set starts_at = s.starts_at from slot s where l.slot_id = s.id"
            ))
            .await;
        self.world.tally("begin", None);
        self.model.slots[at].begun = true;
        self.look().await;
        self.compare()
    }

    /// A hold comes to its end, or, with a payment under way, to minute 10: as superuser, since nobody waits for
    /// minutes. What the customer was told is left as it is, for its history says so.
    async fn lapse(&mut self, pick: u16) -> Result<(), Difference> {
        let pending = |at: &usize| {
            let booking = &self.model.bookings[*at];
            booking.status == BookingStatus::Pending && !booking.lapsed
        };
        let holds: Vec<usize> = (0..self.model.bookings.len()).filter(pending).collect();
        if holds.is_empty() {
            return Ok(());
        }
        let booking = &mut self.model.bookings[holds[usize::from(pick) % holds.len()]];
        booking.lapsed = true;
        let statement = format!(
            "update booking.booking set expire_due_at = clock_timestamp() - interval '1 second'
             where id = '{}' and status = 'PENDING'",
            booking.id
        );
        self.world.execute(&statement).await;
        self.world.tally("lapse", None);
        self.look().await;
        self.compare()
    }

    /// A change comes to the end of its time.
    async fn give_up(&mut self, pick: u16) -> Result<(), Difference> {
        let all = 0..self.model.bookings.len();
        let changing: Vec<usize> = all.filter(|at| self.model.bookings[*at].change.is_some()).collect();
        if changing.is_empty() {
            return Ok(());
        }
        let at = changing[usize::from(pick) % changing.len()];
        let id = self.model.bookings[at].id;
        self.world
            .execute(&format!(
                "update booking.change set due_at = clock_timestamp() - interval '1 second'
                 where booking_id = '{id}' and state = 'UNDER_WAY'"
            ))
            .await;
        self.world.give_up_changes().await?;
        self.world.tally("give up", None);
        self.look().await;
        self.model.give_up(at);
        self.compare()
    }

    async fn play(&mut self, pick: u16, answer: Answer) -> Result<(), Difference> {
        let all = 0..self.model.bookings.len();
        let asked: Vec<usize> = all.filter(|at| self.model.bookings[*at].asked.is_some()).collect();
        if asked.is_empty() {
            return Ok(());
        }
        self.play_for(asked[usize::from(pick) % asked.len()], answer).await
    }

    /// The gateway answers for one booking.
    async fn play_for(&mut self, at: usize, answer: Answer) -> Result<(), Difference> {
        let booking = &mut self.model.bookings[at];
        let Some((kind, amount)) = booking.asked else { return Ok(()) };
        let answer = booking.bearable(kind, answer);
        let claim = self.world.claim(booking.id).await?;
        let right = claim.operation == kind
            && (claim.amount_minor == amount
                || kind == db::OperationKind::Refund && booking.changed && claim.amount_minor <= amount);
        if !right {
            return Err(format!(
                "booking {}: {kind:?} of {amount} was to be asked, and {:?} of {} was",
                booking.id, claim.operation, claim.amount_minor
            ));
        }
        booking.asked = Some((kind, claim.amount_minor));
        let was_lapsed = booking.lapsed;
        self.world.record(&claim, answer).await?;
        self.world.tally("gateway", None);
        self.look().await;
        let booking = &self.model.bookings[at];
        // A hold that is over and that nobody has found out, may be paid for just in time.
        let found_out = was_lapsed && !booking.lapsed;
        let _ = writeln!(self.log, "    {kind:?} {answer:?} (found out: {found_out})");
        self.model.answer(at, answer);
        self.compare()
    }

    async fn again(&mut self, pick: u16, other: bool) -> Result<(), Difference> {
        if self.past.is_empty() {
            return Ok(());
        }
        let past = &self.past[usize::from(pick) % self.past.len()];
        let outcome = (past.again)(other).await?;
        let code = outcome.refusal.as_ref().map(|refusal| refusal.code);
        let right = if other {
            code == Some(RefusalCode::IdempotencyKeyReused)
        } else {
            outcome.replayed && outcome.id == past.answer.id && outcome.refusal == past.answer.refusal
        };
        if !right {
            return Err(format!("{} again (other: {other}): {:?}, then {outcome:?}", past.name, past.answer));
        }
        self.world.tally(if other { "again, otherwise" } else { "again" }, code);
        self.look().await;
        self.compare()
    }

    /// After a sweep no hold that is over holds anything.
    pub(crate) fn swept(&mut self) {
        for at in 0..self.model.bookings.len() {
            if self.model.bookings[at].lapsed {
                self.model.expire(at);
            }
        }
    }

    /// Lets the gateway do everything that it was asked.
    pub(crate) async fn settle(&mut self) -> Result<(), Difference> {
        loop {
            let asked = |at: &usize| self.model.bookings[*at].asked.is_some();
            let Some(at) = (0..self.model.bookings.len()).find(asked) else { break };
            self.play_for(at, Answer::Done).await?;
        }
        for booking in &self.model.bookings {
            let owed = if booking.status == BookingStatus::Pending { 0 } else { booking.owed };
            if !booking.dead && booking.captured - booking.refunded != owed {
                return Err(format!(
                    "{} is captured and refunded {}, and owes {owed}",
                    booking.captured, booking.refunded
                ));
            }
        }
        Ok(())
    }
}
