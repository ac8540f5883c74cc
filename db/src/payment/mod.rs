//! Payments as they stand; the saga moves them. And what gateways tell of them: webhooks, and their own lists.

mod statement;
mod webhook;

pub use statement::{
    Difference, DifferenceFilter, Handling, Noted, Settled, StatementLine, StatementPage, StatementPlace,
    StatementTurn, Verdict,
};
pub use webhook::{ReceivedWebhook, Webhook, WorkedWebhooks};

use serde::{Deserialize, Serialize};

use crate::{Currency, PaymentId};

/// Where the money of a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PaymentStatus {
    /// No method yet, or the last one was declined and another may be tried.
    RequiresMethod,
    /// An authorization is written down and under way.
    Authorizing,
    /// The money is reserved.
    Authorized,
    /// A capture is written down and under way.
    Capturing,
    /// The money was taken.
    Captured,
    /// A part of it was given back.
    PartiallyRefunded,
    /// All of it was given back.
    Refunded,
    /// The authorization was let go.
    Voided,
    /// No money moved and none will.
    Failed,
    /// The gateway did not say what became of an operation; it is being looked up.
    Unknown,
}

/// One call to the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OperationKind {
    /// Reserve the money.
    Authorize,
    /// Take what was reserved.
    Capture,
    /// Let go of what was reserved.
    Void,
    /// Give back what was taken.
    Refund,
}

impl OperationKind {
    /// Its name in logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Capture => "capture",
            Self::Void => "void",
            Self::Refund => "refund",
        }
    }
}

/// The payment of a booking.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// Where it stands.
    pub status: PaymentStatus,
    /// The currency of its amounts.
    pub currency: Currency,
    /// What is to be paid, in minor units.
    pub amount_minor: i64,
    /// What was taken, in minor units.
    pub captured_minor: i64,
    /// What was given back, in minor units.
    pub refunded_minor: i64,
    /// Methods tried, at most 3.
    pub attempts: i32,
    /// Why the last method was declined, in the gateway's code.
    pub failure: Option<String>,
}
