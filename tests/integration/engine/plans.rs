//! What a step costs is the same however many wait: plans are kept, and some were made when there was nothing.

use db::Db;
use tests::{Goods, Shop, TestSystem};

use super::{
    cost::{record, request, worker},
    order,
};

/// Bookings that are taken on at once.
const BATCH: usize = 20;
/// How often before anything counts.
const TURNS: usize = 6;
/// Those that wait the first time, and the second.
const FEW: usize = 200;
const MANY: usize = 3_000;
/// How many more pages may be looked into where so many more wait: indexes have become higher, and what was written lies
/// farther apart.
const MORE: f64 = 1.5;

async fn book(system: &TestSystem, shop: &Shop, mut number: usize) {
    while number > 0 {
        let some = number.min(100);
        let commands: Vec<_> = (0..some).map(|_| order(shop)).collect();
        let outcomes = system.api.write(&commands).await.expect("they are written");
        assert!(outcomes.iter().all(|outcome| outcome.refusal.is_none()), "{outcomes:?}");
        number -= some;
    }
}

/// Takes a batch to its end; the pages that were looked into to claim, and to record.
async fn pages(system: &TestSystem, worker: &Db) -> (i64, i64) {
    let counted = async || {
        let claimed = system.database.pages_of("%saga.claim_steps%").await;
        (claimed, system.database.pages_of("%saga.record_steps%").await)
    };
    let before = counted().await;
    let claims = worker.claim_steps(&request(BATCH)).await.expect("claims");
    assert_eq!(claims.len(), BATCH);
    let next = record(worker, &claims).await;
    assert_eq!(next.len(), BATCH, "all go on");
    assert_eq!(record(worker, &next).await, [], "to the end");
    let after = counted().await;
    (after.0 - before.0, after.1 - before.1)
}

/// `is_counted`: what Postgres knows of its tables was counted when nothing waited.
async fn the_same_however_many_wait(is_counted: bool) {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(10_000)).await;
    system.database.count_statements().await;
    let worker = worker(&system).await;
    book(&system, &shop, BATCH).await;
    pages(&system, &worker).await;
    if is_counted {
        system.database.execute("analyze").await;
    }
    // The first of these make their plans anew; after five times they are kept.
    book(&system, &shop, FEW + TURNS * BATCH).await;
    for _ in 0..TURNS {
        pages(&system, &worker).await;
    }
    let few = pages(&system, &worker).await;
    book(&system, &shop, MANY).await;
    let many = pages(&system, &worker).await;
    println!(
        "pages for {BATCH} bookings, to claim and to record: {few:?} where {FEW} wait, {many:?} where {MANY} do \
         (counted before: {is_counted})"
    );
    for (few, many) in [(few.0, many.0), (few.1, many.1)] {
        let times =
            f64::from(u32::try_from(many).expect("not many")) / f64::from(u32::try_from(few).expect("few"));
        assert!(few > 0 && times <= MORE, "{times}");
    }
    worker.close().await;
    assert_eq!(system.violations().await, []);
    // The gateway of this test has no books for the system's own to be held against.
    system.abandon().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_costs_the_same_however_many_wait() {
    the_same_however_many_wait(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_costs_the_same_however_many_wait_where_tables_were_counted_empty() {
    the_same_however_many_wait(true).await;
}
