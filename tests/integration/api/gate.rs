//! The gate before the writers: what it keeps from Postgres, and what it never may.

mod shared;

use std::{sync::Arc, time::Instant};

use api::GateSettings;
use futures::future::join_all;
use serde_json::Value;
use tests::{Client, Goods, Line, Order, Payload, TestSystem, Traits, until};
use tokio::sync::Barrier;

async fn gated(gate: GateSettings) -> TestSystem {
    let api = api::Settings { gate, ..tests::api_settings() };
    TestSystem::with(Traits { idle: true, api: Some(api), ..Traits::default() }).await
}

/// Counts the commands that reach the routine, in calls that commit.
async fn count_commands(system: &TestSystem) {
    let table =
        "create table public.reached (commands integer); grant insert on public.reached to holdfast_owner";
    for statement in table.split(';') {
        system.database.execute(statement).await;
    }
    let guard = "outcomes := booking.refuse_strangers(commands, outcomes, firsts);";
    let counted = format!("insert into public.reached values (jsonb_array_length(commands)); {guard}");
    system.plant("booking.create_bookings(jsonb)", guard, &counted).await;
}

async fn reached(system: &TestSystem) -> i64 {
    system.database.value("select coalesce(sum(commands), 0)::bigint from public.reached").await
}

/// Whether the gate gave this answer: Postgres does not know when places come back.
fn is_of_the_gate(payload: &Payload) -> bool {
    let error = &payload.0["userErrors"][0];
    assert_eq!((&error["code"], &error["retryable"]), (&"SOLD_OUT".into(), &true.into()), "{payload:?}");
    assert_eq!(error["path"], serde_json::json!(["lines", "0", "slotId"]));
    error["retryAfterMs"].is_number()
}

async fn one(client: &Client, slot: &str) -> Payload {
    client.create(&Order::of([Line::of(slot, 1)])).await
}

/// Asks until the gate has learned from what Postgres said, and gives the answer of the gate.
async fn turned_back(client: &Client, slot: &str) -> Payload {
    until("the gate turns somebody back", async || {
        let payload = one(client, slot).await;
        is_of_the_gate(&payload).then_some(payload)
    })
    .await
}

/// What everybody heard who wanted one place.
#[derive(Debug, Default)]
struct Heard {
    accepted: usize,
    sold_out: usize,
    contended: usize,
}

