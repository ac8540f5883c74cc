//! Sagas as operators see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{BookingId, SagaId};

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
    /// `booking`, `reschedule`, `refund`, `slot_cancellation` or `stray`.
    pub kind: String,
    /// The booking it is about, if it is about one.
    pub booking_id: Option<BookingId>,
    /// Where it stands.
    pub state: SagaState,
    /// Its present step.
    pub step: String,
    /// Classified failures of this step so far.
    pub failures: i32,
    /// Times its outcome was unknown so far.
    pub unknowns: i32,
    /// Whether this step may have been done without our knowing: it is looked up before it is sent again.
    pub in_doubt: bool,
    /// Who is at it now.
    pub worker: Option<String>,
    /// By when it should have ended.
    pub deadline: DateTime<Utc>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Its history, in order.
    pub steps: Vec<SagaStep>,
}

/// A step in the history of a saga.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SagaStep {
    /// Its number, from 1.
    pub seq: i32,
    /// Which step.
    pub step: String,
    /// What carries it out, as its kind declares.
    pub action: Option<String>,
    /// The step that takes it back.
    pub undo: Option<String>,
    /// `DONE`, `DECLINED`, `FAILED` or `UNKNOWN`.
    pub result: String,
    /// What went wrong.
    pub detail: Option<String>,
    /// Who carried it out; none for what was done at once.
    pub worker: Option<String>,
    /// When that worker took it.
    pub began_at: Option<DateTime<Utc>>,
    /// When its result was written down.
    pub at: DateTime<Utc>,
}
