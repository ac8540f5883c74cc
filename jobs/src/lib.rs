//! The workers: they carry sagas forward, ask the gateways, and keep time.
//!
//! A step is claimed from the queue under a lease, carried out outside any
//! transaction, and recorded under the fencing version of that lease. Nothing
//! here holds anything in memory that recovery would need: a worker that is
//! killed leaves its steps to the next one.

mod engine;
mod failpoints;
pub mod gateway;
mod health;
mod reconcile;
pub mod relay;
mod report;
mod retry;
mod settings;
mod timers;
mod webhooks;

use std::sync::Arc;

use db::Db;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

#[cfg(feature = "failpoints")]
pub use failpoints::from_environment as failpoints_from_environment;
use gateway::Gateways;
pub(crate) use report::{error_chain, report};
pub use settings::{Queue, Settings, SettingsError};

/// What a worker process is told about its surroundings.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Woken when the queue is likely to have something; without it the worker looks by itself.
    pub work: Arc<Notify>,
}

impl Surroundings {
    /// For a worker that shares its process with nobody.
    pub fn alone() -> Self {
        Self { work: Arc::new(Notify::new()) }
    }
}

/// Works until `shutdown`, then claims no more and lets what is under way finish.
pub async fn run(
    db: Db,
    gateways: Gateways,
    settings: Settings,
    surroundings: Surroundings,
    shutdown: CancellationToken,
) -> Result<(), SettingsError> {
    settings.check()?;
    if gateways.iter().next().is_none() {
        return Err(SettingsError::NoGateway);
    }
    // Until they are known no payment can be routed to them.
    if !health::register(&db, &gateways, &shutdown).await {
        return Ok(());
    }
    let tasks = TaskTracker::new();
    tasks.spawn(health::publish(db.clone(), gateways.clone(), settings.name.clone(), shutdown.clone()));
    tasks.spawn(timers::measure(db.clone(), shutdown.clone()));
    let work = &surroundings.work;
    if settings.works(Queue::Webhook) {
        tasks.spawn(webhooks::work(db.clone(), settings.poll, Arc::clone(work), shutdown.clone()));
        tasks.spawn(webhooks::purge(db.clone(), shutdown.clone()));
    }
    if settings.works(Queue::Reconciliation) {
        for registered in &gateways {
            let (gateway, work) = (Arc::clone(&registered.gateway), Arc::clone(work));
            tasks.spawn(reconcile::reconcile(db.clone(), gateway, settings.clone(), work, shutdown.clone()));
        }
    }
    if settings.works(Queue::Saga) {
        keep_time(&tasks, &db, &settings, &surroundings, &shutdown);
        tasks.spawn(engine::work(db, gateways, settings, surroundings, shutdown));
    }
    tasks.close();
    tasks.wait().await;
    Ok(())
}

/// The timers that belong to sagas.
fn keep_time(
    tasks: &TaskTracker,
    db: &Db,
    settings: &Settings,
    surroundings: &Surroundings,
    shutdown: &CancellationToken,
) {
    let work = &surroundings.work;
    tasks.spawn(timers::expire_holds(db.clone(), settings.expiry, Arc::clone(work), shutdown.clone()));
    tasks.spawn(timers::offer_places(db.clone(), shutdown.clone()));
    tasks.spawn(timers::give_up_changes(db.clone(), Arc::clone(work), shutdown.clone()));
    tasks.spawn(timers::rescue_sagas(db.clone(), Arc::clone(work), shutdown.clone()));
    tasks.spawn(timers::report_overdue(db.clone(), shutdown.clone()));
    tasks.spawn(timers::lapse_authorizations(db.clone(), Arc::clone(work), shutdown.clone()));
    tasks.spawn(timers::purge_keys(db.clone(), shutdown.clone()));
    tasks.spawn(timers::tend_partitions(db.clone(), shutdown.clone()));
    tasks.spawn(timers::check_invariants(db.clone(), shutdown.clone()));
}
