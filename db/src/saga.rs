//! Sagas: claiming the next steps, recording what became of them, and looking at them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{BookingId, Currency, Cursor, Db, Error, OperationKind, Page, SagaId};

/// Where a saga stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SagaState {
    /// It waits for the customer's payment method.
    Waiting,
    /// Its next step is on the queue.
    Running,
    /// It gives back what it took.
    Compensating,
    /// It ended as meant.
    Succeeded,
    /// It ended with everything given back.
    Unwound,
    /// It can't go on by itself: an operator's case.
    Dead,
}

/// A saga, for those who run the system.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Saga {
    /// Its id.
    pub id: SagaId,
    /// `booking` or `refund`.
    pub kind: String,
    /// The booking it is about.
    pub booking_id: BookingId,
    /// Where it stands.
    pub state: SagaState,
    /// Its present step.
    pub step: String,
    /// Classified failures of this step so far.
    pub failures: i32,
    /// By when it should have ended.
    pub deadline: DateTime<Utc>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// A step that this worker alone may do until its lease ends.
#[derive(Clone, Debug, Deserialize)]
pub struct Claim {
    /// Which saga.
    pub saga_id: SagaId,
    /// The fencing version of the lease: what is recorded under an older one changes nothing.
    pub lease: i32,
    /// The message that led here.
    pub msg_id: i64,
    /// How often it had been read, this time included; fences its deletion.
    pub read_ct: i32,
    /// The operation to carry out, written down before this claim.
    pub operation_id: Uuid,
    /// What to ask of the gateway.
    pub operation: OperationKind,
    /// The gateway's own idempotency key of this operation.
    pub gateway_key: String,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Of which currency.
    pub currency: Currency,
    /// The token of the method to pay with.
    pub payment_method: String,
    /// The gateway's name for the authorization, once there is one.
    pub authorization: Option<String>,
    /// Classified failures of this step so far.
    pub failures: i32,
    /// Times its outcome was unknown so far.
    pub unknowns: i32,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StepResult {
    /// The gateway did it.
    Done {
        /// The gateway's name for what it did.
        gateway_ref: String,
    },
    /// The gateway said no, for good.
    Declined {
        /// The gateway's code for it.
        code: String,
    },
    /// The gateway did nothing, and may do it later: a classified failure.
    Failed {
        /// What went wrong.
        error: String,
        /// When to try again.
        retry_in_ms: i64,
    },
    /// Nobody knows whether the gateway did it: it is sent again with the same key.
    Unknown {
        /// What went wrong.
        error: String,
        /// When to look again.
        retry_in_ms: i64,
    },
}

/// A step's result under the lease it was claimed with.
#[derive(Clone, Debug, Serialize)]
pub struct StepOutcome {
    /// Which saga.
    pub saga_id: SagaId,
    /// The fencing version of the claim.
    pub lease: i32,
    /// The message of the claim.
    pub msg_id: i64,
    /// Its read count of the claim.
    pub read_ct: i32,
    /// The operation of the claim.
    pub operation_id: Uuid,
    /// What became of it.
    #[serde(flatten)]
    pub result: StepResult,
}

impl StepOutcome {
    /// A result under its claim.
    pub fn of(claim: &Claim, result: StepResult) -> Self {
        Self {
            saga_id: claim.saga_id,
            lease: claim.lease,
            msg_id: claim.msg_id,
            read_ct: claim.read_ct,
            operation_id: claim.operation_id,
            result,
        }
    }
}

/// What recording did.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Recorded {
    /// Which saga.
    pub saga_id: SagaId,
    /// Its booking, whose subscribers may want to know.
    pub booking_id: BookingId,
    /// False when the lease had passed to another: nothing was changed.
    pub applied: bool,
}

impl Db {
    /// Claims up to `batch` steps from the queue, each under a lease of `lease_seconds`.
    pub async fn claim_steps(
        &self,
        worker: &str,
        batch: i32,
        lease_seconds: i32,
    ) -> Result<Vec<Claim>, Error> {
        let argument =
            serde_json::json!({ "worker": worker, "batch": batch, "lease_seconds": lease_seconds });
        self.rows("select saga.claim_steps($1)", &argument).await
    }

    /// Records what became of claimed steps, and writes down what follows from it.
    pub async fn record_steps(&self, outcomes: &[StepOutcome]) -> Result<Vec<Recorded>, Error> {
        self.rows("select saga.record_steps($1)", outcomes).await
    }

    /// Puts back on the queue the sagas that no message will move; how many it found.
    pub async fn rescue_sagas(&self, limit: i32) -> Result<i32, Error> {
        Ok(self.row("select saga.rescue($1)", &limit).await?.unwrap_or(0))
    }

    /// Messages on the saga queue, and the age of the oldest in seconds.
    pub async fn saga_queue(&self) -> Result<QueueDepth, Error> {
        Ok(self.row("select saga.queue_depth($1)", &()).await?.unwrap_or_default())
    }

    /// Sagas, newest first; all of them, for operators.
    pub async fn saga_page(
        &self,
        state: Option<SagaState>,
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<Page<Saga>, Error> {
        let argument = serde_json::json!({ "state": state, "first": first, "after": after });
        self.page("select saga.list_sagas($1)", &argument, first).await
    }
}

/// How much waits on a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct QueueDepth {
    /// Messages on it.
    pub messages: i64,
    /// Age of the oldest, in seconds.
    pub oldest_seconds: i64,
}
