//! Delivers what is due, until it is told to stop.

use std::{sync::Arc, time::Duration};

use chrono::{TimeDelta, Utc};
use tokio::{sync::Semaphore, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Delivery, sign};
use crate::{Simulator, Webhooks};

/// Deliveries under way at once, at most.
const AT_ONCE: usize = 32;
/// How long whoever takes webhooks may take for one.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long an event is tried.
const LIFE: TimeDelta = TimeDelta::days(3);
/// How long to wait while nothing is due, or the gateway is down, before looking again.
const IDLE: Duration = Duration::from_millis(200);

/// Sends the events of this simulator's ledger.
pub(crate) async fn deliver(simulator: Simulator, to: Webhooks, shutdown: CancellationToken) {
    let (to, client) = (Arc::new(to), reqwest::Client::new());
    let (places, tasks) = (Arc::new(Semaphore::new(AT_ONCE)), TaskTracker::new());
    while !shutdown.is_cancelled() {
        let Some(delivery) = simulator.due_webhook() else {
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = simulator.webhook_waits() => (),
                () = tokio::time::sleep_until(wake(&simulator)) => (),
            }
            continue;
        };
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let (simulator, to, client) = (simulator.clone(), Arc::clone(&to), client.clone());
        tasks.spawn(async move {
            let _place = place;
            try_one(&simulator, &to, &client, delivery).await;
        });
    }
    tasks.close();
    tasks.wait().await;
}

/// When to look again without being told.
fn wake(simulator: &Simulator) -> Instant {
    let idle = Instant::now() + IDLE;
    simulator.next_webhook().map_or(idle, |due| idle.min(due.into()))
}

async fn try_one(simulator: &Simulator, to: &Webhooks, client: &reqwest::Client, mut delivery: Delivery) {
    let id = delivery.event.id.clone();
    match post(to, client, &delivery.event.body).await {
        Ok(()) => {
            delivery.event.copies = delivery.event.copies.saturating_sub(1);
            simulator.webhook_was_taken(delivery);
        }
        Err(reason) if Utc::now() - delivery.event.created_at > LIFE => {
            tracing::warn!(event = id, reason, "a webhook was not taken in three days, and is given up");
            delivery.event.copies = 0;
            simulator.webhook_was_taken(delivery);
        }
        Err(reason) => {
            let pause = delivery.pause_after_failure();
            tracing::debug!(event = id, reason, ?pause, "a webhook was not taken, and is sent again");
            simulator.put_webhook(delivery, pause);
        }
    }
}

async fn post(to: &Webhooks, client: &reqwest::Client, body: &str) -> Result<(), String> {
    let signature = sign(&to.secret, Utc::now().timestamp(), body);
    let sent = client
        .post(&to.url)
        .timeout(PATIENCE)
        .header("content-type", "application/json")
        .header("simulator-signature", signature)
        .body(body.to_owned())
        .send()
        .await;
    let reply = sent.map_err(|error| error.to_string())?;
    if reply.status().is_success() { Ok(()) } else { Err(format!("answered {}", reply.status())) }
}
