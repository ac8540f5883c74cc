//! Sagas, with their histories.

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};
use db::{BookingId, SagaId};

use crate::graphql::{
    connection::connection, context::Access as _, errors::Result, ids::GlobalId as _, text,
};

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

/// One run of the steps that take a booking, a change, a refund or a slot's cancellation to its end. For operators.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Saga {
    #[graphql(skip)]
    id: ID,
    /// What it does: `booking`, `reschedule`, `refund`, `slot_cancellation` or `stray` (money that a gateway moved and our
    /// books do not have).
    kind: String,
    /// The booking it is about. Null for a slot's cancellation and for stray money.
    booking_id: Option<ID>,
    /// Where it stands.
    state: SagaState,
    /// Its present step.
    step: String,
    /// Classified failures of this step so far; kills and redeliveries are none.
    failures: i32,
    /// Times that nobody knew whether this step was done.
    unknowns: i32,
    /// Whether this step may have been done without our knowing: it is looked up before it is sent again.
    in_doubt: bool,
    /// The worker that is at it now. Null while none is.
    worker: Option<String>,
    /// By when it should have ended, in UTC.
    deadline: DateTime<Utc>,
    /// When it began, in UTC.
    created_at: DateTime<Utc>,
    /// When it ended, in UTC. Null while it has not.
    ended_at: Option<DateTime<Utc>>,
    /// What went wrong last. Null when nothing did.
    last_error: Option<String>,
    /// Its history, in order.
    steps: Vec<SagaStep>,
}

/// A step in the history of a saga.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct SagaStep {
    /// Its number, from 1.
    number: i32,
    /// Which step.
    step: String,
    /// What carries it out: `AT_ONCE` (along with what decided it), `LOCAL` (a routine of ours), or what is asked of the
    /// gateway: `AUTHORIZE`, `CAPTURE`, `VOID`, `REFUND`.
    action: Option<String>,
    /// The step that takes it back. Null when nothing has to be.
    undo: Option<String>,
    /// `DONE`, `DECLINED`, `FAILED` (nothing was done) or `UNKNOWN` (nobody knows yet).
    result: String,
    /// What went wrong. Null when nothing did.
    detail: Option<String>,
    /// Who carried it out. Null for what was done at once.
    worker: Option<String>,
    /// When that worker took it, in UTC. Null for what was done at once.
    began_at: Option<DateTime<Utc>>,
    /// When its result was written down, in UTC.
    at: DateTime<Utc>,
}

impl From<db::SagaStep> for SagaStep {
    fn from(step: db::SagaStep) -> Self {
        Self {
            number: step.seq,
            step: step.step,
            action: step.action,
            undo: step.undo,
            result: step.result,
            detail: step.detail,
            worker: step.worker,
            began_at: step.began_at,
            at: step.at,
        }
    }
}

impl From<db::Saga> for Saga {
    fn from(saga: db::Saga) -> Self {
        Self {
            id: saga.id.to_global(),
            kind: saga.kind,
            booking_id: saga.booking_id.map(|booking| booking.to_global()),
            state: saga.state.into(),
            step: saga.step,
            failures: saga.failures,
            unknowns: saga.unknowns,
            in_doubt: saga.in_doubt,
            worker: saga.worker,
            deadline: saga.deadline,
            created_at: saga.created_at,
            ended_at: saga.ended_at,
            last_error: saga.last_error,
            steps: saga.steps.into_iter().map(SagaStep::from).collect(),
        }
    }
}

#[ComplexObject]
impl Saga {
    /// The global id: opaque, the same for ever.
    pub(crate) async fn id(&self) -> ID {
        self.id.clone()
    }
}

impl Saga {
    /// The saga with this id. Only operators see any.
    pub(crate) async fn load(ctx: &Context<'_>, id: SagaId) -> Result<Option<Self>> {
        ctx.request().operator()?;
        Ok(ctx.loaders().load_one(id).await?.map(Self::from))
    }
}

/// Which sagas to list; what is left out does not matter.
#[derive(Debug, Default, InputObject)]
pub(crate) struct SagaFilter {
    /// Only of this kind.
    kind: Option<String>,
    /// Only those that stand there.
    state: Option<SagaState>,
    /// Only those about this booking.
    booking_id: Option<ID>,
    /// Only those that run on past their deadline, or only the others.
    overdue: Option<bool>,
}

impl SagaFilter {
    pub(super) fn read(self) -> Result<db::SagaFilter> {
        Ok(db::SagaFilter {
            kind: text::optional("kind", self.kind)?,
            state: self.state.map(Into::into),
            booking_id: self.booking_id.as_ref().map(BookingId::from_global).transpose()?,
            overdue: self.overdue,
        })
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
