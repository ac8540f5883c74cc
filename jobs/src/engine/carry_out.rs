//! Carries one step out, come what may: a lost lease, the end of the grace, a panic.

use std::{panic::AssertUnwindSafe, time::Instant};

use db::{Claim, StepOutcome, StepResult};
use futures::FutureExt as _;

use super::{Engine, call, held::Held, local, record::fenced};

/// What became of a step, as far as it has to be recorded.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Carried {
    /// This is to be recorded.
    Result(StepResult),
    /// It recorded itself.
    Recorded,
    /// Its lease had passed on.
    Fenced,
}

/// What is to be recorded of a step, if anything is.
pub(super) async fn carry_out(engine: &Engine, claim: &Claim, held: &Held) -> Option<StepOutcome> {
    let begun = Instant::now();
    let carried = tokio::select! {
        biased;
        carried = AssertUnwindSafe(work(engine, claim)).catch_unwind() => {
            carried.unwrap_or_else(|_| Carried::Result(panicked(claim)))
        }
        // Whoever has the lease now asks for itself. A routine of ours is fenced by the database.
        () = held.lost(), if claim.call.is_some() => Carried::Fenced,
        // The next worker looks up at once what became of it.
        () = engine.over.cancelled() => {
            Carried::Result(StepResult::HandedBack { sent: claim.call.is_some(), retry_in_ms: 0 })
        }
    };
    let (label, outcome) = match carried {
        Carried::Result(result) => (result.name(), Some(StepOutcome::of(claim, result))),
        Carried::Recorded => ("done", None),
        Carried::Fenced => {
            fenced(claim.saga_id);
            ("fenced", None)
        }
    };
    count(claim, label, begun);
    outcome
}

async fn work(engine: &Engine, claim: &Claim) -> Carried {
    match &claim.call {
        Some(operation) => {
            Carried::Result(call::ask(&engine.gateways, &engine.settings, claim, operation).await)
        }
        None => local::run(engine, claim).await,
    }
}

/// A panic says nothing of what the gateway has done; a routine of ours that broke off has done nothing.
fn panicked(claim: &Claim) -> StepResult {
    tracing::error!(saga = %claim.saga_id, step = claim.step, "a step ended by a panic");
    let error = "the worker's code panicked".to_owned();
    if claim.call.is_some() { call::unknown(claim, error) } else { local::failed(claim, error) }
}

fn count(claim: &Claim, result: &'static str, begun: Instant) {
    let (kind, step) = (claim.kind.clone(), claim.step.clone());
    metrics::histogram!("holdfast_step_seconds", "kind" => kind.clone(), "step" => step.clone())
        .record(begun.elapsed().as_secs_f64());
    metrics::counter!("holdfast_steps_total", "kind" => kind, "step" => step, "result" => result)
        .increment(1);
}
