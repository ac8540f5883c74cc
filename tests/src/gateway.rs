//! A gateway that a test can hold up at the worst moments.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use db::OperationKind;
use jobs::gateway::{Answer, Operation, PaymentGateway, Simulated};
use tokio::sync::watch;

use crate::wait::LIMIT;

/// Where a call is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Before the gateway has done anything.
    Before,
    /// After it has done it, with the answer still to come.
    After,
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

/// The simulated gateway behind a gate.
#[derive(Clone, Debug)]
pub struct Gated {
    inner: Simulated,
    gate: Gate,
}

impl Gated {
    /// Puts the gate before the gateway.
    pub fn new(inner: Simulated, gate: Gate) -> Self {
        Self { inner, gate }
    }
}

impl PaymentGateway for Gated {
    async fn perform(&self, operation: &Operation) -> Answer {
        if !self.gate.holds(operation.kind) {
            return self.inner.perform(operation).await;
        }
        if self.gate.0.hold == Hold::Before {
            self.gate.pass().await;
            return self.inner.perform(operation).await;
        }
        let answer = self.inner.perform(operation).await;
        self.gate.pass().await;
        answer
    }
}
