//! The saga's steps: claimed in batches, carried out side by side, recorded in batches.

use std::{sync::Arc, time::Duration};

use db::{Claim, Db, StepOutcome, StepResult};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Settings, Surroundings,
    gateway::{Answer, Operation, PaymentGateway},
    retry,
};

/// Outcomes in one call at most.
const BATCH: usize = 100;
/// Tries to record a batch; beyond them the leases end and other workers find out what was done.
const RECORD_TRIES: u32 = 6;
/// A step that failed is tried again within this.
const LONGEST_RETRY: Duration = Duration::from_secs(10);
/// An unknown outcome is asked for again within this.
const LONGEST_LOOK_UP: Duration = Duration::from_mins(1);

/// Works until `shutdown`; then nothing new is claimed, and what is under way is recorded.
pub(crate) async fn work<G: PaymentGateway>(
    db: Db,
    gateway: Arc<G>,
    settings: Settings,
    surroundings: Surroundings,
    shutdown: CancellationToken,
) {
    let (outcomes, to_record) = mpsc::channel(settings.concurrency.max(1));
    let recorder = tokio::spawn(record(db.clone(), to_record, surroundings.clone()));
    let calls = TaskTracker::new();
    claim(&db, &gateway, &settings, &surroundings, outcomes, &calls, &shutdown).await;
    calls.close();
    if tokio::time::timeout(settings.grace, calls.wait()).await.is_err() {
        tracing::warn!(left = calls.len(), "stopped with steps under way; their leases will end");
        recorder.abort();
    }
    // Aborted or at its end: nothing is left to record.
    drop(recorder.await);
}

async fn claim<G: PaymentGateway>(
    db: &Db,
    gateway: &Arc<G>,
    settings: &Settings,
    surroundings: &Surroundings,
    outcomes: mpsc::Sender<StepOutcome>,
    calls: &TaskTracker,
    shutdown: &CancellationToken,
) {
    let places = Arc::new(Semaphore::new(settings.concurrency));
    let lease_seconds = i32::try_from(settings.lease.as_secs()).unwrap_or(i32::MAX);
    loop {
        // At least one place must be free before anything is claimed: a lease is not for waiting.
        tokio::select! {
            () = shutdown.cancelled() => return,
            place = places.acquire() => drop(place),
        }
        let batch = i32::try_from(places.available_permits().min(BATCH)).unwrap_or(1);
        let claims = match db.claim_steps(&settings.name, batch, lease_seconds).await {
            Ok(claims) => claims,
            Err(error) => {
                report("steps could not be claimed", &error);
                Vec::new()
            }
        };
        if claims.is_empty() {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = surroundings.work.notified() => (),
                () = tokio::time::sleep(settings.poll) => (),
            }
            continue;
        }
        for claim in claims {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let (gateway, outcomes, timeout) =
                (Arc::clone(gateway), outcomes.clone(), settings.gateway_timeout);
            calls.spawn(async move {
                let outcome = carry_out(gateway.as_ref(), &claim, timeout).await;
                // The recorder only goes first when the worker is past its grace.
                drop(outcomes.send(outcome).await);
                drop(place);
            });
        }
    }
}

/// Asks the gateway, outside any transaction.
async fn carry_out<G: PaymentGateway>(gateway: &G, claim: &Claim, timeout: Duration) -> StepOutcome {
    let operation = Operation {
        kind: claim.operation,
        key: claim.gateway_key.clone(),
        amount_minor: claim.amount_minor,
        currency: claim.currency,
        payment_method: claim.payment_method.clone(),
        authorization: claim.authorization.clone(),
    };
    let started = std::time::Instant::now();
    let answer = tokio::time::timeout(timeout, gateway.perform(&operation))
        .await
        .unwrap_or_else(|_| Answer::Unknown(format!("no answer within {timeout:?}")));
    let (result, label) = classify(answer, claim);
    metrics::histogram!("holdfast_gateway_seconds", "operation" => claim.operation.name())
        .record(started.elapsed().as_secs_f64());
    metrics::counter!("holdfast_steps_total", "operation" => claim.operation.name(), "result" => label)
        .increment(1);
    StepOutcome::of(claim, result)
}

fn classify(answer: Answer, claim: &Claim) -> (StepResult, &'static str) {
    let count = |tries: i32| u32::try_from(tries).unwrap_or(0);
    let millis = |pause: Duration| i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
    match answer {
        Answer::Done(gateway_ref) => (StepResult::Done { gateway_ref }, "done"),
        Answer::Declined(code) => (StepResult::Declined { code }, "declined"),
        Answer::Failed(error) => {
            let retry_in_ms = millis(retry::pause(count(claim.failures), LONGEST_RETRY));
            (StepResult::Failed { error, retry_in_ms }, "failed")
        }
        Answer::Unknown(error) => {
            let retry_in_ms = millis(retry::pause(count(claim.unknowns), LONGEST_LOOK_UP));
            (StepResult::Unknown { error, retry_in_ms }, "unknown")
        }
    }
}

async fn record(db: Db, mut outcomes: mpsc::Receiver<StepOutcome>, surroundings: Surroundings) {
    loop {
        let mut batch = Vec::new();
        if outcomes.recv_many(&mut batch, BATCH).await == 0 {
            return;
        }
        // A batch that fails as a whole is halved until the culprit stands alone.
        let mut halves = vec![batch];
        while let Some(mut batch) = halves.pop() {
            if let Err(error) = record_batch(&db, &batch, &surroundings).await {
                if batch.len() > 1 && !error.worth_retrying() {
                    let back = batch.split_off(batch.len() / 2);
                    halves.extend([back, batch]);
                } else {
                    report("steps could not be recorded; their leases will end", &error);
                }
            }
        }
    }
}

async fn record_batch(db: &Db, batch: &[StepOutcome], surroundings: &Surroundings) -> Result<(), db::Error> {
    let mut tries = 0;
    let recorded = loop {
        match db.record_steps(batch).await {
            Err(error) if error.worth_retrying() && tries < RECORD_TRIES => {
                tries += 1;
                tokio::time::sleep(retry::pause(tries, LONGEST_RETRY)).await;
            }
            result => break result?,
        }
    };
    for step in &recorded {
        if step.applied {
            (surroundings.changed)(step.booking_id);
        } else {
            metrics::counter!("holdfast_steps_fenced_total").increment(1);
            tracing::warn!(saga = %step.saga_id, "a step was recorded after its lease had passed on: nothing changed");
        }
    }
    // Most steps have a successor, which is on the queue now.
    surroundings.work.notify_one();
    Ok(())
}

/// One line with the whole chain of causes.
pub(crate) fn report(what: &str, error: &db::Error) {
    let mut chain = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        chain = format!("{chain}: {cause}");
        source = cause.source();
    }
    tracing::error!(error = chain, "{what}");
}
