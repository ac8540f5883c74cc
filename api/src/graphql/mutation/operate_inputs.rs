//! What operators hand in, and what they are answered.

use async_graphql::{ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};
use db::{
    CancelSaga, Currency, DeadLetterId, RedriveDeadLetters, ResolveDeadLetters, RetrySaga, SagaId,
    SetGatewayPause, SetGatewayRouting, SetQueuePause,
};

use super::checks::{LONGEST_NOTE, Problems};
use crate::graphql::{
    errors::Result,
    ids::GlobalId as _,
    operate::{DeadLetter, DeadLetterSource, PaymentGateway, Queue, Saga},
    scalars::CurrencyCode,
    user_error::{UserError, UserErrorCode},
};

/// Cases that one mutation drives or closes at most.
const MOST_CASES: usize = 500;
/// Cases that it drives unless told.
const DEFAULT_CASES: i32 = 100;
/// Longest name of a queue, a gateway or a cause, in characters.
const LONGEST_NAME: usize = 100;
/// A gateway's share at most.
const MOST_WEIGHT: i32 = 1_000;

/// Which saga.
#[derive(Debug, InputObject)]
pub(super) struct RetrySagaInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The saga's global id.
    saga_id: ID,
}

/// Which saga.
#[derive(Debug, InputObject)]
pub(super) struct CancelSagaInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The saga's global id.
    saga_id: ID,
}

/// Which open cases to try again; what is left out does not matter.
#[derive(Debug, InputObject)]
pub(super) struct RedriveDeadLettersInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// Only these, by their global ids: at most 500.
    ids: Option<Vec<ID>>,
    /// Only from there.
    source: Option<DeadLetterSource>,
    /// Only with this cause.
    cause: Option<String>,
    /// Only about this gateway.
    gateway: Option<String>,
    /// Only those opened before this moment.
    opened_before: Option<DateTime<Utc>>,
    /// So many at most, the oldest first: 1 to 500, 100 unless told.
    limit: Option<i32>,
}

/// Which open cases to close.
#[derive(Debug, InputObject)]
pub(super) struct ResolveDeadLettersInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The global ids of the cases: 1 to 500.
    ids: Vec<ID>,
    /// What was done about them, for those who ask later: 1 to 2,000 characters.
    note: String,
}

/// Which queue.
#[derive(Debug, InputObject)]
pub(super) struct PauseQueueInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// Its name: `saga`, `waitlist`, `webhook`, `outbox`, `outbox_slot` or `notification`.
    queue: String,
    /// Why, for those who wonder: at most 2,000 characters.
    reason: Option<String>,
}

/// Which queue.
#[derive(Debug, InputObject)]
pub(super) struct ResumeQueueInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// Its name: `saga`, `waitlist`, `webhook`, `outbox`, `outbox_slot` or `notification`.
    queue: String,
}

/// Which gateway.
#[derive(Debug, InputObject)]
pub(super) struct GatewayPauseInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// Its name.
    gateway: String,
}

/// What a gateway is to get.
#[derive(Debug, InputObject)]
pub(super) struct SetGatewayRoutingInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// Its name.
    gateway: String,
    /// Its share of new payments among those that take a currency: 0 to 1,000; 0 gets none.
    weight: i32,
    /// What it takes. Null is everything.
    currencies: Option<Vec<CurrencyCode>>,
}

/// What became of a mutation about a saga.
#[derive(Debug, SimpleObject)]
pub(super) struct SagaPayload {
    /// The saga as it is now. Null when there is none.
    pub(super) saga: Option<Saga>,
    /// Why nothing was changed; empty when it was.
    pub(super) user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    pub(super) replayed: bool,
}

/// What became of a mutation about cases of the inbox.
#[derive(Debug, SimpleObject)]
pub(super) struct DeadLettersPayload {
    /// The cases for which that was done, as they are now. Those that could not be stay open.
    pub(super) dead_letters: Vec<DeadLetter>,
    /// Why nothing was changed; empty when it was.
    pub(super) user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    pub(super) replayed: bool,
}

