//! Payment gateways: what the saga asks of one, and what it may answer.

mod simulator;

use std::future::Future;

use db::{Currency, OperationKind};

pub use simulator::Simulated;

/// One operation, written down under its key before it is asked for.
#[derive(Clone, Debug)]
pub struct Operation {
    /// What is asked.
    pub kind: OperationKind,
    /// The gateway's idempotency key: sent again, however often, it is worked once.
    pub key: String,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Of which currency.
    pub currency: Currency,
    /// The token of the payment method.
    pub payment_method: String,
    /// The authorization that a capture, void or refund is about.
    pub authorization: Option<String>,
}

/// What the gateway is known to have done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It did it; this is its name for what it did.
    Done(String),
    /// It refused for good, with this code.
    Declined(String),
    /// It did nothing, and may do it later.
    Failed(String),
    /// Whether it did it is not known: a lost answer, a time-out.
    Unknown(String),
}

/// A payment gateway.
pub trait PaymentGateway: Send + Sync + 'static {
    /// Carries out one operation, or finds out what became of it: the same key is worked once.
    fn perform(&self, operation: &Operation) -> impl Future<Output = Answer> + Send;
}
