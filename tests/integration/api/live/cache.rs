//! Slots of a moment ago: read once for many, never older than a second, and never older than one's own writes.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::{Client, Goods, Redis, Shop, TestSystem, Traits, until};

use super::{calls, count_calls};

fn caching() -> api::Settings {
    api::Settings { slots_max_age: Duration::from_secs(1), ..tests::api_settings() }
}

async fn start(settings: api::Settings) -> TestSystem {
    TestSystem::with(Traits { idle: true, api: Some(settings), ..Traits::default() }).await
}

/// The places of a listing's first slot, by its page.
async fn listed(client: &Client, shop: &Shop) -> i64 {
    let query = "query($id: ID!) { slots(listingId: $id) { edges { node { available } } } }";
    let reply = client.send(query, json!({ "id": shop.listing })).await;
    reply.field("slots")["edges"][0]["node"]["available"].as_i64().expect("a count")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stampede_reads_a_cold_slot_once() {
    const QUERIES: usize = 200;
    let system = start(caching()).await;
    let shop = system.shop(&Goods::default()).await;
    count_calls(&system, "inventory.view_slots(jsonb)", "slots_read").await;
    let begun = Instant::now();
    let queries = (0..QUERIES).map(|_| shop.available(shop.slot()));
    let answers = futures::future::join_all(queries).await;
    let (took, reads) = (begun.elapsed(), calls(&system, "slots_read").await);
    println!("{QUERIES} queries of a cold slot in {took:?}: {reads} reads of the database");
    assert_eq!(answers, [10; QUERIES]);
    // What was read is good for a second.
    assert!(u64::try_from(reads).expect("a count") <= 1 + took.as_secs(), "{reads} reads in {took:?}");
    system.finish().await;
}

/// By themselves, forty slots would be forty reads a second.
#[tokio::test(flavor = "multi_thread")]
async fn slots_that_are_asked_for_all_the_time_are_read_together() {
    const SLOTS: i64 = 40;
    const FOR: Duration = Duration::from_secs(4);
    let system = start(caching()).await;
    let shop = system.shop(&Goods::default().slots(SLOTS)).await;
    let ask = async || {
        let queries = shop.slots.iter().map(|slot| shop.available(slot));
        let places = futures::future::join_all(queries).await;
        assert!(places.iter().all(|places| *places == 10), "{places:?}");
    };
    ask().await;
    count_calls(&system, "inventory.view_slots(jsonb)", "slots_read").await;
    let (begun, mut queries) = (Instant::now(), 0);
    while begun.elapsed() < FOR {
        ask().await;
        queries += SLOTS;
    }
    let (took, reads) = (begun.elapsed(), calls(&system, "slots_read").await);
    println!("{queries} queries of {SLOTS} slots in {took:?}: {reads} reads of the database");
    let lives = i64::try_from(took.as_secs() + 1).expect("a count");
    assert!((1..10 * lives).contains(&reads), "{reads} reads in {took:?}");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_reads_its_own_writes() {
    let system = start(caching()).await;
    let shop = system.shop(&Goods::places(100)).await;
    let customer = system.customer("ana");
    for sold in 1..=20 {
        assert_eq!(listed(&customer, &shop).await, 101 - sold, "before");
        let booking = customer.create(&tests::Order::of([tests::Line::of(shop.slot(), 1)])).await;
        assert_eq!(
            booking.booking()["lines"][0]["slot"]["available"],
            100 - sold,
            "the mutation's own answer"
        );
        assert_eq!(shop.available(shop.slot()).await, 100 - sold, "by its id");
        assert_eq!(listed(&customer, &shop).await, 100 - sold, "in its list");
    }
    let more =
        shop.write_slots(&Goods { starts: Goods::default().slots(3).starts, ..Goods::default() }).await;
    let query = "query($id: ID!) { slots(listingId: $id) { edges { node { id } } } }";
    let reply = customer.send(query, json!({ "id": shop.listing })).await;
    let listed = reply.field("slots")["edges"].as_array().map(Vec::len);
    assert_eq!(listed, Some(1 + more.len()), "new slots are in the list at once");
    system.finish().await;
}

/// That the test above can fail: without the word of the write, what was read before it is shown after it.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_does_not_tell_would_be_missed() {
    let system = start(caching()).await;
    let shop = system.shop(&Goods::places(1_000)).await;
    let customer = system.customer("ana");
    let word = "perform holdfast.touch((select string_agg('s' || t.id, ' ') from told t));";
    system.plant("outbox.tell_slots()", word, "").await;
    until("an old state is shown after a write", async || {
        let before = shop.available(shop.slot()).await;
        customer.hold(shop.slot()).await;
        (shop.available(shop.slot()).await == before).then_some(())
    })
    .await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_told_of_is_seen_within_a_second() {
    let system = start(caching()).await;
    let shop = system.shop(&Goods::default()).await;
    assert_eq!((shop.available(shop.slot()).await, listed(&shop.organiser, &shop).await), (10, 10));
    // Behind the back of everything, as a lapsing hold would be.
    let begun = Instant::now();
    system.database.execute("update inventory.slot set capacity = 9").await;
    until("both are seen", async || {
        let seen = (shop.available(shop.slot()).await, listed(&shop.organiser, &shop).await);
        (seen == (9, 9)).then_some(())
    })
    .await;
    println!("a change that nobody told of was seen after {:?}", begun.elapsed());
    system.database.execute("update inventory.slot set capacity = 10").await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_share_what_they_read_and_do_without_the_store() {
    let mut redis = Redis::start().await;
    let shared = api::SharedStore::open(redis.url(), "slots").expect("an address");
    let system = start(api::Settings { shared: Some(shared), ..caching() }).await;
    let (second, end_second) = system.second_api().await;
    let shop = system.shop(&Goods::default()).await;
    let there = system.customer("ana").at(&second);
    let query = "query($id: ID!) { node(id: $id) { ... on Slot { available } } }";
    let seen = async || {
        let reply = there.send(query, json!({ "id": shop.slot() })).await;
        reply.field("node")["available"].as_i64()
    };
    count_calls(&system, "inventory.view_slots(jsonb)", "slots_read").await;
    until("one instance has what the other read", async || {
        // What was written just now is read from the database by all who have heard of it.
        let before = calls(&system, "slots_read").await;
        assert_eq!(shop.available(shop.slot()).await, 10);
        let between = calls(&system, "slots_read").await;
        assert_eq!(seen().await, Some(10));
        (between > before && calls(&system, "slots_read").await == between).then_some(())
    })
    .await;

    system.customer("ana").hold(shop.slot()).await;
    assert_eq!(shop.available(shop.slot()).await, 9, "where it was written");
    until("the other sees it", async || (seen().await == Some(9)).then_some(())).await;
    redis.kill().await;
    assert!(redis.connection().await.is_err(), "the store is there though it was killed");
    system.customer("ben").hold(shop.slot()).await;
    assert_eq!(shop.available(shop.slot()).await, 8, "where it was written, without the store");
    until("the other sees it without the store", async || (seen().await == Some(8)).then_some(())).await;
    end_second.await;
    system.finish().await;
}