/// What became of a mutation about a queue.
#[derive(Debug, SimpleObject)]
pub(super) struct QueuePayload {
    /// The queue as it is now. Null when there is none.
    pub(super) queue: Option<Queue>,
    /// Why nothing was changed; empty when it was.
    pub(super) user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    pub(super) replayed: bool,
}

/// What became of a mutation about a payment gateway.
#[derive(Debug, SimpleObject)]
pub(super) struct GatewayPayload {
    /// The gateway as it is now. Null when there is none.
    pub(super) gateway: Option<PaymentGateway>,
    /// Why nothing was changed; empty when it was.
    pub(super) user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    pub(super) replayed: bool,
}

impl RetrySagaInput {
    pub(super) fn into_write(self) -> Result<RetrySaga> {
        Ok(RetrySaga { saga_id: SagaId::from_global(&self.saga_id)? })
    }
}

impl CancelSagaInput {
    pub(super) fn into_write(self) -> Result<CancelSaga> {
        Ok(CancelSaga { saga_id: SagaId::from_global(&self.saga_id)? })
    }
}

impl RedriveDeadLettersInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> Result<RedriveDeadLetters> {
        let limit = self.limit.unwrap_or(DEFAULT_CASES);
        if usize::try_from(limit).map_or(true, |limit| !(1..=MOST_CASES).contains(&limit)) {
            problems.add(UserErrorCode::InvalidInput, &["limit"], format!("This is 1 to {MOST_CASES}."));
        }
        if let Some(ids) = &self.ids {
            problems.count(ids.len(), MOST_CASES, &["ids"]);
        }
        for (name, text) in [("cause", &self.cause), ("gateway", &self.gateway)] {
            if let Some(text) = text {
                problems.line(text, LONGEST_NAME, &[name]);
            }
        }
        Ok(RedriveDeadLetters {
            ids: self.ids.as_deref().map(cases).transpose()?,
            source: self.source.map(Into::into),
            cause: self.cause,
            gateway: self.gateway,
            opened_before: self.opened_before,
            limit,
        })
    }
}

impl ResolveDeadLettersInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> Result<ResolveDeadLetters> {
        problems.count(self.ids.len(), MOST_CASES, &["ids"]);
        problems.note(Some(&self.note));
        if self.note.trim().is_empty() {
            problems.add(UserErrorCode::InvalidInput, &["note"], "Say what was done about it.");
        }
        Ok(ResolveDeadLetters { ids: cases(&self.ids)?, note: self.note })
    }
}

impl PauseQueueInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> SetQueuePause {
        problems.line(&self.queue, LONGEST_NAME, &["queue"]);
        if let Some(reason) = &self.reason {
            problems.text(reason, LONGEST_NOTE, &["reason"]);
        }
        SetQueuePause { queue: self.queue, is_paused: true, reason: self.reason }
    }
}

impl ResumeQueueInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> SetQueuePause {
        problems.line(&self.queue, LONGEST_NAME, &["queue"]);
        SetQueuePause { queue: self.queue, is_paused: false, reason: None }
    }
}

impl GatewayPauseInput {
    pub(super) fn into_write(self, is_paused: bool, problems: &mut Problems) -> SetGatewayPause {
        problems.line(&self.gateway, LONGEST_NAME, &["gateway"]);
        SetGatewayPause { gateway: self.gateway, is_paused }
    }
}

impl SetGatewayRoutingInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> SetGatewayRouting {
        problems.line(&self.gateway, LONGEST_NAME, &["gateway"]);
        if !(0..=MOST_WEIGHT).contains(&self.weight) {
            problems.add(
                UserErrorCode::InvalidInput,
                &["weight"],
                format!("A weight is 0 to {MOST_WEIGHT}."),
            );
        }
        let currencies = self.currencies.map(|codes| {
            problems.count(codes.len(), 200, &["currencies"]);
            for code in &codes {
                problems.currency(code, &["currencies"]);
            }
            codes.iter().filter_map(|code| code.0.parse::<Currency>().ok()).collect()
        });
        SetGatewayRouting { gateway: self.gateway, weight: self.weight, currencies }
    }
}

fn cases(ids: &[ID]) -> Result<Vec<DeadLetterId>> {
    ids.iter().map(DeadLetterId::from_global).collect()
}
