//! What is to be had of slots, pushed: coalesced, and always ending on the truth.

use std::time::Instant;

use serde_json::{Value, json};
use tests::{Goods, Line, Order, Socket, TestSystem, uuid_of};

use super::{calls, count_calls};

async fn next_available(socket: &mut Socket) -> (i64, i64) {
    let state = socket.state().await;
    assert_eq!(state["slot"]["available"], state["available"], "the slot says the same: {state}");
    (state["available"].as_i64().expect("a number"), state["version"].as_i64().expect("a number"))
}

/// Reads states until one has so many places; its version.
async fn until_available(socket: &mut Socket, available: i64) -> i64 {
    loop {
        let (found, version) = next_available(socket).await;
        if found == available {
            return version;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_present_state_comes_first_and_then_every_change() {
    let system = TestSystem::idle().await;
    let (second, stop_second) = system.second_api().await;
    let shop = system.shop(&Goods::places(10).slots(2)).await;
    let customer = system.customer("ana");
    let mut socket = Socket::connect(&system.nobody().at(&second)).await;
    let (first, other) = (shop.slot(), shop.slots[1].as_str());
    socket.follow("1", &[first, other]).await;
    let mut seen = [socket.state().await, socket.state().await].map(|state| state["slot"]["id"].clone());
    seen.sort_by_key(Value::to_string);
    let mut both = [json!(first), json!(other)];
    both.sort_by_key(Value::to_string);
    assert_eq!(seen, both, "each once");

    let booking = customer.hold(first).await;
    let held = next_available(&mut socket).await;
    assert_eq!(held.0, 9);
    // A hold that is over counts no more, though nobody has expired it: there is no worker.
    system.lapse(&booking).await;
    let lapsed = next_available(&mut socket).await;
    assert_eq!(lapsed, (10, held.1), "free by the clock alone");
    customer.hold(first).await;
    let version = until_available(&mut socket, 9).await;
    assert!(version > held.1, "{version} after {held:?}");
    stop_second.await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_version_of_seats_grows_with_their_sales() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::hall(2, 5)).await;
    let customer = system.customer("ana");
    let mut socket = Socket::connect(&customer).await;
    socket.follow("1", &[shop.slot()]).await;
    let (available, mut version) = next_available(&mut socket).await;
    assert_eq!(available, 10);
    let booking = customer.create(&Order::of([Line::of(shop.slot(), 3)])).await.id();
    for expected in [7, 10] {
        let (available, newer) = next_available(&mut socket).await;
        assert_eq!(available, expected);
        assert!(newer > version, "{newer} after {version}");
        version = newer;
        if available == 7 {
            customer.cancel(&booking).await.id();
        }
    }
    let row: i32 = system
        .database
        .value(format!("select version from inventory.slot where id = '{}'", uuid_of(shop.slot())))
        .await;
    assert!(i64::from(row) < version, "the row's version would not have done");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_seat_that_is_paid_for_is_pushed() {
    const SEATS: &str = "subscription($ids: [ID!]!) { availabilityChanged(slotIds: $ids) { version available \
                         slot { seats(first: 5) { edges { node { status } } } } } }";
    let system = TestSystem::start().await;
    let (second, stop_second) = system.second_api().await;
    let shop = system.shop(&Goods::hall(1, 3)).await;
    let customer = system.customer("ana");
    let mut socket = Socket::connect(&system.nobody().at(&second)).await;
    socket.subscribe("1", SEATS, json!({ "ids": [shop.slot()] })).await;
    let booking = customer.create(&Order::of([Line::of(shop.slot(), 2)])).await.id();
    let held = seats_until(&mut socket, "HELD").await;
    customer.pay(&booking, "pm_card_visa").await.id();
    // How many are free does not change, and nothing else happens to this slot.
    let sold = seats_until(&mut socket, "SOLD").await;
    assert!(sold["version"].as_i64() > held["version"].as_i64(), "{sold} after {held}");
    stop_second.await;
    system.finish().await;
}

/// Reads states until two of three seats stand so and one is free; that state. Seats are read after what is told of their slot, and
/// may have changed in between: that is told next.
async fn seats_until(socket: &mut Socket, status: &str) -> Value {
    loop {
        let state = socket.state().await;
        let seats = state["slot"]["seats"]["edges"].as_array().expect("seats").iter();
        if seats.filter(|seat| seat["node"]["status"] == status).count() == 2 && state["available"] == 1 {
            return state;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rush_is_told_ten_times_a_second_at_most_and_read_once_for_all() {
    const SUBSCRIBERS: usize = 50;
    const SALES: i64 = 200;
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(1_000)).await;
    let mut sockets = Vec::new();
    for _ in 0..SUBSCRIBERS {
        let mut socket = Socket::connect(&system.nobody()).await;
        socket.follow("1", &[shop.slot()]).await;
        assert_eq!(next_available(&mut socket).await.0, 1_000);
        sockets.push(socket);
    }
    count_calls(&system, "inventory.view_slots(jsonb)", "slots_read").await;
    let begun = Instant::now();
    let read = async {
        let mut frames = Vec::new();
        for socket in &mut sockets {
            let mut count = 0_u64;
            loop {
                count += 1;
                if next_available(socket).await.0 == 1_000 - SALES {
                    break frames.push(count);
                }
            }
        }
        frames
    };
    let sell = async {
        // What these answer reads no slots.
        let create = "mutation($input: CreateBookingInput!) { createBooking(input: $input) { booking { id } userErrors { code } } }";
        let slot = shop.slot();
        let customers = (0..SALES).map(|n| system.customer(&format!("c{n}")));
        let holds = customers.map(|customer| async move {
            let input = Order::of([Line::of(slot, 1)]).input();
            customer.send(create, json!({ "input": input })).await.payload("createBooking").id()
        });
        futures::future::join_all(holds).await
    };
    let (frames, sold) = futures::future::join(read, sell).await;
    let took = begun.elapsed();
    assert_eq!(i64::try_from(sold.len()), Ok(SALES));
    // One of each second is a look at all that is watched.
    let reads = calls(&system, "slots_read").await;
    println!(
        "{SALES} sales in {took:?}: {SUBSCRIBERS} subscribers had {frames:?} frames, from {reads} reads"
    );
    let most = took.as_millis() / 100 + 2;
    assert!(frames.iter().all(|count| u128::from(*count) <= most), "{frames:?} in {took:?}");
    assert!(u128::try_from(reads).expect("a count") <= most, "{reads} reads in {took:?}");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_followed_is_refused() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let stranger = TestSystem::stranger("Slot");
    let too_many: Vec<&str> = vec![shop.slot(); 101];
    for (slots, code) in [
        (vec![], "BAD_USER_INPUT"),
        (too_many, "BAD_USER_INPUT"),
        (vec!["x"], "BAD_USER_INPUT"),
        (vec![shop.slot(), stranger.as_str()], "NOT_FOUND"),
    ] {
        let mut socket = Socket::connect(&system.nobody()).await;
        socket.follow("1", &slots).await;
        let message = socket.hear().await;
        let error = message["payload"].get(0).unwrap_or(&message["payload"]["errors"][0]);
        assert_eq!(error["extensions"]["code"], code, "{message}");
    }
    system.finish().await;
}
