//! Claims steps as places come free, and starts each in a task of its own.

use std::{sync::Arc, time::Duration};

use db::{Claim, ClaimRequest, StepAction};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time::{Instant, timeout_at},
};

use super::{Engine, GATHER, carry_out::carry_out, record::Finished};
use crate::{failpoints, report};

/// Steps in one call at most.
const BATCH: usize = 100;

/// What a step has until it is recorded: one of the places of those under way, and the way to the recorder.
#[derive(Debug)]
pub(super) struct Place {
    /// Given back when this is dropped.
    _permit: OwnedSemaphorePermit,
    finished: mpsc::Sender<Finished>,
}

/// Claims until the shutdown.
pub(super) async fn claim(engine: &Arc<Engine>, finished: mpsc::Sender<Finished>) {
    let places = Arc::new(Semaphore::new(engine.settings.concurrency));
    let mut together_until = Instant::now();
    loop {
        tokio::select! {
            () = engine.shutdown.cancelled() => return,
            () = room(engine, &places, together_until) => (),
        }
        together_until = Instant::now() + GATHER;
        let free = places.available_permits().clamp(1, BATCH);
        let claims = claim_batch(engine, free).await;
        // Behind a full batch there is more; behind others there may be what nobody can carry out now.
        let rest = match claims.len() {
            0 => engine.settings.poll,
            some if some < free => GATHER,
            _ => Duration::ZERO,
        };
        for claim in claims {
            let Ok(permit) = Arc::clone(&places).acquire_owned().await else { return };
            start(engine, claim, Place { _permit: permit, finished: finished.clone() });
        }
        if !rest.is_zero() {
            tokio::select! {
                () = engine.shutdown.cancelled() => return,
                () = engine.surroundings.work.notified() => (),
                () = tokio::time::sleep(rest) => (),
            }
        }
    }
}

/// At least one place must be free before anything is claimed: a lease is not for waiting. While others are taken, half
/// of them become free before the next call, or time has passed since the last.
async fn room(engine: &Engine, places: &Semaphore, until: Instant) {
    drop(places.acquire().await);
    let enough = u32::try_from(engine.settings.concurrency.min(BATCH) / 2).unwrap_or(1);
    _ = timeout_at(until, places.acquire_many(enough)).await;
}

async fn claim_batch(engine: &Engine, free: usize) -> Vec<Claim> {
    match engine.db.claim_steps(&request(engine, free)).await {
        Ok(claims) => as_far_as_heard(claims),
        Err(error) => {
            report("steps could not be claimed", &error);
            Vec::new()
        }
    }
}

/// What this worker can take on at this moment.
pub(super) fn request(engine: &Engine, batch: usize) -> ClaimRequest {
    ClaimRequest {
        worker: engine.settings.name.clone(),
        batch: i32::try_from(batch).unwrap_or(1),
        lease_seconds: engine.settings.lease_seconds(),
        // Steps of a gateway whose breaker is open are left to workers that get through to it.
        gateways: engine.gateways.codes_available(),
        actions: StepAction::ALL.to_vec(),
    }
}

/// None of these where a failpoint strikes, as if the answer had been lost: their leases have to end.
pub(super) fn as_far_as_heard(claims: Vec<Claim>) -> Vec<Claim> {
    if !claims.is_empty() && failpoints::strike("claimed").is_some() { Vec::new() } else { claims }
}

/// Begins a step that was claimed, in a task of its own.
pub(super) fn start(engine: &Arc<Engine>, claim: Claim, place: Place) {
    tokio::spawn(step(Arc::clone(engine), claim, place));
}

async fn step(engine: Arc<Engine>, claim: Claim, place: Place) {
    let held = engine.register.enter(claim.held());
    if let Some(outcome) = carry_out(&engine, &claim, &held).await {
        let recorder = place.finished.clone();
        // The recorder only goes first when it could not record in time at the end; then the lease ends.
        drop(recorder.send(Finished { outcome, held, place, label: super::call::label(&claim) }).await);
    }
}
