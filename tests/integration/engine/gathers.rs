//! Few calls of the database for many steps.

use std::time::{Duration, Instant};

use tests::{Goods, TestSystem, settings};

use super::{
    Worker,
    books::{Books, Trouble},
    order,
};

const BATCH: usize = 100;
const SAGAS: i64 = 600;
/// How long steps gather for a call, in milliseconds.
const GATHER: i64 = 20;
/// Half of a worker's places: when so many are free, a call does not wait for more.
const HALF: i64 = 32;

#[tokio::test(flavor = "multi_thread")]
async fn many_steps_are_claimed_and_recorded_by_few_calls() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(1_000)).await;
    let mut booked = 0;
    while booked < SAGAS {
        let commands: Vec<_> = (0..BATCH).map(|_| order(&shop)).collect();
        let outcomes = system.api.write(&commands).await.expect("they are written");
        assert!(outcomes.iter().all(|outcome| outcome.refusal.is_none()), "{outcomes:?}");
        booked += i64::try_from(BATCH).expect("few");
    }
    system.database.count_statements().await;
    let books = Books::new("books");
    books.always(Some(Trouble::Uneven(Duration::from_millis(150))));
    let begun = Instant::now();
    let worker = Worker::start(&system, &[&books], settings()).await;
    system.at_rest().await;
    let took = i64::try_from(begun.elapsed().as_millis()).expect("it ends");
    worker.stop().await;

    let (claims, records) = (
        system.database.statements_like("%saga.claim_steps%", true).await,
        system.database.statements_like("%saga.record_steps%", true).await,
    );
    let steps = 2 * SAGAS;
    println!("{steps} steps in {took} ms: {claims} calls to claim them, {records} to record them");
    assert!(claims > 0 && records > 0, "they are counted");
    let most = took / GATHER + steps / HALF;
    assert!(claims <= most && records <= most, "{claims} claims, {records} records, and no more than {most}");
    system.finish().await;
}
