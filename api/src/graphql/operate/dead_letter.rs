//! The operators' inbox.

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Json, SimpleObject};
use chrono::{DateTime, Utc};
use db::{BookingId, DeadLetterId};

use super::saga::Saga;
use crate::graphql::{
    connection::connection, context::Access as _, errors::Result, ids::GlobalId as _, text,
};

/// Whence a case came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::DeadLetterSource")]
pub(crate) enum DeadLetterSource {
    /// A saga that can't go on by itself, or that is late.
    Saga,
    /// A message of a queue that nobody can read.
    Message,
    /// Something that a gateway told of its own accord.
    Webhook,
    /// A gateway's own list and our books do not agree.
    Reconciliation,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::DeadLetterState")]
pub(crate) enum DeadLetterState {
    /// Somebody has to look.
    Open,
    /// It was tried again. If that failed, too, there is a new case.
    Redriven,
    /// Somebody has seen to it, or it has settled itself.
    Resolved,
}

/// What can safely be done about a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::SafeAction")]
pub(crate) enum SafeAction {
    /// `redriveDeadLetters`, or `retrySaga`: try again what failed.
    Retry,
    /// `cancelSaga`: turn it round and give back what was taken.
    Cancel,
    /// `resolveDeadLetters`: say that somebody has seen to it outside of the system.
    Resolve,
}

/// A case of the operators' inbox: what can't go on by itself, why, and what can safely be done about it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct DeadLetter {
    #[graphql(skip)]
    id: ID,
    /// Whence it came.
    source: DeadLetterSource,
    /// Why, as a code: `REFUND_FAILED`, `VOID_FAILED`, `CAPTURE_FAILED`, `STEP_FAILED`, `OVERDUE`, `CAPTURE_DUE`, `POISON`,
    /// `UNKNOWN_REFERENCE`, `EXCEPTIONAL`, `MISSING`, `AMOUNT`, `ORPHANED`.
    cause: String,
    /// The saga it is about, with its history. Null when it is about none.
    saga: Option<Saga>,
    /// The booking it is about. Null when it is about none, or nobody knows which.
    booking_id: Option<ID>,
    /// The queue of a message. Null for what is no message.
    queue: Option<String>,
    /// The message as it came. Null for what is no message.
    message: Option<Json<serde_json::Value>>,
    /// The payment gateway it is about.
    gateway: Option<String>,
    /// The gateway's name for what it is about.
    reference: Option<String>,
    /// What went wrong, in words or in the gateway's code.
    detail: Option<String>,
    /// What can safely be done about it.
    safe_actions: Vec<SafeAction>,
    /// Where it stands.
    state: DeadLetterState,
    /// When it was opened, in UTC.
    opened_at: DateTime<Utc>,
    /// When it was closed, in UTC. Null while it is open.
    closed_at: Option<DateTime<Utc>>,
    /// Who closed it: an operator's subject, or the part of the system that found it settled.
    closed_by: Option<String>,
    /// What was said of it then.
    note: Option<String>,
}

impl From<db::DeadLetter> for DeadLetter {
    fn from(case: db::DeadLetter) -> Self {
        Self {
            id: case.id.to_global(),
            source: case.source.into(),
            cause: case.cause,
            saga: case.saga.map(Saga::from),
            booking_id: case.booking_id.map(|booking| booking.to_global()),
            queue: case.queue,
            message: case.message.map(Json),
            gateway: case.gateway,
            reference: case.reference,
            detail: case.detail,
            safe_actions: case.safe_actions.into_iter().map(SafeAction::from).collect(),
            state: case.state.into(),
            opened_at: case.opened_at,
            closed_at: case.closed_at,
            closed_by: case.closed_by,
            note: case.note,
        }
    }
}

#[ComplexObject]
impl DeadLetter {
    /// The global id: opaque, the same for ever.
    pub(crate) async fn id(&self) -> ID {
        self.id.clone()
    }
}

impl DeadLetter {
    /// The case with this id. Only operators see any.
    pub(crate) async fn load(ctx: &Context<'_>, id: DeadLetterId) -> Result<Option<Self>> {
        ctx.request().operator()?;
        Ok(ctx.loaders().load_one(id).await?.map(Self::from))
    }

    /// The cases with these ids, newest first; those that there are.
    pub(crate) async fn load_all(ctx: &Context<'_>, ids: Vec<DeadLetterId>) -> Result<Vec<Self>> {
        let request = ctx.request();
        request.operator()?;
        let most = i32::try_from(ids.len()).unwrap_or(i32::MAX - 1);
        let filter = db::DeadLetterFilter { ids: Some(ids), ..db::DeadLetterFilter::default() };
        let page = ctx.db().dead_letter_page(&filter, most, None).await;
        let rows = page.map_err(|error| request.failed(&error))?.rows;
        Ok(rows.into_iter().map(|(_, case)| case.into()).collect())
    }
}

/// Which cases to list; what is left out does not matter.
#[derive(Debug, Default, InputObject)]
pub(crate) struct DeadLetterFilter {
    /// Only those that stand there.
    state: Option<DeadLetterState>,
    /// Only from there.
    source: Option<DeadLetterSource>,
    /// Only with this cause.
    cause: Option<String>,
    /// Only about this gateway.
    gateway: Option<String>,
    /// Only about this booking.
    booking_id: Option<ID>,
}

impl DeadLetterFilter {
    pub(super) fn read(self) -> Result<db::DeadLetterFilter> {
        Ok(db::DeadLetterFilter {
            ids: None,
            state: self.state.map(Into::into),
            source: self.source.map(Into::into),
            cause: text::optional("cause", self.cause)?,
            gateway: text::optional("gateway", self.gateway)?,
            booking_id: self.booking_id.as_ref().map(BookingId::from_global).transpose()?,
        })
    }
}

connection!(
    DeadLetterConnection,
    DeadLetterEdge,
    DeadLetter,
    db::DeadLetter,
    "A page of the operators' inbox, newest first.",
    "A case and its place in the inbox."
);
