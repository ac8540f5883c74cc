//! The simulated gateway, which a test can hold up or break at the worst moments.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use db::OperationKind;
use jobs::gateway::{
    Answer, Finding, Operation, PaymentGateway, Simulated, Statement, WebhookError, WebhookEvent,
};
use tokio::sync::watch;

use crate::wait::LIMIT;

/// Where a call is struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Before the gateway has done anything.
    Before,
    /// After it has done it, with the answer still to come.
    After,
}

/// What a struck call ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// An error: known to have done nothing when it strikes before the call.
    Error,
    /// No answer: nobody knows.
    TimeOut,
}

/// A fault that strikes calls of some kinds, and counts how often; cheap to clone.
#[derive(Clone, Debug)]
pub struct Fault(Arc<FaultInner>);

#[derive(Debug)]
struct FaultInner {
    kinds: Vec<OperationKind>,
    at: Hold,
    ending: Ending,
    left: AtomicI64,
    fired: AtomicU64,
}

impl Fault {
    /// Strikes the first `times` calls of these kinds.
    pub fn new(kinds: &[OperationKind], at: Hold, ending: Ending, times: i64) -> Self {
        let (left, fired) = (AtomicI64::new(times), AtomicU64::new(0));
        Self(Arc::new(FaultInner { kinds: kinds.to_vec(), at, ending, left, fired }))
    }

    /// How often it has struck: a test of a fault asserts that it did.
    pub fn fired(&self) -> u64 {
        self.0.fired.load(Ordering::SeqCst)
    }

    /// Takes its turn, when it has one at this point of the call.
    fn strike(&self, kind: OperationKind, at: Hold) -> Option<Answer> {
        let fault = &self.0;
        let strikes =
            fault.at == at && fault.kinds.contains(&kind) && fault.left.fetch_sub(1, Ordering::SeqCst) > 0;
        strikes.then(|| {
            fault.fired.fetch_add(1, Ordering::SeqCst);
            match (fault.at, fault.ending) {
                (Hold::Before, Ending::Error) => Answer::Failed("a fault of the test".to_owned()),
                _ => Answer::Unknown("a fault of the test".to_owned()),
            }
        })
    }
}

/// The test's side of a [`Gated`] gateway; cheap to clone.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    kind: OperationKind,
    hold: Hold,
    /// Calls that are still to be held.
    left: AtomicI64,
    arrived: watch::Sender<u64>,
    open: watch::Sender<bool>,
}

impl Gate {
    /// Holds the first `times` calls of a kind.
    pub fn new(kind: OperationKind, hold: Hold, times: i64) -> Self {
        Self(Arc::new(Inner {
            kind,
            hold,
            left: AtomicI64::new(times),
            arrived: watch::Sender::new(0),
            open: watch::Sender::new(false),
        }))
    }

    /// Waits until so many calls are, or were, held: that the fault has really struck.
    ///
    /// # Panics
    /// When they do not arrive in time.
    pub async fn held(&self, calls: u64) {
        let mut arrived = self.0.arrived.subscribe();
        let result = tokio::time::timeout(LIMIT, arrived.wait_for(|count| *count >= calls)).await;
        assert!(result.is_ok(), "{calls} calls to {:?} did not arrive at the gate in {LIMIT:?}", self.0.kind);
    }

    /// Lets go of what is held, and holds nothing more.
    pub fn open(&self) {
        self.0.open.send_replace(true);
    }

    /// Closes an opened gate for so many further calls; [`Gate::held`] goes on counting.
    pub fn close_again(&self, times: i64) {
        self.0.open.send_replace(false);
        self.0.left.store(times, Ordering::SeqCst);
    }

    async fn pass(&self) {
        self.0.arrived.send_modify(|count| *count += 1);
        // The sender lives in `self`, so that this ends by the gate's opening alone.
        let _ = self.0.open.subscribe().wait_for(|open| *open).await;
    }

    fn holds(&self, kind: OperationKind) -> bool {
        kind == self.0.kind && !*self.0.open.borrow() && self.0.left.fetch_sub(1, Ordering::SeqCst) > 0
    }
}

/// The simulated gateway behind a gate, a fault, both or neither.
#[derive(Debug)]
pub struct Gated {
    inner: Simulated,
    gate: Option<Gate>,
    fault: Option<Fault>,
}

impl Gated {
    /// Puts them before the gateway.
    pub fn new(inner: Simulated, gate: Option<Gate>, fault: Option<Fault>) -> Self {
        Self { inner, gate, fault }
    }

    fn strike(&self, kind: OperationKind, at: Hold) -> Option<Answer> {
        self.fault.as_ref().and_then(|fault| fault.strike(kind, at))
    }

    async fn ask(&self, operation: &Operation) -> Answer {
        if let Some(answer) = self.strike(operation.kind, Hold::Before) {
            return answer;
        }
        let answer = self.inner.perform(operation).await;
        self.strike(operation.kind, Hold::After).unwrap_or(answer)
    }
}

#[async_trait]
impl PaymentGateway for Gated {
    fn code(&self) -> &str {
        self.inner.code()
    }

    async fn authorize(&self, operation: &Operation) -> Answer {
        self.perform(operation).await
    }

    async fn capture(&self, operation: &Operation) -> Answer {
        self.perform(operation).await
    }

    async fn void(&self, operation: &Operation) -> Answer {
        self.perform(operation).await
    }

    async fn refund(&self, operation: &Operation) -> Answer {
        self.perform(operation).await
    }

    async fn perform(&self, operation: &Operation) -> Answer {
        let Some(gate) = self.gate.as_ref().filter(|gate| gate.holds(operation.kind)) else {
            return self.ask(operation).await;
        };
        if gate.0.hold == Hold::Before {
            gate.pass().await;
            return self.ask(operation).await;
        }
        let answer = self.ask(operation).await;
        gate.pass().await;
        answer
    }

    async fn look_up(&self, operation: &Operation) -> Finding {
        self.inner.look_up(operation).await
    }

    async fn list(&self, cursor: Option<&str>) -> Result<Statement, String> {
        self.inner.list(cursor).await
    }

    fn signature_header(&self) -> &'static str {
        self.inner.signature_header()
    }

    fn parse_webhook(
        &self,
        header: &str,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<WebhookEvent, WebhookError> {
        self.inner.parse_webhook(header, body, now)
    }
}
