//! Payment gateways: what the saga asks of one, and what it may answer.

mod before;
mod guarded;
mod registry;
pub mod signature;
mod simulator;
mod stripe;

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use db::{Currency, OperationKind};
use uuid::Uuid;

pub use before::Before;
pub use guarded::{BreakerLimits, BreakerState, Guarded, Health, Limits, NotSent};
pub use registry::{Gateways, GatewaysError, Registered};
pub use simulator::Simulated;
pub use stripe::Stripe;

/// One operation, written down under its key before it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// The gateway's name for the authorization that a capture, void or refund is about.
    pub authorization: Option<String>,
    /// Our payment; the gateway keeps it along, for people who look there. Stray money has none.
    pub payment_id: Option<Uuid>,
    /// When it was written down: nothing that the gateway did earlier can be it.
    pub opened_at: DateTime<Utc>,
}

/// What the gateway is known to have done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It did it.
    Done(Done),
    /// It refused for good, with this code.
    Declined(String),
    /// This call did nothing, and another may do it later. Says nothing of calls before.
    Failed(String),
    /// Whether it did it is not known: a lost answer, a time-out.
    Unknown(String),
    /// It was never asked: its breaker is open, or too many calls are under way.
    NotSent {
        /// Why not.
        reason: String,
        /// When asking may work.
        retry_after: Duration,
    },
}

/// What the gateway says of something that it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Its name for what it did; of an authorization, the name that captures, voids and refunds go by.
    pub reference: String,
    /// By when an authorization has to be captured, where the gateway says so.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What a gateway finds when it is asked what became of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It was done.
    Done(Done),
    /// It was refused for good, with this code.
    Declined(String),
    /// The gateway does not know it: not yet, or never. It may be sent again under its key.
    Absent,
    /// It is known that nothing was done, and its key answers with an error for ever: only another key can do it.
    NotDone(String),
    /// The gateway could not say.
    Unknown(String),
}

/// A page of what the gateway's own books say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// Its lines, oldest first.
    pub entries: Vec<Entry>,
    /// Where the next page begins; opaque.
    pub cursor: Option<String>,
    /// Whether there is more already.
    pub has_more: bool,
    /// Everything that happened before this has been listed once this page is read.
    pub complete_until: Option<DateTime<Utc>>,
}

/// Something that the gateway did, by its own books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The gateway's name for it; with its kind, unique within the gateway.
    pub reference: String,
    /// What it was.
    pub kind: OperationKind,
    /// The key that it was asked for under, when it bears one of ours.
    pub operation_key: Option<String>,
    /// The authorization it is about; its own reference for an authorization.
    pub authorization: Option<String>,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Of which currency, as the gateway writes it: not every one that it has need be one of ours.
    pub currency: String,
    /// When.
    pub happened_at: DateTime<Utc>,
}

/// What a gateway told of its own accord. It is a hint: what it is about is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookEvent {
    /// The gateway's id of the event; the same one may come many times.
    pub id: String,
    /// The gateway's name for what happened.
    pub kind: String,
    /// The key of the operation it is about, when it bears one of ours.
    pub operation_key: Option<String>,
    /// The gateway's name for what it is about.
    pub reference: Option<String>,
    /// Whether it tells of something that none of our operations asks for, such as a dispute or a refund that failed
    /// after all: somebody has to look.
    pub is_exceptional: bool,
    /// When it happened, by the gateway's clock.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// Why a webhook was refused; nothing of it is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// No signature, or none that a secret of ours made.
    #[error("the signature is not the gateway's")]
    Forged,
    /// Signed too long ago, or too far ahead: it may have been recorded and sent again.
    #[error("the signature is older than its tolerance")]
    Stale,
    /// Signed, and of no form that we know.
    #[error("the body can't be read")]
    Unreadable,
    /// This gateway is not set up to send any.
    #[error("no webhooks are expected of this gateway")]
    Unexpected,
}

/// A payment gateway.
#[async_trait]
pub trait PaymentGateway: Debug + Send + Sync + 'static {
    /// Its name in routing, in metrics and in the address of its webhooks.
    fn code(&self) -> &str;

    /// Reserves the money. As with all four: the same key is worked once, however often it is sent.
    async fn authorize(&self, operation: &Operation) -> Answer;

    /// Takes what was reserved.
    async fn capture(&self, operation: &Operation) -> Answer;

    /// Lets go of what was reserved.
    async fn void(&self, operation: &Operation) -> Answer;

    /// Gives back what was taken, or a part of it.
    async fn refund(&self, operation: &Operation) -> Answer;

    /// Carries out an operation of whatever kind.
    async fn perform(&self, operation: &Operation) -> Answer {
        match operation.kind {
            OperationKind::Authorize => self.authorize(operation).await,
            OperationKind::Capture => self.capture(operation).await,
            OperationKind::Void => self.void(operation).await,
            OperationKind::Refund => self.refund(operation).await,
        }
    }

    /// Finds out what became of an operation that may have been sent before.
    async fn look_up(&self, operation: &Operation) -> Finding;

    /// Reads on in the gateway's own books, from the beginning without a cursor.
    async fn list(&self, cursor: Option<&str>) -> Result<Statement, String>;

    /// The header that bears the signature of a webhook.
    fn signature_header(&self) -> &'static str;

    /// Checks a webhook's signature over its raw body and reads it.
    fn parse_webhook(
        &self,
        signature: &str,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<WebhookEvent, WebhookError>;
}
