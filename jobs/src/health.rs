//! Makes the worker's gateways known, and says how they are: routing and the API know no other way.

use std::time::Duration;

use db::{Db, GatewayHealth, GatewayRegistration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    gateway::{BreakerState, Gateways},
    report,
    timers::pause,
};

/// How often a registration that failed is tried again: a database that starts takes a second or two.
const REGISTER_EVERY: Duration = Duration::from_millis(500);
/// A report holds for 10 seconds.
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// A breaker that has changed is reported within this.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Registers the gateways, however long the database takes to answer. False when the worker is to stop instead.
pub(crate) async fn register(db: &Db, gateways: &Gateways, shutdown: &CancellationToken) -> bool {
    let registrations: Vec<_> = gateways
        .iter()
        .map(|registered| GatewayRegistration {
            code: gateway_code(registered),
            weight: i32::from(registered.weight),
            currencies: registered.currencies.clone(),
        })
        .collect();
    while let Err(error) = db.register_gateways(&registrations).await {
        report("the gateways could not be registered", &error);
        if !pause(REGISTER_EVERY, shutdown).await {
            return false;
        }
    }
    true
}

fn gateway_code(registered: &crate::gateway::Registered) -> String {
    use crate::gateway::PaymentGateway as _;
    registered.gateway.code().to_owned()
}

/// Reports how the gateways are, once a second, and at once when one has changed.
pub(crate) async fn publish(db: Db, gateways: Gateways, worker: String, shutdown: CancellationToken) {
    let mut told: Vec<BreakerState> = Vec::new();
    let mut told_at: Option<Instant> = None;
    loop {
        let now = gateways.health();
        let states: Vec<_> = now.iter().map(|(_, health)| health.state).collect();
        if states != told || told_at.is_none_or(|at| at.elapsed() >= REPORT_EVERY) {
            let reports: Vec<_> = now.into_iter().map(|(code, health)| tell(code, health)).collect();
            match db.report_health(&worker, &reports).await {
                Ok(()) => (told, told_at) = (states, Some(Instant::now())),
                Err(error) => report("the gateways' health could not be reported", &error),
            }
        }
        if !pause(LOOK_EVERY, &shutdown).await {
            return;
        }
    }
}

fn tell(code: String, health: crate::gateway::Health) -> GatewayHealth {
    let state = match health.state {
        BreakerState::Closed => db::BreakerState::Closed,
        BreakerState::HalfOpen => db::BreakerState::HalfOpen,
        BreakerState::Open => db::BreakerState::Open,
    };
    let retry_after_ms = health.retry_after.map(|left| i64::try_from(left.as_millis()).unwrap_or(i64::MAX));
    GatewayHealth { code, state, retry_after_ms }
}
