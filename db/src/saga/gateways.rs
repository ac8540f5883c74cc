//! What workers tell of the gateways that they can ask.

use serde::{Deserialize, Serialize};

use crate::{Currency, Db, Error};

/// A gateway that a worker can ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GatewayRegistration {
    /// Its name.
    pub code: String,
    /// Its share of new payments among those that take the currency, 0 to 1000.
    pub weight: i32,
    /// What it takes; none means everything.
    pub currencies: Option<Vec<Currency>>,
}

/// Where a circuit breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BreakerState {
    /// Calls go through.
    Closed,
    /// None does.
    Open,
    /// A few do, as probes.
    HalfOpen,
}

/// What the circuit breaker of one worker says of one gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GatewayHealth {
    /// Which gateway.
    pub code: String,
    /// Where the breaker stands.
    pub state: BreakerState,
    /// When an open one lets a call through, in milliseconds.
    pub retry_after_ms: Option<i64>,
}

impl Db {
    /// Makes gateways known; what operators have set for one that is known already stays.
    pub async fn register_gateways(&self, gateways: &[GatewayRegistration]) -> Result<(), Error> {
        let _: Vec<serde_json::Value> = self.rows("select payment.register_gateways($1)", gateways).await?;
        Ok(())
    }

    /// Says how the gateways are, seen from one worker. Holds for 10 seconds.
    pub async fn report_health(&self, worker: &str, gateways: &[GatewayHealth]) -> Result<(), Error> {
        let argument = serde_json::json!({ "worker": worker, "gateways": gateways });
        let _: Vec<serde_json::Value> = self.rows("select payment.report_health($1)", &argument).await?;
        Ok(())
    }
}
