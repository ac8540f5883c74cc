//! Workers that can be stopped in good order, or killed.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use api::Hints;
use db::{Db, DbRole, PoolOptions};
use jobs::{
    Settings, Surroundings,
    gateway::{BreakerLimits, Gateways, Guarded, Limits, PaymentGateway, Registered, Simulated},
};
use tokio::{runtime::Runtime, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Fault, Gate, Gated};

/// The code of the simulated gateway of a system.
pub(crate) const GATEWAY: &str = "simulator";

/// How a worker of the tests works: as the real one, under a name of its own.
pub fn settings() -> Settings {
    Settings::named(format!("test-{}", Uuid::new_v4().simple()))
}

/// The simulated gateway at this address, behind a gate and a fault when they are given.
pub(crate) fn gateways(url: &str, gate: Option<Gate>, fault: Option<Fault>) -> Gateways {
    let secrets = vec![crate::system::WEBHOOK_SECRET.to_owned()];
    let gateway = Simulated::new(GATEWAY.to_owned(), url, secrets);
    let gateway: Arc<dyn PaymentGateway> = Arc::new(Gated::new(gateway, gate, fault));
    // A breaker that opens is not left so for long: these tests are about something else.
    let breaker = BreakerLimits { open_for: Duration::from_millis(100), ..BreakerLimits::default() };
    let limits = Limits { concurrency: 256, per_second: NonZeroU32::MAX, breaker, ..Limits::default() };
    let gateway = Arc::new(Guarded::new(gateway, limits));
    let registered = Registered { gateway, weight: 1, currencies: None };
    Gateways::new(vec![registered]).expect("there is but one")
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
    /// Starts one with these gateways, `near` a server of the API whose hints it shares.
    pub fn start(url: &str, gateways: Gateways, settings: Settings, near: Hints) -> Self {
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
            let surroundings = Surroundings { work: near.on_work() };
            let telling = db.clone().telling(move |touched| near.touched(touched));
            let worked = jobs::run(telling, gateways, settings, surroundings, shutdown).await;
            worked.expect("the worker's settings are good");
            db.close().await;
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
