//! One database with its universes, and what happens to all of them at once: sweeps, offers, the gateway.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{TimeDelta, Utc};
use db::{
    Claim, ClaimRequest, Command, Db, DbRole, Error, GatewayRegistration, OperationKind, Outcome,
    PoolOptions, RefusalCode, StepAction, StepOutcome, StepResult, Write,
};
use simulator::{Book, Kind, Luck, Verdict};
use sqlx::PgPool;
use tests::{Database, sql};
use tokio::sync::{Mutex as Turn, RwLock};
use uuid::Uuid;

use super::{
    compare::Difference,
    ops::{Answer, Op},
    universe::Universe,
};

/// Steps claimed in one call at most.
const PULL: usize = 50;
/// The gateway of the model.
const GATEWAY: &str = "simulator";

/// Tries of a call that waited too long for a lock, since the machine may be busy.
const TRIES: usize = 50;

/// How often each kind of operation was answered how.
type Tally = BTreeMap<(&'static str, String), usize>;

/// A database, and all that plays in it.
pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) api: Db,
    pub(crate) worker: Db,
    pub(crate) sql: PgPool,
    /// Held shared by whoever plays in one universe, and alone for what concerns all of them.
    gate: RwLock<()>,
    universes: Mutex<Vec<Arc<Turn<Universe>>>>,
    claims: Mutex<HashMap<Uuid, Claim>>,
    /// The gateway's books: the model plays the gateway, by the simulator's rules.
    book: Mutex<Book>,
    tally: Mutex<Tally>,
    played: AtomicUsize,
}

impl World {
    pub(crate) async fn open(connections: u32) -> Arc<Self> {
        let database = Database::create().await;
        let options = PoolOptions {
            connections,
            // The machine may be busy with other tests; giving up early would only blur them.
            acquire: Duration::from_secs(30),
            statement: Duration::from_secs(30),
        };
        let api = Db::connect(&database.url, DbRole::Api, &options).await.expect("the API's way in");
        let worker = Db::connect(&database.url, DbRole::Worker, &options).await.expect("the workers' way in");
        let gateway = GatewayRegistration { code: GATEWAY.to_owned(), weight: 1, currencies: None };
        worker.register_gateways(&[gateway]).await.expect("the gateway can be made known");
        let sql = database.sql.clone();
        Arc::new(Self {
            database,
            api,
            worker,
            sql,
            gate: RwLock::new(()),
            universes: Mutex::default(),
            claims: Mutex::default(),
            book: Mutex::new(Book::new(TimeDelta::days(7))),
            tally: Mutex::default(),
            played: AtomicUsize::new(0),
        })
    }

    /// Drops the database.
    pub(crate) async fn close(self: Arc<Self>) {
        self.lock_universes().clear();
        self.api.close().await;
        self.worker.close().await;
        if let Ok(world) = Arc::try_unwrap(self).map_err(drop) {
            world.database.drop().await;
        }
    }

