//! The gateway at work: its books, its ledger and its trouble, for as many callers as there are.

use std::{
    collections::HashSet,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{TimeDelta, Utc};
use tokio::sync::Notify;

use crate::{
    Error, Settings,
    book::{Answer, Book, Page, Row, Told},
    call::Call,
    ledger::{Durable, Held, Ledger, Write},
    token::Token,
    trouble::{self, Trouble},
    webhook::{Delivery, Event, Outbox},
};

/// How long an answer takes by `pm_sim_slow`.
const SLOW: Duration = Duration::from_secs(2);
/// The copies that `pm_sim_webhookStorm` sends beyond the first.
const STORM: u8 = 5;
/// How long webhooks are held back at most when they are to overtake one another, in milliseconds.
const REORDER_MS: u64 = 2_000;

/// A simulated gateway; its clones are the same one.
#[derive(Clone, Debug)]
pub struct Simulator(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    state: Mutex<State>,
    /// Counts calls, so that each has a latency of its own.
    calls: AtomicU64,
    webhook: Notify,
}

#[derive(Debug)]
struct State {
    book: Book,
    ledger: Ledger,
    outbox: Outbox,
    trouble: Trouble,
    /// Keys that are being worked.
    busy: HashSet<String>,
}

/// What reaches the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Answered(Answer),
    /// Nothing: the connection is closed.
    Lost,
    /// Nothing: it waits until it gives up.
    Never,
    /// The key is being worked for somebody else.
    Busy,
    /// The gateway is down.
    Down,
}

/// What a look-up finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Row(Box<Row>),
    Nothing,
    Busy,
    Down,
}

impl Simulator {
    /// Opens the books of this file, and makes it when it is not there; without one they are kept in memory alone.
    pub fn open(ledger: Option<&Path>, settings: Settings) -> Result<Self, Error> {
        settings.trouble.check()?;
        let (ledger, held) = match ledger {
            Some(path) => Ledger::open(path)?,
            None => (Ledger::in_memory(), Held::default()),
        };
        let life = TimeDelta::from_std(settings.authorization_life).unwrap_or(TimeDelta::MAX);
        let mut outbox = Outbox::default();
        for event in held.events {
            outbox.put(Delivery::new(event), Instant::now());
        }
        let state = State {
            book: Book::restore(life, held.rows),
            ledger,
            outbox,
            trouble: settings.trouble.clone(),
            busy: HashSet::new(),
        };
        let (state, calls, webhook) = (Mutex::new(state), AtomicU64::new(0), Notify::new());
        Ok(Self(Arc::new(Inner { settings, state, calls, webhook })))
    }

    /// What is known of a key.
    pub fn find(&self, key: &str) -> Option<Row> {
        self.state().book.find(key).cloned()
    }

    /// What was done after this entry, oldest first.
    pub fn entries(&self, after: u64, limit: usize) -> Page {
        self.state().book.entries(after, limit)
    }

    /// The trouble that it makes by rate.
    pub fn trouble(&self) -> Trouble {
        self.state().trouble.clone()
    }

    /// Makes this trouble from now on.
    pub fn set_trouble(&self, trouble: Trouble) -> Result<(), crate::TroubleError> {
        trouble.check()?;
        self.state().trouble = trouble;
        Ok(())
    }

