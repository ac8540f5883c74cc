//! Steps that are asked of a gateway, outside any transaction.
//!
//! A step that may have been sent before is looked up first. What the look-up finds done or refused is recorded. What
//! it does not find is sent again under the same key, which is worked once however often it is sent; but only when
//! the earlier call is so long ago that it can't be under way any more does a failure of this one say that nothing
//! was done.

#[cfg(test)]
mod tests;

use std::time::Duration;

use db::{Call, Claim, StepResult};

use crate::{
    Settings,
    failpoints::{self, Strike},
    gateway::{Answer, Done, Finding, Gateways, Guarded, NotSent, Operation},
    retry::{Pauses, spread},
};

/// How long a step waits for a gateway that no worker of its kind can ask just now.
const ELSEWHERE: Duration = Duration::from_secs(1);

/// What came of asking.
pub(super) async fn ask(gateways: &Gateways, settings: &Settings, claim: &Claim, call: &Call) -> StepResult {
    let Some(gateway) = gateways.get(&call.gateway) else {
        // The database gives a worker the steps of its own gateways only.
        tracing::error!(
            gateway = call.gateway,
            "a step was claimed for a gateway that this worker does not have"
        );
        return StepResult::HandedBack { sent: false, retry_in_ms: millis(ELSEWHERE) };
    };
    let Some(operation) = operation(claim, call) else {
        let error = "a routine of our own was claimed with an operation".to_owned();
        return failed(claim, error, Doubt::None, false);
    };
    let timeout = claim.timeout().min(settings.gateway_timeout);
    if !claim.in_doubt {
        return told(claim, send(gateway, &operation, timeout).await, Doubt::None);
    }
    match gateway.look_up_within(&operation, timeout).await {
        Err(not_sent) => held_back(&not_sent),
        Ok(Finding::Done(done)) => was_done(done),
        Ok(Finding::Declined(code)) => StepResult::Declined { code },
        Ok(Finding::NotDone(error)) => failed(claim, error, Doubt::Over, true),
        Ok(Finding::Unknown(error)) => unknown(claim, error),
        Ok(Finding::Absent) => {
            let is_settled = claim.since_last_sent().is_some_and(|ago| ago >= settings.settled_after);
            let doubt = if is_settled { Doubt::Over } else { Doubt::Stands };
            told(claim, send(gateway, &operation, timeout).await, doubt)
        }
    }
}

/// Whether an earlier call may have done it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doubt {
    /// There was none.
    None,
    /// There was one, and it is known, or old enough, to have done nothing.
    Over,
    /// There was one.
    Stands,
}

/// Asks once, under the key that was written down before.
async fn send(gateway: &Guarded, operation: &Operation, timeout: Duration) -> Answer {
    let name = operation.kind.name();
    match failpoints::strike(&format!("{name}-before")) {
        Some(strike @ Strike::Error) => return Answer::Failed(strike.describe().to_owned()),
        Some(strike @ Strike::Timeout) => return Answer::Unknown(strike.describe().to_owned()),
        None => (),
    }
    let answer = gateway.perform_within(operation, timeout).await;
    match failpoints::strike(&format!("{name}-after")) {
        Some(strike) => Answer::Unknown(strike.describe().to_owned()),
        None => answer,
    }
}

/// What an answer means for the step.
fn told(claim: &Claim, answer: Answer, doubt: Doubt) -> StepResult {
    match answer {
        Answer::Done(done) => was_done(done),
        Answer::Declined(code) => StepResult::Declined { code },
        Answer::Failed(error) => failed(claim, error, doubt, false),
        Answer::Unknown(error) => unknown(claim, error),
        Answer::NotSent { reason, retry_after } => held_back(&NotSent { reason, retry_after }),
    }
}

fn was_done(done: Done) -> StepResult {
    StepResult::Done { gateway_ref: done.reference, expires_at: done.expires_at }
}

fn failed(claim: &Claim, error: String, doubt: Doubt, spent_key: bool) -> StepResult {
    let pause = match doubt {
        // For the database that is one more unknown outcome.
        Doubt::Stands => look_up_pause(claim),
        Doubt::None | Doubt::Over => {
            let pauses = Pauses { first: claim.first_pause(), longest: claim.longest_pause() };
            pauses.after(tries(claim.failures))
        }
    };
    StepResult::Failed { error, doubt_over: doubt == Doubt::Over, spent_key, retry_in_ms: millis(pause) }
}

/// An outcome that has to be looked up.
pub(super) fn unknown(claim: &Claim, error: String) -> StepResult {
    StepResult::Unknown { error, retry_in_ms: millis(look_up_pause(claim)) }
}

fn held_back(not_sent: &NotSent) -> StepResult {
    tracing::debug!(reason = not_sent.reason, "a step is handed back");
    StepResult::HandedBack { sent: false, retry_in_ms: millis(spread(not_sent.retry_after)) }
}

fn look_up_pause(claim: &Claim) -> Duration {
    let pauses = Pauses { first: claim.first_pause(), longest: claim.longest_look_up() };
    pauses.after(tries(claim.unknowns))
}

fn operation(claim: &Claim, call: &Call) -> Option<Operation> {
    Some(Operation {
        kind: claim.action.operation()?,
        key: call.gateway_key.clone(),
        amount_minor: call.amount_minor,
        currency: call.currency,
        payment_method: call.payment_method.clone().unwrap_or_default(),
        authorization: call.authorization.clone(),
        payment_id: call.payment_id,
        opened_at: call.opened_at,
    })
}

/// What a step's failpoints are named after: what it asks of a gateway, or the kind of its saga.
pub(super) fn label(claim: &Claim) -> String {
    claim.action.operation().map_or_else(|| claim.kind.clone(), |kind| kind.name().to_owned())
}

/// The database never writes down a negative count.
pub(super) fn tries(count: i32) -> u32 {
    u32::try_from(count).unwrap_or(0)
}

/// As the database takes it.
pub(super) fn millis(pause: Duration) -> i64 {
    i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)
}