    fn lock_universes(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Turn<Universe>>>> {
        self.universes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an operation and its answer.
    pub(crate) fn tally(&self, name: &'static str, code: Option<RefusalCode>) {
        let answer = code.map_or("accepted".to_owned(), |code| format!("{code:?}"));
        *self.tally.lock().unwrap_or_else(PoisonError::into_inner).entry((name, answer)).or_default() += 1;
        self.played.fetch_add(1, Ordering::Relaxed);
    }

    /// Operations so far.
    pub(crate) fn played(&self) -> usize {
        self.played.load(Ordering::Relaxed)
    }

    /// What was played, by kind and answer.
    pub(crate) fn figures(&self) -> Tally {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends commands in one call. As the API does, it tries again what lost against another transaction, or waited
    /// too long; deadlocks are counted by Postgres, and looked at in the end.
    pub(crate) async fn write<W: Write + Clone>(
        &self,
        commands: &[Command<W>],
    ) -> Result<Vec<Outcome>, Difference> {
        let mut tries = 0;
        loop {
            match self.api.write(commands).await {
                Ok(outcomes) => {
                    self.send_all().await?;
                    return Ok(outcomes);
                }
                Err(Error::LockTimeout(_) | Error::KeyInUse(_) | Error::Conflict(_)) if tries < TRIES => {
                    tries += 1;
                }
                Err(error) => return Err(failure(W::ROUTINE, &error)),
            }
        }
    }

    /// Does what the system never would.
    pub(crate) async fn execute(&self, statement: &str) {
        let result = sqlx::query(sql(statement)).execute(&self.sql).await;
        result.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    /// Calls a worker's routine until it finds nothing more.
    async fn drain<F>(what: &'static str, mut call: impl FnMut() -> F) -> Result<(), Difference>
    where
        F: Future<Output = Result<i32, Error>>,
    {
        for _ in 0..50 {
            match call().await {
                Ok(0) => return Ok(()),
                Ok(_) | Err(Error::LockTimeout(_) | Error::Conflict(_)) => {}
                Err(error) => return Err(failure(what, &error)),
            }
        }
        Err(format!("{what}: there is no end to it"))
    }

    pub(crate) async fn cancel_slot_bookings(&self, slot: Uuid) -> Result<(), Difference> {
        // A saga does it, in steps of our own: all that can be claimed are run. Whoever shares the world claims, too, and
        // may have a step in his hands that he has not laid down yet.
        for _ in 0..1_000 {
            self.pull_claims().await?;
            for claim in self.take_local_claims() {
                self.run_step(&claim).await?;
            }
            let done: Option<(bool,)> =
                sqlx::query_as("select state = 'DONE' from booking.slot_cancellation where slot_id = $1")
                    .bind(slot)
                    .fetch_optional(&self.sql)
                    .await
                    .map_err(|error| error.to_string())?;
            if done == Some((true,)) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(format!("run_step: the bookings of slot {slot} are not cancelled"))
    }

    async fn run_step(&self, claim: &Claim) -> Result<(), Difference> {
        let mut tries = 0;
        loop {
            match self.worker.run_step(&claim.held()).await {
                Ok(_) => return Ok(()),
                Err(Error::LockTimeout(_) | Error::Conflict(_)) if tries < TRIES => tries += 1,
                Err(error) => return Err(failure("run_step", &error)),
            }
        }
    }

    fn take_local_claims(&self) -> Vec<Claim> {
        let mut claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        claims.extract_if(|_, claim| claim.action == StepAction::Local).map(|(_, claim)| claim).collect()
    }

    pub(crate) async fn give_up_changes(&self) -> Result<(), Difference> {
        Self::drain("give_up_changes", || self.worker.give_up_changes(2)).await
    }

    pub(crate) async fn offer_places(&self) -> Result<(), Difference> {
        Self::drain("offer_places", || self.worker.offer_places(50)).await
    }

    pub(crate) async fn expire_holds(&self) -> Result<(), Difference> {
        Self::drain("expire_holds", || self.worker.expire_holds(20)).await
    }

    /// The step of a booking's saga that is on the queue.
    pub(crate) async fn claim(&self, booking: Uuid) -> Result<Claim, Difference> {
        let saga: Option<(Uuid,)> =
            sqlx::query_as("select id from saga.saga where booking_id = $1 and ended_at is null")
                .bind(booking)
                .fetch_optional(&self.sql)
                .await
                .map_err(|error| error.to_string())?;
        let (saga,) = saga.ok_or_else(|| format!("booking {booking} has no saga that could be moved"))?;
        let started = Instant::now();
        loop {
            if let Some(claim) = self.take_claim(saga) {
                return Ok(claim);
            }
            if self.pull_claims().await? == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            if started.elapsed() > tests::LIMIT {
                return Err(format!("no message moves the saga of booking {booking}"));
            }
        }
    }

    pub(crate) fn take_claim(&self, saga: Uuid) -> Option<Claim> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner).remove(&saga)
    }

    /// Claims all that is on the queue, as busy workers do: what is asked of the gateway is on its way at once. What is
    /// given up before it was ever sent is no concern of the model.
    async fn send_all(&self) -> Result<(), Difference> {
        while self.pull_claims().await? == PULL {}
        Ok(())
    }

    /// Claims what is on the queue, for whoever it concerns.
    pub(crate) async fn pull_claims(&self) -> Result<usize, Difference> {
        let request = ClaimRequest {
            worker: "model".to_owned(),
            batch: i32::try_from(PULL).unwrap_or(i32::MAX),
            lease_seconds: 3_600,
            gateways: vec![GATEWAY.to_owned()],
            actions: StepAction::ALL.to_vec(),
        };
        let claimed = self.worker.claim_steps(&request).await;
        let claimed = claimed.map_err(|error| failure("claim_steps", &error))?;
        let count = claimed.len();
        let mut claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        claims.extend(claimed.into_iter().map(|claim| (claim.saga_id.0, claim)));
        Ok(count)
    }

    /// Asks the gateway, where the answer is that it did it or that nobody knows, and records the answer.
    pub(crate) async fn record(&self, claim: &Claim, answer: Answer) -> Result<(), Difference> {
        let (mut reference, mut expires_at) = (String::new(), None);
        if matches!(answer, Answer::Done | Answer::Unknown) {
            (reference, expires_at) = self.ask_gateway(claim)?;
        }
        let error = "of the model".to_owned();
        let result = match answer {
            Answer::Done => StepResult::Done { gateway_ref: reference, expires_at },
            Answer::Declined => StepResult::Declined { code: "card_declined".to_owned() },
            Answer::Failed => {
                StepResult::Failed { error, doubt_over: true, spent_key: false, retry_in_ms: 0 }
            }
            Answer::Unknown => StepResult::Unknown { error, retry_in_ms: 0 },
        };
        let outcome = StepOutcome::of(claim, result);
        let mut tries = 0;
        loop {
            match self.worker.record_steps(std::slice::from_ref(&outcome), None).await {
                Ok(recorded) if recorded.first().is_some_and(|recorded| recorded.applied) => {
                    return self.send_all().await;
                }
                Ok(recorded) => return Err(format!("recorded nothing: {recorded:?} of {claim:?}")),
                Err(Error::LockTimeout(_) | Error::Conflict(_)) if tries < TRIES => tries += 1,
                Err(error) => return Err(failure("record_steps", &error)),
            }
        }
    }

    /// Carries a claim out at the gateway: its name for what it did, and until when that holds.
    fn ask_gateway(&self, claim: &Claim) -> Result<(String, Option<chrono::DateTime<Utc>>), Difference> {
        let (Some(call), Some(kind)) = (&claim.call, claim.action.operation()) else {
            return Err(format!("there is nothing to ask a gateway in {claim:?}"));
        };
        let asked = simulator::Call {
            key: call.gateway_key.clone(),
            kind: match kind {
                OperationKind::Authorize => Kind::Authorize,
                OperationKind::Capture => Kind::Capture,
                OperationKind::Void => Kind::Void,
                OperationKind::Refund => Kind::Refund,
            },
            amount_minor: call.amount_minor,
            currency: call.currency.code().to_owned(),
            payment_method: call.payment_method.clone(),
            authorization: call.authorization.clone(),
            payment_id: call.payment_id.map(|id| id.to_string()),
        };
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.work(&asked, Luck::default(), Utc::now());
        match book.find(&asked.key).and_then(|row| row.verdict.clone()) {
            Some(Verdict::Succeeded { reference, expires_at }) => Ok((reference, expires_at)),
            other => Err(format!("the gateway said {other:?} to {claim:?}")),
        }
    }

    /// The invariants that are broken.
    pub(crate) async fn violations(&self) -> Vec<(String, i64)> {
        let checks = self.api.invariants().await.expect("the invariants can be checked");
        assert!(checks.len() >= 12, "all invariants are there: {checks:?}");
        let broken = checks.into_iter().filter(|check| check.violations > 0);
        broken.map(|check| (check.name, check.violations)).collect()
    }

    /// Deadlocks that Postgres had to break, those that were retried out of sight included.
    pub(crate) async fn deadlocks(&self) -> i64 {
        let query = "select deadlocks from pg_stat_database where datname = current_database()";
        self.database.value(query).await
    }

    /// A sweep or a round of offers, in every universe: each compares, whoever asked for it.
    async fn play_for_all(&self, op: &Op) -> Result<(), Difference> {
        let _alone = self.gate.write().await;
        let universes = self.lock_universes().clone();
        match op {
            Op::Sweep => self.expire_holds().await?,
            _ => self.offer_places().await?,
        }
        self.tally(op.name(), None);
        for universe in universes {
            let mut universe = universe.lock().await;
            universe.look().await;
            let seen = universe.seen.clone();
            let mut result = Ok(());
            if matches!(op, Op::Sweep) {
                universe.swept();
            } else {
                result = universe.model.offer(&seen);
            }
            if let Err(difference) = result.and_then(|()| universe.compare()) {
                universe.broken = Some(format!("after {} in all universes: {difference}", op.name()));
            }
        }
        Ok(())
    }

    /// Plays a case in a universe of its own.
    pub(crate) async fn play(self: &Arc<Self>, ops: &[Op]) -> Result<(), Difference> {
        let universe = Arc::new(Turn::new(Universe::open(self).await));
        self.lock_universes().push(Arc::clone(&universe));
        let mut result = Ok(());
        for op in ops {
            result = self.play_one(&universe, op).await;
            if result.is_err() {
                break;
            }
        }
        if result.is_ok() {
            let _shared = self.gate.read().await;
            result = universe.lock().await.settle().await;
        }
        self.lock_universes().retain(|other| !Arc::ptr_eq(other, &universe));
        let universe = universe.lock().await;
        result.map_err(|difference| format!("{}\n{difference}", universe.log()))
    }

    async fn play_one(&self, universe: &Turn<Universe>, op: &Op) -> Result<(), Difference> {
        match op {
            Op::Sweep | Op::Offer => {
                self.play_for_all(op).await?;
                let broken = universe.lock().await.broken.take();
                broken.map_or(Ok(()), Err)
            }
            // What is worked off in the background is worked off for all, so that nobody may be in the midst of it.
            Op::CancelSlot { .. } | Op::GiveUp { .. } => {
                let _alone = self.gate.write().await;
                universe.lock().await.step(op).await
            }
            _ => {
                let _shared = self.gate.read().await;
                universe.lock().await.step(op).await
            }
        }
    }
}

/// A failed call, with its whole chain.
pub(crate) fn failure(what: &str, error: &Error) -> Difference {
    let mut text = format!("{what}: {error}");
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}
