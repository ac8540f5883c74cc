//! A worker's turns, by hand: claimed, answered as each customer's lot is, recorded, and looked at.

use std::collections::HashMap;

use db::{
    Actor, BookingId, CancelBooking, CancelLine, Claim, ClaimRequest, Command, CreateBooking, Db, Error,
    GatewayRegistration, Role, StepAction, StepOutcome, StepResult, Trace,
};
use tests::{Goods, Shop, TestSystem};

use super::{
    super::order,
    people::{Answer, Event, PEOPLE, Person},
};

/// Turns until nothing is left that could be claimed within a lease.
const TURNS: usize = 8;
/// Longer than the whole test, in seconds.
const LEASE: i32 = 600;

/// Everything that a saga leaves behind, without what differs from run to run: ids, times, names made of ids.
const LEFT_BEHIND: [(&str, &str); 11] = [
    ("bookings", "b.status, b.reason, b.version, b.owed_minor, b.hold_expires_at is null as unheld,
        b.expire_due_at is null as undue, b.updated_at = (select max(e.occurred_at) from booking.event e where e.booking_id = b.id) as dated
        from booking.booking b"),
    ("events", "e.version, e.type, e.from_status, e.to_status, e.actor_role, e.actor_id, e.reason, e.correlation_id, e.traceparent,
        e.data - 'holdExpiresAt' as data
        from booking.event e join booking.booking b on b.id = e.booking_id"),
    ("places", "t.debit, t.credit, t.quantity from inventory.transfer t join booking.booking b on b.id = t.booking_id"),
    ("money", "t.debit, t.credit, t.currency, t.amount_minor from payment.transfer t join booking.booking b on b.id = t.booking_id"),
    ("payments", "p.number, p.amount_minor, p.captured_minor, p.refunded_minor, p.status, p.method, p.attempts, p.gateway,
        p.\"authorization\" is null as unauthorized, p.authorization_expires_at is null as endless, p.failure, p.version
        from payment.payment p join booking.booking b on b.id = p.booking_id"),
    ("operations", "o.gateway, o.kind, o.amount_minor, o.attempt, o.state, o.gateway_ref = o.gateway_key as named, o.expires_at,
        o.error, o.failures, o.unknowns, o.closed_at is null as open
        from payment.operation o join payment.payment p on p.id = o.payment_id join booking.booking b on b.id = p.booking_id"),
    ("sagas", "s.kind, s.state, s.step, s.lease, s.lease_until is null as free, s.worker, s.in_doubt, s.was_in_doubt, s.failures,
        s.unknowns, s.steps, s.last_error, s.ended_at is null as runs, s.claimed_at is null as unclaimed
        from saga.saga s join booking.booking b on b.id = s.booking_id"),
    ("steps", "s.kind, t.seq, t.from_step, t.step, t.result, t.detail, t.worker, t.began_at = s.claimed_at as dated
        from saga.step t join saga.saga s on s.id = t.saga_id join booking.booking b on b.id = s.booking_id"),
    ("cases", "d.cause, d.state, d.note, d.detail, d.safe_actions
        from saga.dead_letter d join booking.booking b on b.id = d.booking_id"),
    ("messages", "m.read_ct, m.vt <= clock_timestamp() as visible
        from pgmq.q_saga m join saga.saga s on s.id::text = m.message ->> 'saga_id' join booking.booking b on b.id = s.booking_id"),
    ("word for the outside", "count(*) > 0 as told
        from pgmq.q_outbox m cross join jsonb_array_elements(m.message -> 'subjects') t
        join booking.booking b on b.id::text = t ->> 'id' group by b.customer_id"),
];

/// What was found, by what was looked at.
pub(super) type Found = Vec<(String, Vec<String>)>;

/// One system with everybody's booking in it.
pub(super) struct Stage {
    pub(super) system: TestSystem,
    worker: Db,
    /// Whose booking is whose.
    bookings: HashMap<BookingId, Person>,
}

impl Stage {
    pub(super) async fn open() -> Self {
        let system = TestSystem::idle().await;
        let shop = system.shop(&Goods::places(1_000)).await;
        let worker = system.worker_db().await;
        let gateway =
            |code: &str, weight| GatewayRegistration { code: code.to_owned(), weight, currencies: None };
        let gateways = [gateway("counted", 1), gateway("elsewhere", 0)];
        worker.register_gateways(&gateways).await.expect("they are registered");

        let commands: Vec<_> = PEOPLE.iter().map(|person| booking(&shop, person)).collect();
        let accepted = system.api.write(&commands).await.expect("they are written");
        assert!(accepted.iter().all(|outcome| outcome.refusal.is_none()), "{accepted:?}");
        let ids = accepted.iter().map(|outcome| BookingId(outcome.id.expect("a booking")));
        let stage = Self { system, worker, bookings: ids.zip(PEOPLE).collect() };
        for (booking, person) in &stage.bookings {
            stage.prepare(*booking, person.event).await;
        }
        stage
    }

    /// What has come to pass before the first turn.
    async fn prepare(&self, booking: BookingId, event: Event) {
        let sql = &self.system.database;
        let id = booking.0;
        match event {
            Event::Late => {
                let late = "update saga.saga set deadline = clock_timestamp() - interval '1 second'";
                assert_eq!(sql.execute(format!("{late} where booking_id = '{id}'")).await, 1);
                assert_eq!(self.worker.report_overdue(10).await.expect("it is reported"), 1);
            }
            Event::NamedTwice => {
                let send = "select pgmq.send('saga', m.message) from pgmq.q_saga m join saga.saga s
                            on s.id::text = m.message ->> 'saga_id'";
                assert_eq!(sql.execute(format!("{send} where s.booking_id = '{id}'")).await, 1);
            }
            Event::Elsewhere => {
                let moved = "update payment.operation o set gateway = 'elsewhere' from payment.payment p
                             where p.id = o.payment_id and p.booking_id";
                assert_eq!(sql.execute(format!("{moved} = '{id}'")).await, 1);
            }
            Event::None | Event::Cancels | Event::CancelsOne => (),
        }
    }

    async fn claim(&self) -> Result<Vec<Claim>, Error> {
        let request = ClaimRequest {
            worker: "by hand".to_owned(),
            batch: 100,
            lease_seconds: LEASE,
            gateways: vec!["counted".to_owned()],
            actions: StepAction::ALL.to_vec(),
        };
        self.worker.claim_steps(&request).await
    }

    fn person(&self, claim: &Claim) -> (BookingId, Person) {
        let booking = claim.booking_id.expect("a booking's saga");
        (booking, self.bookings[&booking])
    }

    /// What is asked, as far as it is the same in every run.
    fn told(&self, claims: &[Claim]) -> Vec<String> {
        let told = claims.iter().map(|claim| {
            let call = claim.call.as_ref().expect("a call");
            format!(
                "{}: {} {} under {}, {:?} of {} {} by {:?} at {}, authorized: {}, in doubt: {}, asked before: {}, {} failures, \
                 {} unknown, read {} times",
                self.person(claim).1.name,
                claim.kind,
                claim.step,
                claim.lease,
                claim.action,
                call.amount_minor,
                call.currency,
                call.payment_method,
                call.gateway,
                call.authorization.is_some(),
                claim.in_doubt,
                claim.last_sent_at.is_some(),
                claim.failures,
                claim.unknowns,
                claim.read_ct,
            )
        });
        sorted(told.collect())
    }

    /// What customers do while calls are under way, and what they are told.
    async fn meddle(&self, turn: usize) -> Result<Vec<String>, Error> {
        let mut told = Vec::new();
        for (booking, person) in &self.bookings {
            let lines = match (turn, person.event) {
                (0, Event::Cancels) => None,
                (1, Event::CancelsOne) => {
                    Some(vec![CancelLine { line_no: 1, quantity: Some(1), seats: None }])
                }
                _ => continue,
            };
            let write = CancelBooking { booking_id: *booking, lines, note: None, expected_version: None };
            let outcomes = self.system.api.write(&[command(person, "cancel", None, write)]).await?;
            told.extend(outcomes.iter().map(|outcome| format!("{}: {:?}", person.name, outcome.refusal)));
        }
        Ok(sorted(told))
    }

    /// As if the time of the message, or that of the lease as well, were over.
    async fn let_lapse(&self, claim: &Claim, is_lease_over: bool) {
        let sql = &self.system.database;
        let message =
            format!("update pgmq.q_saga set vt = clock_timestamp() where msg_id = {}", claim.msg_id);
        assert_eq!(sql.execute(message).await, 1);
        if is_lease_over {
            let lease = "update saga.saga set lease_until = clock_timestamp() where id";
            assert_eq!(sql.execute(format!("{lease} = '{}'", claim.saga_id.0)).await, 1);
        }
    }

    async fn look(&self, turn: usize, found: &mut Found) {
        for (what, query) in LEFT_BEHIND {
            let rows = format!("select row_to_json(r)::text from (select b.customer_id, {query}) r");
            let rows = self.system.database.column::<String>(rows).await;
            found.push((format!("{what} after turn {turn}"), sorted(rows)));
        }
    }

    pub(super) async fn close(self) {
        self.worker.close().await;
        // The gateway has no books for the system's own to be held against.
        self.system.abandon().await;
    }
}

/// What everybody's saga leaves behind, turn after turn; or what has failed.
pub(super) async fn left_behind(stage: &Stage) -> Result<Found, Error> {
    let mut found = Found::new();
    let mut calls: HashMap<BookingId, usize> = HashMap::new();
    // What is known and has not been told.
    let mut untold: HashMap<BookingId, Vec<StepOutcome>> = HashMap::new();
    for turn in 0..TURNS {
        let claims = stage.claim().await?;
        found.push((format!("claims of turn {turn}"), stage.told(&claims)));
        let (mut asleep, mut told) = (Vec::new(), Vec::new());
        for claim in &claims {
            let (booking, person) = stage.person(claim);
            let call = calls.entry(booking).or_default();
            let answer = person.answers.get(*call).copied().unwrap_or(Answer::Done);
            *call += 1;
            let outcome = StepOutcome::of(claim, result(claim, answer));
            match answer {
                Answer::ToldTwice => told.push(outcome.clone()),
                Answer::ToldLate => asleep.push((booking, claim)),
                Answer::ReadAgain => stage.let_lapse(claim, false).await,
                _ => (),
            }
            untold.entry(booking).or_default().push(outcome);
        }
        if claims.iter().any(|claim| stage.person(claim).1.answers.contains(&Answer::ReadAgain)) {
            let claims = stage.claim().await?;
            found.push((format!("claims of another worker in turn {turn}"), stage.told(&claims)));
        }
        found.push((format!("cancelled in turn {turn}"), stage.meddle(turn).await?));
        for (booking, outcomes) in &mut untold {
            if !outcomes.is_empty() && !asleep.iter().any(|(sleeper, _)| sleeper == booking) {
                told.push(outcomes.remove(0));
            }
        }
        let recorded = stage.worker.record_steps(&told, None).await?;
        let recorded = recorded.iter().map(|step| {
            let booking = step.booking_id.expect("a booking's saga");
            format!("{}: {}", stage.bookings[&booking].name, step.applied)
        });
        found.push((format!("recorded in turn {turn}"), sorted(recorded.collect())));
        stage.look(turn, &mut found).await;
        for (_, claim) in asleep {
            stage.let_lapse(claim, true).await;
        }
    }
    Ok(found)
}

fn result(claim: &Claim, answer: Answer) -> StepResult {
    let error = "as it is here".to_owned();
    match answer {
        Answer::Done | Answer::ToldTwice | Answer::ToldLate | Answer::ReadAgain => {
            let gateway_ref = claim.call.as_ref().expect("a call").gateway_key.clone();
            StepResult::Done { gateway_ref, expires_at: None }
        }
        Answer::Declined => StepResult::Declined { code: "card_declined".to_owned() },
        Answer::Failed => StepResult::Failed { error, doubt_over: false, spent_key: false, retry_in_ms: 0 },
        Answer::Unknown => StepResult::Unknown { error, retry_in_ms: 0 },
        Answer::HandedBack => StepResult::HandedBack { sent: false, retry_in_ms: 0 },
    }
}

fn booking(shop: &Shop, person: &Person) -> Command<CreateBooking> {
    let mut write = order(shop).write;
    write.lines[0].quantity = 2;
    // Every other one comes with a trace.
    let traced =
        || Trace { correlation_id: format!("of {}", person.name), traceparent: "a place".to_owned() };
    command(person, "book", person.name.len().is_multiple_of(2).then(traced), write)
}

fn command<W>(person: &Person, key: &str, trace: Option<Trace>, write: W) -> Command<W> {
    let actor = Actor { role: Role::Customer, subject: person.name.to_owned(), organiser_id: None };
    Command { actor, key: key.to_owned(), fingerprint: key.to_owned(), trace, write }
}

fn sorted(mut rows: Vec<String>) -> Vec<String> {
    rows.sort();
    rows
}
