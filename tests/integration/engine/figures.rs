//! Figures of the engine: never part of the checks, run by hand.
//!
//! `cargo test --release -p tests --test integration -- --ignored --nocapture engine::figures`

use std::{
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use db::{Db, DbRole, OperationKind, PoolOptions};
use jobs::{
    Settings, Surroundings,
    gateway::{Gateways, Guarded, Limits, Registered},
};
use tests::{Goods, TestSystem, settings, until};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::{
    Worker,
    books::{Books, Trouble},
    claims, order,
};

const SAGAS: u32 = 4_000;
const BATCH: u32 = 100;

fn gateways(books: &Arc<Books>) -> Gateways {
    // What is measured is the engine: the gateway answers at once, and nothing holds it back.
    let limits = Limits { concurrency: 1_000, per_second: NonZeroU32::MAX, ..Limits::default() };
    let gateway = Arc::new(Guarded::new(Arc::<Books>::clone(books), limits));
    Gateways::new(vec![Registered { gateway, weight: 1, currencies: None }]).expect("there is one")
}

async fn pool(url: &str) -> Db {
    Db::connect(url, DbRole::Worker, &PoolOptions::default()).await.expect("the database takes connections")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark"]
async fn sagas_per_second_of_one_worker() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods { capacity: 1_000_000, ..Goods::default() }).await;
    for _ in 0..SAGAS / BATCH {
        let commands: Vec<_> = (0..BATCH).map(|_| order(&shop)).collect();
        let outcomes = system.api.write(&commands).await.expect("they are written");
        assert!(outcomes.iter().all(|outcome| outcome.refusal.is_none()), "{outcomes:?}");
    }
    let books = Books::new("books");
    let db = pool(&system.database.url).await;
    let shutdown = CancellationToken::new();
    let begun = Instant::now();
    let working = tokio::spawn(jobs::run(
        db.clone(),
        gateways(&books),
        settings(),
        Surroundings::alone(),
        shutdown.clone(),
    ));
    let left = "select count(*) from saga.saga where ended_at is null";
    while system.database.value::<i64>(left).await > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let took = begun.elapsed();
    println!(
        "{SAGAS} sagas of two steps each, one worker of {} steps at once: {:.0} sagas per second",
        settings().concurrency,
        f64::from(SAGAS) / took.as_secs_f64()
    );
    shutdown.cancel();
    working.await.expect("the worker ends").expect("its settings are good");
    db.close().await;
    system.finish().await;
}

/// A worker that dies in a step, as `kill -9` ends one: its tasks stop where they stand.
fn victim(url: String, books: &Arc<Books>, settings: Settings) -> Runtime {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let gateways = gateways(books);
    runtime.spawn(async move {
        let db = pool(&url).await;
        let stop = CancellationToken::new();
        jobs::run(db, gateways, settings, Surroundings::alone(), stop).await.expect("its settings are good");
    });
    runtime
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark"]
async fn from_a_kill_to_the_next_step() {
    for lease in [6, 15] {
        let settings = || Settings { lease: Duration::from_secs(lease), ..settings() };
        let system = TestSystem::idle().await;
        let shop = system.shop(&Goods::default()).await;
        let books = Books::new("books");
        books.once(OperationKind::Authorize, Trouble::HangAfter);
        let victim = victim(system.database.url.clone(), &books, settings());
        let id = system.customer("ana").book(shop.slot(), "pm_card_visa").await;
        books.hang(1).await;

        victim.shutdown_background();
        let killed = Instant::now();
        let successor = Worker::start(&system, &[&books], settings()).await;
        until("the next step is claimed", || async { (claims(&system, &id).await > 1).then_some(()) }).await;
        let took = killed.elapsed();
        println!("lease of {lease} s: {:.1} s from the kill to the saga's next step", took.as_secs_f64());
        assert!(took <= Duration::from_secs(lease + 2), "{took:?}");
        successor.stop().await;
        system.finish().await;
    }
}
