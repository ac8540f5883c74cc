//! What became of steps.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Claim, ClaimRequest, HeldClaim};
use crate::{BookingId, Db, Error, SagaId};

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StepResult {
    /// The gateway did it.
    Done {
        /// The gateway's name for what it did.
        gateway_ref: String,
        /// By when an authorization has to be captured, where the gateway says so.
        expires_at: Option<DateTime<Utc>>,
    },
    /// The gateway said no, for good.
    Declined {
        /// The gateway's code for it.
        code: String,
    },
    /// Nothing was done, and it may be done later: a classified failure.
    Failed {
        /// What went wrong.
        error: String,
        /// Whether it is known of every earlier try, too, that it did nothing. Without it, the failure of a step in
        /// doubt says nothing of what an earlier try may have done.
        doubt_over: bool,
        /// Whether the gateway answers its key with this error for ever, so that only another key can do it.
        spent_key: bool,
        /// When to try again, in milliseconds.
        retry_in_ms: i64,
    },
    /// Nobody knows whether it was done: it is looked up.
    Unknown {
        /// What went wrong.
        error: String,
        /// When to look again, in milliseconds.
        retry_in_ms: i64,
    },
    /// The worker gives it back undecided; neither a failure nor an unknown outcome.
    HandedBack {
        /// Whether a call may have reached the gateway.
        sent: bool,
        /// When it may be claimed again, in milliseconds.
        retry_in_ms: i64,
    },
}

impl StepResult {
    /// Its name in logs and metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done { .. } => "done",
            Self::Declined { .. } => "declined",
            Self::Failed { .. } => "failed",
            Self::Unknown { .. } => "unknown",
            Self::HandedBack { .. } => "handed_back",
        }
    }
}

/// A step's result under the lease it was claimed with.
#[derive(Clone, Debug, Serialize)]
pub struct StepOutcome {
    /// The claim.
    #[serde(flatten)]
    pub claim: HeldClaim,
    /// The operation of the claim; none for a routine of our own.
    pub operation_id: Option<Uuid>,
    /// What became of it.
    #[serde(flatten)]
    pub result: StepResult,
}

impl StepOutcome {
    /// A result under its claim.
    pub fn of(claim: &Claim, result: StepResult) -> Self {
        let operation_id = claim.call.as_ref().map(|call| call.operation_id);
        Self { claim: claim.held(), operation_id, result }
    }
}

/// What recording did.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Recorded {
    /// Which saga.
    pub saga_id: SagaId,
    /// Its booking, whose subscribers may want to know.
    pub booking_id: Option<BookingId>,
    /// False when the lease had passed to another: nothing was changed.
    pub applied: bool,
    /// What the worker goes on with, in the same saga.
    #[serde(default)]
    pub next: Option<Claim>,
}

/// What `saga.record_steps` takes.
#[derive(Serialize)]
struct Record<'a> {
    outcomes: &'a [StepOutcome],
    going_on: Option<&'a ClaimRequest>,
}

impl Db {
    /// Records what became of claimed steps, and writes down what follows from it. Who is `going_on` claims the next steps of
    /// the same sagas with it, as far as they can be carried out at once; its `batch` is not looked at.
    pub async fn record_steps(
        &self,
        outcomes: &[StepOutcome],
        going_on: Option<&ClaimRequest>,
    ) -> Result<Vec<Recorded>, Error> {
        self.change("select saga.record_steps($1)", &Record { outcomes, going_on }).await
    }

    /// Carries out a step of our own, and records it, in one transaction. [`Error::Fenced`] when the lease had passed
    /// to another: nothing was changed. After any other error nothing was, either, and the worker records it.
    pub async fn run_step(&self, claim: &HeldClaim) -> Result<Option<Recorded>, Error> {
        Ok(self.change("select saga.run_step($1)", claim).await?.into_iter().next())
    }
}