async fn rush(system: &TestSystem, slot: &str, buyers: usize) -> Heard {
    let barrier = Arc::new(Barrier::new(buyers));
    let answers = join_all((0..buyers).map(|buyer| {
        let (customer, slot) = (system.customer(&format!("buyer-{buyer}")), slot.to_owned());
        let barrier = Arc::clone(&barrier);
        tokio::spawn(async move {
            barrier.wait().await;
            one(&customer, &slot).await
        })
    }));
    let mut heard = Heard::default();
    for answer in answers.await {
        let payload = answer.expect("an answer");
        match payload.code() {
            None => heard.accepted += 1,
            Some("SOLD_OUT") => heard.sold_out += 1,
            Some("CONTENDED") => heard.contended += 1,
            Some(code) => panic!("{code}"),
        }
        let error = &payload.0["userErrors"][0];
        assert!(error.is_null() || error["retryable"] == true, "refused for good: {error}");
    }
    heard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rush_for_twenty_places_is_kept_from_postgres_and_sells_exactly_twenty() {
    const BUYERS: usize = 1_500;
    const PLACES: i32 = 20;
    let mut counts = Vec::new();
    for (name, at_once) in [("without", 0), ("with", 50)] {
        let system = gated(GateSettings { at_once, ..GateSettings::default() }).await;
        count_commands(&system).await;
        let shop = system.shop(&Goods::places(PLACES)).await;
        let begun = Instant::now();
        let heard = rush(&system, shop.slot(), BUYERS).await;
        let (taken, reached) = (begun.elapsed().as_secs_f64(), reached(&system).await);
        println!("{name} the gate: {BUYERS} buyers, {reached} reached Postgres, {heard:?}, {taken:.2} s");
        assert_eq!(i32::try_from(heard.accepted), Ok(PLACES), "exactly as many as there are");
        let sold: i64 =
            system.database.value("select sum(quantity)::bigint from booking.line where active").await;
        assert_eq!(sold, i64::from(PLACES));
        counts.push(reached);
        system.finish().await;
    }
    assert_eq!(usize::try_from(counts[0]), Ok(BUYERS), "without it everybody gets there");
    assert!(counts[1] * 2 < counts[0], "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_has_the_same_answer_through_the_gate() {
    let system = gated(GateSettings::default()).await;
    let shop = system.shop(&Goods::places(1)).await;
    let (ana, bob) = (system.customer("ana"), system.customer("bob"));
    let order = Order::of([Line::of(shop.slot(), 1)]);
    let booking = ana.create(&order).await.id();
    turned_back(&bob, shop.slot()).await;

    let again = ana.create(&order).await;
    assert_eq!((again.id(), again.replayed()), (booking, true), "{again:?}");
    assert!(is_of_the_gate(&turned_back(&ana, shop.slot()).await), "a new key of hers is turned back");
    // What was refused for good is as final as what was accepted.
    let key = Order::of([Line::of(shop.slot(), 1).plan("none")]);
    let refused = gone(&system, &ana, &key).await;
    turned_back(&bob, shop.slot()).await;
    let other = Order::of([Line::of(shop.slot(), 1)]).key(&key_of(&key));
    let other = ana.create(&other).await;
    assert_eq!((refused.as_str(), other.code()), ("NOT_FOUND", Some("IDEMPOTENCY_KEY_REUSED")));
    system.finish().await;
}

fn key_of(order: &Order) -> String {
    order.input()["idempotencyKey"].as_str().expect("a key").to_owned()
}

/// The code of a final refusal, which is stored: asked for when the gate believes nothing of the slot.
async fn gone(system: &TestSystem, client: &Client, order: &Order) -> String {
    let stored =
        format!("select exists (select from holdfast.idempotency_key where key = '{}')", key_of(order));
    until("the refusal is stored", async || {
        let payload = client.create(order).await;
        let is_stored: bool = system.database.value(stored.as_str()).await;
        is_stored.then(|| payload.code().expect("a refusal").to_owned())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_at_work_is_not_turned_back() {
    let system = gated(GateSettings::default()).await;
    let shop = system.shop(&Goods::places(1)).await;
    let (ana, bob) = (system.customer("ana"), system.customer("bob"));
    one(&ana, shop.slot()).await.id();
    // A twin of ours somewhere else: it holds the key, and may yet get its booking.
    let mut twin = system.database.as_role("holdfast_owner").await;
    let lock = "select pg_advisory_lock(hashtextextended(concat_ws(chr(31), 'bob', 'twin'), 0))";
    sqlx::query(lock).execute(&mut twin).await.expect("the key is held");
    turned_back(&bob, shop.slot()).await;
    let heard = bob.create(&Order::of([Line::of(shop.slot(), 1)]).key("twin")).await;
    assert_eq!(heard.code(), Some("IDEMPOTENCY_KEY_IN_USE"), "it went to Postgres, and waited there");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sold_out_for_four_is_not_for_two() {
    let system = gated(GateSettings::default()).await;
    let shop = system.shop(&Goods::places(3)).await;
    let ana = system.customer("ana");
    let ask = async |places| ana.create(&Order::of([Line::of(shop.slot(), places)])).await;
    until("the gate turns four back", async || is_of_the_gate(&ask(4).await).then_some(())).await;
    assert_eq!(ask(3).await.code(), None, "there are three");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn places_that_come_back_are_sold_again() {
    let system = gated(GateSettings::default()).await;
    let shop = system.shop(&Goods::places(1)).await;
    let (ana, bob) = (system.customer("ana"), system.customer("bob"));
    let booking = one(&ana, shop.slot()).await.id();
    turned_back(&bob, shop.slot()).await;
    assert_eq!(ana.cancel(&booking).await.code(), None);
    assert_eq!(
        one(&bob, shop.slot()).await.code(),
        None,
        "the place is free again, and the gate has heard of it"
    );

    // And when nobody tells it, it forgets by itself.
    turned_back(&ana, shop.slot()).await;
    let more = "update inventory.slot set capacity = capacity + 1";
    let begun = Instant::now();
    assert_eq!(system.database.execute(more).await, 1);
    let accepted = until("the gate asks again", async || {
        let payload = one(&ana, shop.slot()).await;
        let booking: Option<Value> = payload.code().is_none().then(|| payload.booking().clone());
        booking
    });
    accepted.await;
    println!("asked again after {:?}", begun.elapsed());
    // The ledger was passed by: as it was before, the books balance.
    system.abandon().await;
}
