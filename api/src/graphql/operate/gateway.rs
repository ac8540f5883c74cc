//! The payment gateways.

use async_graphql::{Enum, SimpleObject};
use chrono::{DateTime, Utc};

use crate::graphql::scalars::CurrencyCode;

/// How a circuit breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::BreakerState")]
pub(crate) enum BreakerState {
    /// Calls go through.
    Closed,
    /// Half of the last ten calls failed: none goes through for a while.
    Open,
    /// A few calls go through to see whether it is well again.
    HalfOpen,
}

/// A payment gateway. For operators.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct PaymentGateway {
    /// Its name, which is part of the address of its webhooks.
    pub(crate) code: String,
    /// Its share of new payments among those that take a currency; 0 gets none, and still finishes what it began.
    weight: i32,
    /// What it takes. Null is everything.
    currencies: Option<Vec<CurrencyCode>>,
    /// Since when nothing is asked of it, in UTC. Null while it is not paused.
    paused_at: Option<DateTime<Utc>>,
    /// The operator who paused it.
    paused_by: Option<String>,
    /// What the workers say of it that have reported within ten seconds. Empty when none is running.
    workers: Vec<GatewayReport>,
}

/// What one worker says of a gateway.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct GatewayReport {
    /// Which worker.
    worker: String,
    /// How its breaker stands.
    breaker: BreakerState,
    /// When an open breaker lets the next call through, in UTC.
    calls_allowed_at: Option<DateTime<Utc>>,
    /// When it said so, in UTC.
    reported_at: DateTime<Utc>,
}

impl From<db::GatewayState> for PaymentGateway {
    fn from(gateway: db::GatewayState) -> Self {
        let report = |found: db::WorkerReport| GatewayReport {
            worker: found.worker,
            breaker: found.breaker.into(),
            calls_allowed_at: found.calls_allowed_at,
            reported_at: found.reported_at,
        };
        Self {
            code: gateway.code,
            weight: gateway.weight,
            currencies: gateway
                .currencies
                .map(|known| known.into_iter().map(|currency| CurrencyCode(currency.to_string())).collect()),
            paused_at: gateway.paused_at,
            paused_by: gateway.paused_by,
            workers: gateway.workers.into_iter().map(report).collect(),
        }
    }
}
