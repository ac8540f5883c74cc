//! The breaker of a gateway: the state machine of `failsafe`, over a window that counts calls, with its state to be read.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use failsafe::{Config, FailurePolicy, Instrument, StateMachine};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::BreakerLimits;

/// Where a breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// Calls pass.
    Closed,
    /// A few calls pass, to see whether it can be closed.
    HalfOpen,
    /// No call passes.
    Open,
}

impl BreakerState {
    /// Its name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "CLOSED",
            Self::HalfOpen => "HALF_OPEN",
            Self::Open => "OPEN",
        }
    }

    /// Its value in metrics: 0, 1, 2 as it gets worse.
    fn value(self) -> f64 {
        match self {
            Self::Closed => 0.0,
            Self::HalfOpen => 1.0,
            Self::Open => 2.0,
        }
    }
}

/// How a gateway does, as this worker sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Where its breaker stands.
    pub state: BreakerState,
    /// While it is open: for how long still.
    pub retry_after: Option<Duration>,
}

/// Leave to make one call. Dropped without a record, the call counts for nothing.
#[derive(Debug)]
pub(super) struct Leave {
    term: u64,
    _probe: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
pub(super) struct Breaker {
    machine: StateMachine<Window, Reporter>,
    watch: Arc<Watch>,
    probes: Arc<Semaphore>,
}

impl Breaker {
    pub(super) fn new(code: &str, limits: &BreakerLimits) -> Self {
        let watch = Arc::new(Watch::new(code, limits.open_for));
        let machine = Config::new()
            .failure_policy(Window::new(limits))
            .instrument(Reporter(Arc::clone(&watch)))
            .build();
        Self { machine, watch, probes: Arc::new(Semaphore::new(limits.probes.max(1))) }
    }

    /// Where it stands. An open one whose time is over counts as half open: the next call is let through.
    pub(super) fn health(&self) -> Health {
        let term = self.watch.term();
        let left = term.until.map(|until| until.saturating_duration_since(Instant::now()));
        match (term.state, left) {
            (BreakerState::Open, Some(left)) if !left.is_zero() => {
                Health { state: BreakerState::Open, retry_after: Some(left) }
            }
            (BreakerState::Open, _) => Health { state: BreakerState::HalfOpen, retry_after: None },
            (state, _) => Health { state, retry_after: None },
        }
    }

    /// Leave for one call, or how long to wait before asking again.
    pub(super) fn admit(&self) -> Result<Leave, Duration> {
        if !self.machine.is_call_permitted() {
            return Err(self.health().retry_after.unwrap_or(PROBING));
        }
        let term = self.watch.term();
        if term.state == BreakerState::Closed {
            return Ok(Leave { term: term.number, _probe: None });
        }
        let probe = Arc::clone(&self.probes).try_acquire_owned().map_err(|_| PROBING)?;
        Ok(Leave { term: term.number, _probe: Some(probe) })
    }

    /// Notes how a call ended. One that began before the breaker last changed says nothing of the time since.
    pub(super) fn record(&self, leave: &Leave, succeeded: bool) {
        if leave.term != self.watch.term().number {
            return;
        }
        if succeeded { self.machine.on_success() } else { self.machine.on_error() }
    }
}

/// How long to stay away while others probe: a probe is answered by then, or timed out soon.
const PROBING: Duration = Duration::from_millis(500);

/// The outcomes of the latest calls.
#[derive(Debug)]
struct Window {
    limits: BreakerLimits,
    failed: VecDeque<bool>,
}

impl Window {
    fn new(limits: &BreakerLimits) -> Self {
        Self { limits: limits.clone(), failed: VecDeque::with_capacity(limits.calls) }
    }

    fn note(&mut self, failed: bool) {
        self.failed.push_back(failed);
        if self.failed.len() > self.limits.calls {
            self.failed.pop_front();
        }
    }
}

impl FailurePolicy for Window {
    fn record_success(&mut self) {
        self.note(false);
    }

    fn mark_dead_on_failure(&mut self) -> Option<Duration> {
        self.note(true);
        let failed = self.failed.iter().filter(|failed| **failed).count();
        let is_full = self.failed.len() >= self.limits.calls;
        let are_too_many = failed * 100 >= self.failed.len() * self.limits.failure_percent;
        (is_full && are_too_many).then_some(self.limits.open_for)
    }

    fn revived(&mut self) {
        self.failed.clear();
    }
}

/// A stretch of time in one state.
#[derive(Clone, Copy, Debug)]
struct Term {
    number: u64,
    state: BreakerState,
    until: Option<Instant>,
}

/// What the state machine tells of itself: it can't be asked.
#[derive(Debug)]
struct Watch {
    code: String,
    open_for: Duration,
    term: Mutex<Term>,
}

impl Watch {
    fn new(code: &str, open_for: Duration) -> Self {
        let term = Term { number: 0, state: BreakerState::Closed, until: None };
        Self { code: code.to_owned(), open_for, term: Mutex::new(term) }
    }

    fn term(&self) -> Term {
        *self.term.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, state: BreakerState, until: Option<Instant>) {
        let mut term = self.term.lock().unwrap_or_else(PoisonError::into_inner);
        *term = Term { number: term.number + 1, state, until };
        metrics::gauge!("holdfast_gateway_breaker_state", "gateway" => self.code.clone()).set(state.value());
    }
}

/// Hands what the state machine tells to the watch.
#[derive(Debug)]
struct Reporter(Arc<Watch>);

impl Instrument for Reporter {
    fn on_call_rejected(&self) {}

    fn on_open(&self) {
        self.0.enter(BreakerState::Open, Some(Instant::now() + self.0.open_for));
        tracing::warn!(gateway = self.0.code, "the gateway fails too often and is left alone for a while");
    }

    fn on_half_open(&self) {
        self.0.enter(BreakerState::HalfOpen, None);
    }

    fn on_closed(&self) {
        self.0.enter(BreakerState::Closed, None);
        tracing::info!(gateway = self.0.code, "the gateway is called");
    }
}
