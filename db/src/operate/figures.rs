//! How the system does just now.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{GatewayState, Queue};
use crate::{Actor, Db, Error, OutboxLag, Role};

/// How the system does just now.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Figures {
    /// When it was read, by the database's clock.
    pub at: DateTime<Utc>,
    /// Bookings accepted in each of the last seconds.
    pub bookings_per_second: f64,
    /// Bookings that hold places and are not paid.
    pub holds_open: i64,
    /// Cases that wait for an operator.
    pub dead_letters_open: i64,
    /// Every queue.
    pub queues: Vec<Queue>,
    /// Every payment gateway.
    pub gateways: Vec<GatewayState>,
    /// What waits in each queue of the outbox.
    pub outbox: Vec<OutboxLag>,
}

impl Db {
    /// How the system does just now, read once for all operators who look.
    pub async fn figures(&self) -> Result<Option<Figures>, Error> {
        let operators = Actor { role: Role::Operator, subject: String::new(), organiser_id: None };
        self.read_one(Some(&operators), "reporting.operations", &()).await
    }
}
