//! Steps of our own: a routine of the database carries them out and records them in one transaction.

use std::time::Duration;

use db::{Claim, StepResult};

use super::{
    Engine,
    call::{label, millis, tries},
    carry_out::Carried,
    record::passes,
};
use crate::{error_chain, failpoints, retry::Pauses};

/// How long a step stays away that the database could not take just now.
const AWAY: Pauses = Pauses { first: Duration::from_millis(500), longest: Duration::from_secs(5) };

/// Calls the routine of this claim.
pub(super) async fn run(engine: &Engine, claim: &Claim) -> Carried {
    let label = label(claim);
    if let Some(strike) = failpoints::strike(&format!("{label}-before")) {
        return Carried::Result(failed(claim, strike.describe().to_owned()));
    }
    match engine.db.run_step(&claim.held()).await {
        Ok(_) => {}
        Err(db::Error::Fenced(_)) => return Carried::Fenced,
        // A database that is away, or busy with others, is no failure of the step. Had it committed all the same,
        // the lease is gone with that, and what is recorded here changes nothing.
        Err(error) if passes(&error) => {
            tracing::debug!(saga = %claim.saga_id, error = error_chain(&error), "a step is handed back");
            let retry_in_ms = millis(AWAY.after(tries(claim.read_ct)));
            return Carried::Result(StepResult::HandedBack { sent: false, retry_in_ms });
        }
        Err(error) => return Carried::Result(failed(claim, error_chain(&error))),
    }
    for place in ["after", "recorded"] {
        if let Some(strike) = failpoints::strike(&format!("{label}-{place}")) {
            return Carried::Result(failed(claim, strike.describe().to_owned()));
        }
    }
    // Most steps have a successor, which is on the queue now.
    engine.surroundings.work.notify_one();
    Carried::Recorded
}

/// A classified failure: the transaction was rolled back, so that nothing was done.
pub(super) fn failed(claim: &Claim, error: String) -> StepResult {
    let pauses = Pauses { first: claim.first_pause(), longest: claim.longest_pause() };
    let retry_in_ms = millis(pauses.after(tries(claim.failures)));
    StepResult::Failed { error, doubt_over: false, spent_key: false, retry_in_ms }
}
