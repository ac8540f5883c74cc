//! The workers: they carry sagas forward, ask the gateway, and keep time.
//!
//! A step is claimed from the queue under a lease, carried out outside any
//! transaction, and recorded under the fencing version of that lease. Nothing
//! here holds anything in memory that recovery would need: a worker that is
//! killed leaves its steps to the next one.

pub mod gateway;
mod retry;
mod steps;
mod timers;

use std::{fmt, sync::Arc, time::Duration};

use db::{BookingId, Db};
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use gateway::PaymentGateway;

/// What a worker process is told about its surroundings.
#[derive(Clone)]
pub struct Surroundings {
    /// Woken when the queue is likely to have something; without it the worker looks by itself.
    pub work: Arc<Notify>,
    /// Told of every booking that a recorded step changed.
    pub changed: Arc<dyn Fn(BookingId) + Send + Sync>,
}

impl Surroundings {
    /// For a worker that shares its process with nobody.
    pub fn alone() -> Self {
        Self { work: Arc::new(Notify::new()), changed: Arc::new(|_| ()) }
    }
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}

/// How a worker works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name in leases; unique among the workers of a database.
    pub name: String,
    /// Steps under way at most.
    pub concurrency: usize,
    /// How long a step is its own. Longer than the gateway's time-out, or a slow answer is always lost.
    pub lease: Duration,
    /// How long a call to the gateway may take before its outcome counts as unknown.
    pub gateway_timeout: Duration,
    /// How often an idle worker looks at the queue without being woken.
    pub poll: Duration,
    /// How often lapsed holds are swept; the promise is 5 seconds.
    pub expiry: Duration,
    /// How long steps under way may take to finish once the worker is asked to stop.
    pub grace: Duration,
}

impl Settings {
    /// The defaults, under a name of the worker's own.
    pub fn named(name: String) -> Self {
        Self {
            name,
            concurrency: 64,
            lease: Duration::from_secs(15),
            gateway_timeout: Duration::from_secs(5),
            poll: Duration::from_millis(100),
            expiry: Duration::from_secs(1),
            grace: Duration::from_secs(10),
        }
    }
}

/// Why a worker can't start.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A lease that ends before the gateway must have answered loses every slow answer.
    #[error("the lease of {lease:?} is not longer than the gateway's time-out of {timeout:?}")]
    LeaseTooShort {
        /// The lease as set.
        lease: Duration,
        /// The gateway's time-out as set.
        timeout: Duration,
    },
}

/// Works until `shutdown`, then claims no more and lets what is under way finish.
pub async fn run<G: PaymentGateway>(
    db: Db,
    gateway: G,
    settings: Settings,
    surroundings: Surroundings,
    shutdown: CancellationToken,
) -> Result<(), SettingsError> {
    if settings.lease <= settings.gateway_timeout {
        return Err(SettingsError::LeaseTooShort {
            lease: settings.lease,
            timeout: settings.gateway_timeout,
        });
    }
    let tracker = TaskTracker::new();
    tracker.spawn(timers::expire_holds(
        db.clone(),
        settings.expiry,
        Arc::clone(&surroundings.work),
        shutdown.clone(),
    ));
    let work = &surroundings.work;
    tracker.spawn(timers::offer_places(db.clone(), shutdown.clone()));
    tracker.spawn(timers::give_up_changes(db.clone(), Arc::clone(work), shutdown.clone()));
    tracker.spawn(timers::cancel_slot_bookings(db.clone(), Arc::clone(work), shutdown.clone()));
    tracker.spawn(timers::rescue_sagas(db.clone(), Arc::clone(work), shutdown.clone()));
    tracker.spawn(timers::purge_keys(db.clone(), shutdown.clone()));
    tracker.spawn(timers::measure(db.clone(), shutdown.clone()));
    tracker.spawn(timers::check_invariants(db.clone(), shutdown.clone()));
    tracker.close();
    steps::work(db, Arc::new(gateway), settings, surroundings, shutdown).await;
    tracker.wait().await;
    Ok(())
}
