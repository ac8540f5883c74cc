//! Two instances and one Redis, which may go away.

use std::time::Instant;

use api::{RateLimits, SharedStore};
use tests::{Client, Redis, TestSystem, Traits, until};

use super::{CHEAP, answered, send};

/// Of six units, one flows back in 10 s.
const UNITS: usize = 6;

async fn sharing(redis: &Redis) -> TestSystem {
    let store = SharedStore::open(redis.url(), "tests").expect("an address");
    let rate_limits = RateLimits { per_user: 6, ..RateLimits::of(0) };
    let api = api::Settings { shared: Some(store), rate_limits, ..tests::api_settings() };
    TestSystem::with(Traits { idle: true, api: Some(api), ..Traits::default() }).await
}

/// Units that have flowed back since.
fn back(since: Instant) -> usize {
    usize::try_from(since.elapsed().as_secs() / 10 + 1).expect("a short test")
}

/// Waits until an instance has noticed that the store is there.
async fn is_shared(redis: &Redis, client: &Client) {
    until("the store is drawn on again", async || {
        send(client, CHEAP, &[]).await;
        let mut connection = redis.connection().await.ok()?;
        let keys: Vec<String> =
            redis::cmd("KEYS").arg("tests:limit:*").query_async(&mut connection).await.ok()?;
        keys.iter().any(|key| key.ends_with(&client.subject)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_share_one_budget() {
    let redis = Redis::start().await;
    let system = sharing(&redis).await;
    let (second, stop) = system.second_api().await;
    let ana = system.customer("ana");
    is_shared(&redis, &system.customer("eve")).await;
    let begun = Instant::now();
    let (here, there) = (answered(&ana, 4, &[]).await, answered(&ana.at(&second), 20, &[]).await);
    println!("{here} and {there} of {UNITS} units");
    assert_eq!(here, 4);
    assert!((2..2 + back(begun)).contains(&there), "{there}");
    assert_eq!(send(&ana, CHEAP, &[]).await.status, 429);

    // Nobody's key stays for longer than it means something.
    let mut connection = redis.connection().await.expect("a connection");
    let ttl: i64 =
        redis::cmd("PTTL").arg("tests:limit:user:ana").query_async(&mut connection).await.expect("its life");
    assert!((1..=60_001).contains(&ttl), "{ttl} ms");

    // What is forgotten is given back, and no harm is done.
    redis.flush().await;
    assert!(answered(&ana, 20, &[]).await >= UNITS);
    // A key that makes no sense is worth no more than none.
    let written: redis::RedisResult<()> =
        redis::cmd("SET").arg("tests:limit:user:bob").arg("rubbish").query_async(&mut connection).await;
    written.expect("it is written");
    assert!(answered(&system.customer("bob"), 20, &[]).await >= UNITS);
    let written: redis::RedisResult<()> =
        redis::cmd("SET").arg("tests:limit:user:cy").arg("9e15").query_async(&mut connection).await;
    written.expect("it is written");
    let wait = send(&system.customer("cy"), CHEAP, &[]).await.after_ms.expect("it is in the future");
    assert!(wait <= 60_000, "a clock set back makes nobody wait for {wait} ms");
    stop.await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_dies_leaves_each_instance_its_own_limits() {
    let mut redis = Redis::start().await;
    let system = sharing(&redis).await;
    let (ana, bob) = (system.customer("ana"), system.customer("bob"));
    is_shared(&redis, &system.customer("eve")).await;
    let begun = Instant::now();
    assert_eq!(answered(&ana, 4, &[]).await, 4);

    redis.kill().await;
    assert!(redis.connection().await.is_err(), "it is gone");
    // What was let through before is remembered here: no fresh budget, and none lost.
    let left = answered(&ana, 20, &[]).await;
    println!("4 units before the store died, {left} after");
    assert!((2..2 + back(begun)).contains(&left), "{left}");
    let all = answered(&bob, 20, &[]).await;
    assert!((UNITS..UNITS + back(begun)).contains(&all), "{all}");
    // Nothing else changes.
    assert_eq!(send(&system.customer("cy"), CHEAP, &[]).await.status, 200);

    redis.start_again().await;
    is_shared(&redis, &system.customer("dan")).await;
    assert!(answered(&ana, 20, &[]).await >= UNITS, "the store came back empty");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_does_not_answer_holds_nobody_up() {
    let mut redis = Redis::start().await;
    let system = sharing(&redis).await;
    is_shared(&redis, &system.customer("eve")).await;
    redis.pause().await;
    let begun = Instant::now();
    let all = answered(&system.customer("ana"), 20, &[]).await;
    println!("{all} units in {:?} while the store was silent", begun.elapsed());
    assert!((UNITS..UNITS + back(begun)).contains(&all), "{all}");
    redis.resume().await;
    is_shared(&redis, &system.customer("dan")).await;
    system.finish().await;
}
