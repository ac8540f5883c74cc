//! What operators command; each is written down in the audit log along with its effect.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::DeadLetterSource;
use crate::{Currency, DeadLetterId, SagaId, call::Write};

/// Makes a saga go on at once, a dead one included.
#[derive(Clone, Debug, Serialize)]
pub struct RetrySaga {
    /// Which saga.
    pub saga_id: SagaId,
}

impl Write for RetrySaga {
    const ROUTINE: &'static str = "select outcome from saga.retry_sagas($1) order by ordinal";
}

/// Turns a saga round: what it took is given back.
#[derive(Clone, Debug, Serialize)]
pub struct CancelSaga {
    /// Which saga.
    pub saga_id: SagaId,
}

impl Write for CancelSaga {
    const ROUTINE: &'static str = "select outcome from saga.cancel_sagas($1) order by ordinal";
}

/// Tries again what stands in the inbox, by filter.
#[derive(Clone, Debug, Serialize)]
pub struct RedriveDeadLetters {
    /// Only these.
    pub ids: Option<Vec<DeadLetterId>>,
    /// Only from there.
    pub source: Option<DeadLetterSource>,
    /// Only with this cause.
    pub cause: Option<String>,
    /// Only about this gateway.
    pub gateway: Option<String>,
    /// Only those opened before.
    pub opened_before: Option<DateTime<Utc>>,
    /// So many at most, oldest first.
    pub limit: i32,
}

impl Write for RedriveDeadLetters {
    const ROUTINE: &'static str = "select outcome from saga.redrive_dead_letters($1) order by ordinal";
}

/// Closes cases that somebody has seen to outside of the system.
#[derive(Clone, Debug, Serialize)]
pub struct ResolveDeadLetters {
    /// Which ones.
    pub ids: Vec<DeadLetterId>,
    /// What was done about them.
    pub note: String,
}

impl Write for ResolveDeadLetters {
    const ROUTINE: &'static str = "select outcome from saga.resolve_dead_letters($1) order by ordinal";
}

/// Pauses a queue, or lets it go on.
#[derive(Clone, Debug, Serialize)]
pub struct SetQueuePause {
    /// Which queue.
    pub queue: String,
    /// Whether it is to stand still.
    pub is_paused: bool,
    /// Why, for those who wonder.
    pub reason: Option<String>,
}

impl Write for SetQueuePause {
    const ROUTINE: &'static str = "select outcome from saga.set_queue_pauses($1) order by ordinal";
}

/// Pauses a gateway, or lets it go on.
#[derive(Clone, Debug, Serialize)]
pub struct SetGatewayPause {
    /// Which gateway.
    pub gateway: String,
    /// Whether nothing is to be asked of it.
    pub is_paused: bool,
}

impl Write for SetGatewayPause {
    const ROUTINE: &'static str = "select outcome from payment.set_gateway_pauses($1) order by ordinal";
}

/// Sets a gateway's share of new payments.
#[derive(Clone, Debug, Serialize)]
pub struct SetGatewayRouting {
    /// Which gateway.
    pub gateway: String,
    /// Its share among those that take a currency; 0 gets none.
    pub weight: i32,
    /// What it takes; none is everything.
    pub currencies: Option<Vec<Currency>>,
}

impl Write for SetGatewayRouting {
    const ROUTINE: &'static str = "select outcome from payment.set_gateway_routings($1) order by ordinal";
}
