//! The durable ledger of the simulated gateway.
//!
//! It lives beside the system, not in it: schema `simulator`, written in
//! transactions of its own that no booking takes part in, the way a real
//! gateway keeps books of its own. No other context reads it but the
//! invariants, which hold the system against it.

use serde::{Deserialize, Serialize};

use crate::{Currency, Db, Error, OperationKind};

/// An operation as it reaches the simulated gateway.
#[derive(Clone, Debug, Serialize)]
pub struct Simulator<'a> {
    /// What is asked.
    pub operation: OperationKind,
    /// The caller's idempotency key: the same key is worked once.
    pub key: &'a str,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Of which currency.
    pub currency: Currency,
    /// The token of the payment method, which decides what the simulator does.
    pub payment_method: &'a str,
    /// The authorization that a capture, void or refund is about.
    pub authorization: Option<&'a str>,
}

/// What the simulated gateway did.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "answer", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SimulatorAnswer {
    /// It is in the ledger.
    Succeeded {
        /// The gateway's name for it.
        reference: String,
        /// How often this key was sent, this time included.
        tries: i32,
    },
    /// It was refused for good.
    Declined {
        /// The gateway's code.
        code: String,
        /// How often this key was sent, this time included.
        tries: i32,
    },
    /// It failed before anything was done.
    ServerError {
        /// How often this key was sent, this time included.
        tries: i32,
    },
}

impl Db {
    /// Sends one operation to the simulated gateway's ledger.
    pub async fn simulate(&self, call: &Simulator<'_>) -> Result<SimulatorAnswer, Error> {
        let routine = "select simulator.perform($1)";
        let answers: Vec<SimulatorAnswer> = self.rows(routine, call).await?;
        answers.into_iter().next().ok_or(Error::Miscounted { routine, commands: 1, answers: 0 })
    }
}
