//! Workers that can be stopped in good order, or killed.

use std::time::Duration;

use db::{Db, DbRole, PoolOptions};
use jobs::{
    Settings, Surroundings,
    gateway::{PaymentGateway, Simulated},
};
use tokio::{runtime::Runtime, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Gate, Gated};

/// How a worker of the tests works: as the real one, under a name of its own.
pub fn settings() -> Settings {
    Settings::named(format!("test-{}", Uuid::new_v4().simple()))
}

/// A worker on a runtime of its own, the nearest thing to a process of its own: dropping the runtime
/// ends each of its tasks where it stands, and closes its connections without a farewell.
#[derive(Debug)]
pub struct Worker {
    runtime: Option<Runtime>,
    stop: CancellationToken,
    done: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts one with the simulated gateway, behind a gate when one is given.
    pub fn start(url: &str, gate: Option<Gate>, settings: Settings, near: Surroundings) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let stop = CancellationToken::new();
        let (url, shutdown) = (url.to_owned(), stop.clone());
        let done = runtime.spawn(async move {
            let options = PoolOptions {
                connections: 8,
                // The machine may be busy with other tests; giving up early would only blur them.
                acquire: Duration::from_secs(10),
                statement: Duration::from_secs(10),
            };
            let db =
                Db::connect(&url, DbRole::Worker, &options).await.expect("the worker reaches its database");
            let simulated = Simulated::new(db.clone());
            match gate {
                None => work(db, simulated, settings, near, shutdown).await,
                Some(gate) => work(db, Gated::new(simulated, gate), settings, near, shutdown).await,
            }
        });
        Self { runtime: Some(runtime), stop, done: Some(done) }
    }

    /// Ends it where it stands, as `kill -9` would.
    pub fn kill(mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    /// Asks it to finish what is under way, and waits for that.
    ///
    /// # Panics
    /// When the worker did.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(done) = self.done.take() {
            done.await.expect("the worker ends in good order");
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // A runtime must not be dropped within another, where a test's panic may drop this.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn work<G: PaymentGateway>(
    db: Db,
    gateway: G,
    settings: Settings,
    near: Surroundings,
    stop: CancellationToken,
) {
    jobs::run(db.clone(), gateway, settings, near, stop).await.expect("the worker's settings are good");
    db.close().await;
}
