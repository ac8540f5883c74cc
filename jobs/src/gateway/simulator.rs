//! The simulated gateway: a durable ledger that keeps books of its own, and the
//! trouble that a real one makes, chosen by the token of the payment method.
//!
//! | token | what happens |
//! |---|---|
//! | `pm_card_visa`, `pm_card_mastercard`, `pm_card_amex` | everything is done |
//! | `pm_card_chargeDeclined` and its kin | the authorization is declined |
//! | `pm_sim_slow` | each answer takes 2 seconds |
//! | `pm_sim_timeoutBeforeCharge` | the first try of each operation is lost before anything is done |
//! | `pm_sim_timeoutAfterCharge` | the first try of each operation is done, but its answer is lost |
//! | `pm_sim_serverErrorOnce`, `pm_sim_serverErrorAlways` | the first try, or every try, fails with nothing done |
//! | `pm_sim_captureDeclined` | the authorization stands, its capture is declined |

use std::time::Duration;

use db::{Db, Simulator, SimulatorAnswer};

use super::{Answer, Operation, PaymentGateway};

/// A gateway that moves no money.
#[derive(Clone, Debug)]
pub struct Simulated {
    db: Db,
}

impl Simulated {
    /// Over the ledger in this database, in transactions of its own.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

impl PaymentGateway for Simulated {
    async fn perform(&self, operation: &Operation) -> Answer {
        if operation.payment_method == "pm_sim_slow" {
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        let call = Simulator {
            operation: operation.kind,
            key: &operation.key,
            amount_minor: operation.amount_minor,
            currency: operation.currency,
            payment_method: &operation.payment_method,
            authorization: operation.authorization.as_deref(),
        };
        match self.db.simulate(&call).await {
            Ok(answer) => tell(&operation.payment_method, answer),
            Err(error) => Answer::Unknown(format!("the gateway did not answer: {error}")),
        }
    }
}

/// What of the ledger's answer reaches the caller.
fn tell(payment_method: &str, answer: SimulatorAnswer) -> Answer {
    let (tries, answer) = match answer {
        SimulatorAnswer::Succeeded { reference, tries } => (tries, Answer::Done(reference)),
        SimulatorAnswer::Declined { code, tries } => (tries, Answer::Declined(code)),
        SimulatorAnswer::ServerError { tries } => (tries, Answer::Failed("server_error".to_owned())),
    };
    let is_lost = matches!(payment_method, "pm_sim_timeoutBeforeCharge" | "pm_sim_timeoutAfterCharge");
    if is_lost && tries == 1 { Answer::Unknown("the answer was lost".to_owned()) } else { answer }
}
