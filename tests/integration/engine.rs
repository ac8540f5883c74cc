//! The engine's own promises: leases that last as long as a call, and no longer; a stop that loses nothing; steps of
//! newer binaries left alone; gateways that panic, that are away, that are two.
//!
//! The gateways here live in the test's own memory, so that every call to them can be held up, counted and answered
//! as the test wants it; the simulator, with a ledger that survives kills, is what the other families use.

mod books;
mod breaker;
mod cost;
mod failover;
mod fence;
mod figures;
mod gathers;
mod leases;
mod plain;
mod plans;
mod stop;

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use db::{Actor, Command, CreateBooking, Db, DbRole, LineRequest, PoolOptions, Role, SlotId};
use jobs::{
    Queue, Settings, Surroundings,
    gateway::{BreakerLimits, Gateways, Guarded, Limits, Registered},
};
use tests::{Shop, TestSystem, settings, uuid_of};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use books::Books;

/// A worker in a task of the test's own runtime: it can be asked to stop, and can't be killed.
struct Worker {
    stop: CancellationToken,
    done: JoinHandle<()>,
}

impl Worker {
    /// With these gateways, the first of them having a thousand times the weight of the others.
    async fn start(system: &TestSystem, gateways: &[&Arc<Books>], settings: Settings) -> Self {
        let options = PoolOptions { acquire: Duration::from_secs(10), ..PoolOptions::default() };
        let url = &system.database.url;
        let db = Db::connect(url, DbRole::Worker, &options).await.expect("the database takes connections");
        let registered = gateways.iter().zip([1000, 1, 1]).map(|(books, weight)| {
            let gateway = Arc::new(Guarded::new(Arc::<Books>::clone(books), limits()));
            Registered { gateway, weight, currencies: None }
        });
        let gateways = Gateways::new(registered.collect()).expect("their names differ");
        let stop = CancellationToken::new();
        let shutdown = stop.clone();
        // These gateways have no lists to be held against our books.
        let settings = Settings { queues: vec![Queue::Saga], ..settings };
        let done = tokio::spawn(async move {
            let worked = jobs::run(db.clone(), gateways, settings, Surroundings::alone(), shutdown).await;
            worked.expect("the worker's settings are good");
            db.close().await;
        });
        Self { stop, done }
    }

    /// Asks it to stop, and waits until it has.
    async fn stop(self) {
        self.stop.cancel();
        self.done.await.expect("the worker ends in good order");
    }
}

fn limits() -> Limits {
    let breaker = BreakerLimits { open_for: Duration::from_millis(300), ..BreakerLimits::default() };
    Limits { concurrency: 256, per_second: NonZeroU32::MAX, breaker, ..Limits::default() }
}

/// A lease as short as can be, and calls that may take nearly as long.
fn short_lease() -> Settings {
    Settings {
        lease: Duration::from_secs(2),
        gateway_timeout: Duration::from_millis(1_900),
        settled_after: Duration::from_secs(5),
        ..settings()
    }
}

/// How often the saga of a booking was claimed.
async fn claims(system: &TestSystem, booking: &str) -> i32 {
    let id = tests::uuid_of(booking);
    system.database.value(format!("select lease from saga.saga where booking_id = '{id}'")).await
}

/// Somebody's order of one place, paid at once.
pub(crate) fn order(shop: &Shop) -> Command<CreateBooking> {
    let line = LineRequest {
        slot_id: SlotId(uuid_of(shop.slot())),
        quantity: 1,
        seats: None,
        section: None,
        price_class: None,
        rate_plan: None,
        unit_price_minor: None,
        unit_price_currency: None,
    };
    let payment_method = Some("pm_card_visa".to_owned());
    let write = CreateBooking { customer_id: None, payment_method, note: None, lines: vec![line] };
    let actor = Actor { role: Role::Customer, subject: Uuid::new_v4().to_string(), organiser_id: None };
    Command { actor, key: "once".to_owned(), fingerprint: "digest".to_owned(), trace: None, write }
}
