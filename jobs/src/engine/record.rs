//! Records what became of steps, many at once.

use std::{sync::Arc, time::Duration};

use db::StepOutcome;
use tokio::{
    sync::mpsc,
    time::{Instant, timeout_at},
};

use super::{Engine, GATHER, held::Held};
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
            if let Err(error) = record_batch(&engine, &batch).await {
                if batch.len() > 1 && !passes(&error) {
                    let back = batch.split_off(batch.len() / 2);
                    halves.extend([back, batch]);
                } else {
                    report("steps could not be recorded; their leases will end", &error);
                }
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

async fn record_batch(engine: &Engine, batch: &[Finished]) -> Result<(), db::Error> {
    let outcomes: Vec<_> = batch.iter().map(|step| step.outcome.clone()).collect();
    let mut tries = 0;
    let recorded = loop {
        match engine.db.record_steps(&outcomes).await {
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
    for step in recorded {
        // A record that is made again because its answer was lost finds its lease gone, too.
        if !step.applied && tries == 0 {
            fenced(step.saga_id);
        }
    }
    // Most steps have a successor, which is on the queue now.
    engine.surroundings.work.notify_one();
    Ok(())
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