    /// Events that are still to be taken by whoever gets the webhooks, those under way apart.
    pub fn webhooks_waiting(&self) -> usize {
        self.state().outbox.len()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// A panic elsewhere can't have left the books half written: what changes them does not panic in between.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works a call to its end, whether or not the caller still waits.
    pub(crate) async fn work(&self, call: Call) -> Reply {
        let simulator = self.clone();
        match tokio::spawn(async move { simulator.work_one(&call).await }).await {
            Ok(reply) => reply,
            Err(error) => {
                tracing::error!(%error, "a call could not be worked");
                Reply::Lost
            }
        }
    }

    async fn work_one(&self, call: &Call) -> Reply {
        let Some(_busy) = self.begin(&call.key) else { return Reply::Busy };
        let latency = self.latency() + self.slowness(call);
        tokio::time::sleep(latency).await;
        if self.state().trouble.down {
            return Reply::Down;
        }
        let (reply, event, durable) = self.settle(call);
        if durable.wait().await.is_err() {
            return Reply::Lost;
        }
        if let Some(event) = event {
            self.announce(event);
        }
        reply
    }

    /// One try, by the books.
    fn settle(&self, call: &Call) -> (Reply, Option<Event>, Durable) {
        let mut state = self.state();
        let state = &mut *state;
        let seed = self.0.settings.seed;
        let luck = state.trouble.draw(seed, &call.key, state.book.tries(&call.key) + 1);
        let token = state.book.token(call);
        let worked = state.book.work(call, luck, Utc::now());
        let storm = if token == Token::WebhookStorm { STORM } else { 0 };
        let copies = 1 + storm.max(state.trouble.duplicate_webhooks);
        let row = state.book.find(&call.key).cloned();
        let tells = worked.is_settled_now && self.0.settings.webhooks.is_some();
        let event = row.as_ref().filter(|_| tells).and_then(|row| Event::of(row, copies));
        if let Some(row) = row {
            state.ledger.write(Write::Row(Box::new(row), event.clone()));
        }
        let reply = match worked.told {
            Told::Answered => Reply::Answered(worked.answer),
            Told::Lost => Reply::Lost,
            Told::Never => Reply::Never,
        };
        (reply, event, state.ledger.durable())
    }

    /// What is known of a key, once that is durable.
    pub(crate) async fn look_up(&self, key: &str) -> Found {
        tokio::time::sleep(self.latency()).await;
        let (found, durable) = {
            let state = self.state();
            let found = match state.book.find(key) {
                _ if state.trouble.down => Found::Down,
                Some(row) if row.verdict.is_some() => Found::Row(Box::new(row.clone())),
                _ if state.busy.contains(key) => Found::Busy,
                _ => Found::Nothing,
            };
            (found, state.ledger.durable())
        };
        if durable.wait().await.is_err() { Found::Down } else { found }
    }

    /// A page of what was done, once that is durable; nothing while the gateway is down.
    pub(crate) async fn list(&self, after: u64, limit: usize) -> Option<Page> {
        tokio::time::sleep(self.latency()).await;
        let (page, durable) = {
            let state = self.state();
            if state.trouble.down {
                return None;
            }
            (state.book.entries(after, limit), state.ledger.durable())
        };
        durable.wait().await.is_ok().then_some(page)
    }

    fn latency(&self) -> Duration {
        let call = self.0.calls.fetch_add(1, Ordering::Relaxed);
        Duration::from_millis(self.state().trouble.latency(self.0.settings.seed, call))
    }

    fn slowness(&self, call: &Call) -> Duration {
        let is_slow = self.state().book.token(call) == Token::Slow;
        if is_slow { SLOW } else { Duration::ZERO }
    }

    /// Takes a key for one caller.
    fn begin(&self, key: &str) -> Option<Busy> {
        let is_free = self.state().busy.insert(key.to_owned());
        is_free.then(|| Busy { simulator: self.clone(), key: key.to_owned() })
    }
}

/// What the sender of webhooks asks.
impl Simulator {
    fn announce(&self, event: Event) {
        let pause = self.webhook_pause(&event);
        self.put_webhook(Delivery::new(event), pause);
    }

    fn webhook_pause(&self, event: &Event) -> Duration {
        if !self.state().trouble.reorder_webhooks {
            return Duration::ZERO;
        }
        let name = format!("webhook/{}/{}", event.id, event.copies);
        Duration::from_millis(trouble::part(REORDER_MS, self.0.settings.seed, &name))
    }

    pub(crate) fn put_webhook(&self, delivery: Delivery, pause: Duration) {
        self.state().outbox.put(delivery, Instant::now() + pause);
        self.0.webhook.notify_one();
    }

    pub(crate) fn due_webhook(&self) -> Option<Delivery> {
        let mut state = self.state();
        if state.trouble.down { None } else { state.outbox.take_due(Instant::now()) }
    }

    /// When the next one is due; nothing while the gateway is down.
    pub(crate) fn next_webhook(&self) -> Option<Instant> {
        let state = self.state();
        if state.trouble.down { None } else { state.outbox.next_due() }
    }

    pub(crate) async fn webhook_waits(&self) {
        self.0.webhook.notified().await;
    }

    /// One copy arrived; the event is done with when it was the last.
    pub(crate) fn webhook_was_taken(&self, delivery: Delivery) {
        let event = delivery.event;
        if event.copies == 0 {
            self.state().ledger.write(Write::Delivered { event_id: event.id });
        } else {
            self.announce(event);
        }
    }
}

/// A key taken for one caller.
struct Busy {
    simulator: Simulator,
    key: String,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.simulator.state().busy.remove(&self.key);
    }
}
