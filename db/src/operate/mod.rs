//! What operators see and do: the inbox, the queues, the gateways, and who did what.

mod commands;
mod figures;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use commands::{
    CancelSaga, RedriveDeadLetters, ResolveDeadLetters, RetrySaga, SetGatewayPause, SetGatewayRouting,
    SetQueuePause,
};

pub use figures::Figures;

use crate::{
    BookingId, BreakerState, Currency, Cursor, Db, DeadLetterId, Error, Page, Saga, SagaId, SagaState,
};

/// What an operator looks for among sagas.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SagaFilter {
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only those that stand there.
    pub state: Option<SagaState>,
    /// Only those about this booking.
    pub booking_id: Option<BookingId>,
    /// Only those that run on past their deadline, or only the others.
    pub overdue: Option<bool>,
}

/// Whence a case came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeadLetterSource {
    /// A saga that can't go on, or is late.
    Saga,
    /// A message of a queue that means nothing.
    Message,
    /// Something that a gateway told of its own accord.
    Webhook,
    /// A gateway's list and our books do not agree.
    Reconciliation,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeadLetterState {
    /// Somebody has to look.
    Open,
    /// It was tried again; if that failed, there is a new case.
    Redriven,
    /// Somebody has seen to it, or it has settled itself.
    Resolved,
}

/// What can safely be done about a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SafeAction {
    /// Try again.
    Retry,
    /// Turn the saga round: what it took is given back.
    Cancel,
    /// Say that somebody has seen to it outside.
    Resolve,
}

/// A case of the operators' inbox.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DeadLetter {
    /// Its id.
    pub id: DeadLetterId,
    /// Whence it came.
    pub source: DeadLetterSource,
    /// Why, as a code.
    pub cause: String,
    /// The saga it is about, with its history.
    pub saga: Option<Saga>,
    /// The booking it is about.
    pub booking_id: Option<BookingId>,
    /// The queue of a message.
    pub queue: Option<String>,
    /// The message, as it came.
    pub message: Option<serde_json::Value>,
    /// The gateway it is about.
    pub gateway: Option<String>,
    /// The gateway's name for what it is about.
    pub reference: Option<String>,
    /// What went wrong, in words.
    pub detail: Option<String>,
    /// What can safely be done.
    pub safe_actions: Vec<SafeAction>,
    /// Where it stands.
    pub state: DeadLetterState,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// What was said of it then.
    pub note: Option<String>,
}

/// What an operator looks for in the inbox.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DeadLetterFilter {
    /// Only these.
    pub ids: Option<Vec<DeadLetterId>>,
    /// Only those that stand there.
    pub state: Option<DeadLetterState>,
    /// Only from there.
    pub source: Option<DeadLetterSource>,
    /// Only with this cause.
    pub cause: Option<String>,
    /// Only about this gateway.
    pub gateway: Option<String>,
    /// Only about this booking.
    pub booking_id: Option<BookingId>,
}

/// A queue, and how much waits on it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Queue {
    /// Its name.
    pub queue: String,
    /// Messages on it.
    pub messages: i64,
    /// Age of the oldest, in seconds.
    pub oldest_seconds: i64,
    /// Since when it is paused.
    pub paused_at: Option<DateTime<Utc>>,
    /// Who has paused it.
    pub paused_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// A payment gateway, and how it does.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct GatewayState {
    /// Its name.
    pub code: String,
    /// Its share of new payments.
    pub weight: i32,
    /// What it takes; none is everything.
    pub currencies: Option<Vec<Currency>>,
    /// Since when it is paused.
    pub paused_at: Option<DateTime<Utc>>,
    /// Who has paused it.
    pub paused_by: Option<String>,
    /// What the workers say of it that have reported within ten seconds.
    pub workers: Vec<WorkerReport>,
}

/// What the breaker of a worker says of a gateway.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WorkerReport {
    /// Which worker.
    pub worker: String,
    /// How its breaker stands.
    pub breaker: BreakerState,
    /// When an open breaker lets the next call through.
    pub calls_allowed_at: Option<DateTime<Utc>>,
    /// When it said so.
    pub reported_at: DateTime<Utc>,
}

/// What has become of something that a gateway told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WebhookState {
    /// It waits on the queue.
    Received,
    /// What it is about is being looked up.
    Applied,
    /// Known already, or of no concern.
    Ignored,
    /// About nothing that we know, or against it: an operator's case.
    Quarantined,
}

/// Something that a gateway told of its own accord, as operators see it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WebhookRecord {
    /// Our id of it.
    pub id: Uuid,
    /// Which gateway.
    pub gateway: String,
    /// Its id of the event.
    pub event_id: String,
    /// Its name for what happened.
    #[serde(rename = "type")]
    pub kind: String,
    /// The key of the operation it is about.
    pub operation_key: Option<String>,
    /// Its name for what it is about.
    pub reference: Option<String>,
    /// When it happened, by its clock.
    pub occurred_at: Option<DateTime<Utc>>,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// What has become of it.
    pub state: WebhookState,
    /// Why.
    pub detail: Option<String>,
    /// When it was worked.
    pub worked_at: Option<DateTime<Utc>>,
}

/// Something that an operator did, or was refused.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AuditEntry {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor_id: String,
    /// What.
    pub action: String,
    /// To which saga, queue or gateway.
    pub subject: Option<String>,
    /// With what.
    pub argument: serde_json::Value,
    /// Why it was refused.
    pub refusal: Option<String>,
}

impl Db {
    /// Sagas, newest first; all of them, for operators.
    pub async fn saga_page(
        &self,
        filter: &SagaFilter,
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<Page<Saga>, Error> {
        self.page(None, "saga.list_sagas", &paged(filter, first, after)?, first).await
    }

    /// The sagas with these ids, in no order.
    pub async fn sagas(&self, ids: &[SagaId]) -> Result<Vec<Saga>, Error> {
        self.read(None, "saga.view_sagas", ids).await
    }

    /// The operators' inbox, newest first.
    pub async fn dead_letter_page(
        &self,
        filter: &DeadLetterFilter,
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<Page<DeadLetter>, Error> {
        self.page(None, "saga.list_dead_letters", &paged(filter, first, after)?, first).await
    }

    /// Every queue.
    pub async fn queues(&self) -> Result<Vec<Queue>, Error> {
        self.read(None, "saga.list_queues", &()).await
    }

    /// Every payment gateway that a worker has registered.
    pub async fn gateways(&self) -> Result<Vec<GatewayState>, Error> {
        self.read(None, "payment.list_gateways", &()).await
    }

    /// What gateways told of their own accord, newest first.
    pub async fn webhook_page(
        &self,
        state: Option<WebhookState>,
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<Page<WebhookRecord>, Error> {
        let argument = serde_json::json!({ "state": state, "first": first, "after": after });
        self.page(None, "payment.list_webhooks", &argument, first).await
    }

    /// What operators did, newest first.
    pub async fn audit_page(&self, first: i32, after: Option<&Cursor>) -> Result<Page<AuditEntry>, Error> {
        let argument = serde_json::json!({ "first": first, "after": after });
        self.page(None, "holdfast.list_audit", &argument, first).await
    }
}

/// A filter along with its page.
fn paged(filter: &impl Serialize, first: i32, after: Option<&Cursor>) -> Result<serde_json::Value, Error> {
    let mut argument = serde_json::to_value(filter).map_err(Error::Encode)?;
    argument["first"] = first.into();
    argument["after"] = after.map(|cursor| cursor.0.clone()).into();
    Ok(argument)
}
