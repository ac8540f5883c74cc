//! What instances tell one another of a slot that is sold out, and what forgetting it changes: nothing.

use api::{GateSettings, SharedStore};
use tests::{Goods, Redis, TestSystem, Traits, uuid_of};

use super::{is_of_the_gate, one, turned_back};

async fn sharing(redis: &Redis) -> TestSystem {
    let store = SharedStore::open(redis.url(), "tests").expect("an address");
    let api = api::Settings { shared: Some(store), gate: GateSettings::default(), ..tests::api_settings() };
    TestSystem::with(Traits { idle: true, api: Some(api), ..Traits::default() }).await
}

async fn write(redis: &Redis, slot: &str, places: &str) {
    let mut connection = redis.connection().await.expect("a connection");
    let key = format!("tests:sold-out:{}", uuid_of(slot));
    let written: redis::RedisResult<()> =
        redis::cmd("SET").arg(key).arg(places).arg("PX").arg(60_000).query_async(&mut connection).await;
    written.expect("it is written");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_instance_has_learned_the_other_knows() {
    let redis = Redis::start().await;
    let system = sharing(&redis).await;
    let (second, stop_second) = system.second_api().await;
    let shop = system.shop(&Goods::places(1)).await;
    let bob = system.customer("bob");
    one(&system.customer("ana"), shop.slot()).await.id();
    // Kept for a minute, as no instance would, so that the test sees it there.
    write(&redis, shop.slot(), "1").await;
    assert!(is_of_the_gate(&one(&bob.at(&second), shop.slot()).await), "it was told");
    assert!(is_of_the_gate(&one(&bob, shop.slot()).await));

    // Flushed, the outcome is the same; Postgres gives it.
    redis.flush().await;
    assert!(!is_of_the_gate(&one(&bob.at(&second), shop.slot()).await));
    // And what Postgres says is told again, for a moment.
    turned_back(&bob.at(&second), shop.slot()).await;
    stop_second.await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lie_in_the_store_refuses_nobody_for_good() {
    let mut redis = Redis::start().await;
    let system = sharing(&redis).await;
    let shop = system.shop(&Goods::places(5)).await;
    let (ana, bob) = (system.customer("ana"), system.customer("bob"));
    let order = tests::Order::of([tests::Line::of(shop.slot(), 1)]);
    write(&redis, shop.slot(), "1").await;
    assert!(is_of_the_gate(&ana.create(&order).await), "it is believed, while it is there");
    redis.flush().await;
    assert_eq!(ana.create(&order).await.code(), None, "the same key, sent again, gets its place");

    write(&redis, shop.slot(), "rubbish").await;
    assert_eq!(one(&bob, shop.slot()).await.code(), None, "what makes no sense is not believed");
    redis.kill().await;
    assert!(redis.connection().await.is_err(), "it is gone");
    assert_eq!(one(&bob, shop.slot()).await.code(), None, "without a store everything goes on");
    assert_eq!(shop.available(shop.slot()).await, 2);
    system.finish().await;
}
