//! Records what became of steps, many at once.

use std::{collections::HashMap, sync::Arc, time::Duration};

use db::{Claim, SagaId, StepOutcome};
use tokio::{
    sync::mpsc,
    time::{Instant, timeout_at},
};

use super::{
    Engine, GATHER,
    claim::{self, Place},
    held::Held,
};
use crate::{failpoints, report, retry::Pauses};

/// Outcomes in one call at most.
const BATCH: usize = 100;
/// Tries to record a batch; beyond them the leases end and other workers find out what was done.
const TRIES: u32 = 6;
const PAUSES: Pauses = Pauses { first: Duration::from_millis(200), longest: Duration::from_secs(10) };

/// A step that was carried out; its lease is kept until this is recorded.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) outcome: StepOutcome,
    pub(super) held: Held,
    /// Its place, for the next step of its saga if that is ours, too.
    pub(super) place: Place,
    /// What its failpoints are named after.
    pub(super) label: String,
}

/// Records until every step has dropped its end of the channel.
pub(super) async fn record(engine: Arc<Engine>, mut finished: mpsc::Receiver<Finished>) {
    let mut together_until = Instant::now();
    loop {
        let batch = gather(&engine, &mut finished, together_until).await;
        if batch.is_empty() {
            return;
        }
        together_until = Instant::now() + GATHER;
        for step in &batch {
            step.held.is_being_recorded();
        }
        // A batch that fails as a whole is halved until the culprit stands alone.
        let mut halves = vec![batch];
        while let Some(mut batch) = halves.pop() {
            match record_batch(&engine, &batch).await {
                Ok(claims) => go_on(&engine, batch, claims),
                Err(error) if batch.len() > 1 && !passes(&error) => {
                    let back = batch.split_off(batch.len() / 2);
                    halves.extend([back, batch]);
                }
                Err(error) => report("steps could not be recorded; their leases will end", &error),
            }
        }
    }
}

/// What has ended, and until then whatever else does, as long as there is something to wait for; nothing at the end.
async fn gather(engine: &Engine, finished: &mut mpsc::Receiver<Finished>, until: Instant) -> Vec<Finished> {
    let mut batch = Vec::with_capacity(BATCH);
    finished.recv_many(&mut batch, BATCH).await;
    while !batch.is_empty() && batch.len() < BATCH && batch.len() < engine.register.under_way() {
        let room = BATCH - batch.len();
        if !matches!(timeout_at(until, finished.recv_many(&mut batch, room)).await, Ok(1..)) {
            break;
        }
    }
    batch
}

/// Begins what was claimed with a record, each in the place of the step before it.
fn go_on(engine: &Arc<Engine>, batch: Vec<Finished>, claims: Vec<Claim>) {
    let mut places: HashMap<SagaId, Place> =
        batch.into_iter().map(|step| (step.outcome.claim.saga_id, step.place)).collect();
    for claim in claims {
        if let Some(place) = places.remove(&claim.saga_id) {
            claim::start(engine, claim, place);
        }
    }
}

/// Gives what this worker goes on with.
async fn record_batch(engine: &Engine, batch: &[Finished]) -> Result<Vec<Claim>, db::Error> {
    let outcomes: Vec<_> = batch.iter().map(|step| step.outcome.clone()).collect();
    let mut tries = 0;
    let recorded = loop {
        let going_on = (!engine.shutdown.is_cancelled()).then(|| claim::request(engine, batch.len()));
        match engine.db.record_steps(&outcomes, going_on.as_ref()).await {
            Err(error) if passes(&error) && tries < TRIES => {
                tokio::time::sleep(PAUSES.after(tries)).await;
                tries += 1;
            }
            Err(error) => return Err(error),
            // As if the answer had been lost after the commit: what is recorded twice is recorded once.
            Ok(_) if struck(batch) && tries < TRIES => tries += 1,
            Ok(recorded) => break recorded,
        }
    };
    for step in &recorded {
        // A record that is made again because its answer was lost finds its lease gone, too.
        if !step.applied && tries == 0 {
            fenced(step.saga_id);
        }
    }
    let count = recorded.len();
    let claims: Vec<_> = recorded.into_iter().filter_map(|step| step.next).collect();
    if claims.len() < count {
        // What comes next is on the queue, if anything does.
        engine.surroundings.work.notify_one();
    }
    Ok(claim::as_far_as_heard(claims))
}

/// Whether the same call may well work later.
pub(super) fn passes(error: &db::Error) -> bool {
    error.worth_retrying() || matches!(error, db::Error::LockTimeout(_) | db::Error::PoolExhausted)
}

fn struck(batch: &[Finished]) -> bool {
    // Each of them, not only the first that strikes: every step has a place of its own.
    batch.iter().filter(|step| failpoints::strike(&format!("{}-recorded", step.label)).is_some()).count() > 0
}

/// Counts a step whose lease had passed on: nothing was changed.
pub(super) fn fenced(saga: db::SagaId) {
    metrics::counter!("holdfast_steps_fenced_total").increment(1);
    tracing::warn!(%saga, "a step came to its end after its lease had passed on: nothing was changed");
}
