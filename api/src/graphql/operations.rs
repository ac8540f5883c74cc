//! What those who run the system see: sagas and invariants.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use super::{connection::connection, ids::GlobalId as _};

/// Where a saga stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::SagaState")]
pub(crate) enum SagaState {
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

/// One run of the steps that take a booking from its hold to its end. For operators.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Saga {
    /// The global id; `node` does not read it.
    id: ID,
    /// What it does: `booking` or `refund`.
    kind: String,
    /// The booking it is about.
    booking_id: ID,
    /// Where it stands.
    state: SagaState,
    /// Its present step.
    step: String,
    /// Classified failures of this step so far, at most 5.
    failures: i32,
    /// By when it should have ended, in UTC.
    deadline: DateTime<Utc>,
    /// When it began, in UTC.
    created_at: DateTime<Utc>,
    /// When it ended, in UTC. Null while it has not.
    ended_at: Option<DateTime<Utc>>,
    /// What went wrong last. Null when nothing did.
    last_error: Option<String>,
}

impl From<db::Saga> for Saga {
    fn from(saga: db::Saga) -> Self {
        Self {
            id: saga.id.to_global(),
            kind: saga.kind,
            booking_id: saga.booking_id.to_global(),
            state: saga.state.into(),
            step: saga.step,
            failures: saga.failures,
            deadline: saga.deadline,
            created_at: saga.created_at,
            ended_at: saga.ended_at,
            last_error: saga.last_error,
        }
    }
}

connection!(
    SagaConnection,
    SagaEdge,
    Saga,
    db::Saga,
    "A page of sagas, newest first.",
    "A saga and its place in the list."
);

/// A promise of the system that is checked in SQL. For operators.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct InvariantCheck {
    /// The name of the view under `invariant`.
    name: String,
    /// What holds while the view is empty, in one sentence.
    description: String,
    /// How many rows break it; 0 in a correct system.
    violations: i32,
}

impl From<db::InvariantCheck> for InvariantCheck {
    fn from(check: db::InvariantCheck) -> Self {
        Self {
            name: check.name,
            description: check.description,
            // What GraphQL can't count is no better for being more.
            violations: i32::try_from(check.violations).unwrap_or(i32::MAX),
        }
    }
}
