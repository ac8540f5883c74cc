//! A stream that has much to say does not keep its neighbours on the socket waiting.

use serde_json::json;
use tests::{Goods, TestSystem, uuid_of};

use super::raw::Raw;

/// Versions of the busy booking: far more than are on their way at once.
const VERSIONS: i32 = 4_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_stream_leaves_its_neighbours_their_turns() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let (busy, quiet) = (customer.hold(shop.slot()).await, customer.hold(shop.slot()).await);
    // No customer does so much to a booking; the stream does not look at what it is.
    let id = uuid_of(&busy);
    let written = system.database.execute(format!(
        "insert into booking.event
         select (jsonb_populate_record(e, jsonb_build_object('version', v.version, 'type', 'hold.extended'))).*
         from booking.event e, generate_series(2, {VERSIONS}) as v(version) where e.booking_id = '{id}' and e.version = 1"
    ));
    assert_eq!(written.await, u64::try_from(VERSIONS).expect("a count") - 1);
    system
        .database
        .execute(format!("update booking.booking set version = {VERSIONS} where id = '{id}'"))
        .await;

    let mut socket = Raw::acknowledged(&customer).await;
    let watch = |booking: &str| {
        let query = "subscription($id: ID!) { bookingChanged(id: $id, afterVersion: 0) { version type } }";
        json!({ "query": query, "variables": { "id": booking } })
    };
    socket.subscribe("busy", watch(&busy)).await;
    assert_eq!(socket.message().await["id"], "busy");
    socket.subscribe("quiet", watch(&quiet)).await;
    socket.subscribe("query", json!({ "query": "{ viewer { subject } }" })).await;
    let (mut count, mut heard) = (1, Vec::new());
    while count < VERSIONS {
        let message = socket.message().await;
        match message["id"].as_str() {
            Some("busy") => count += 1,
            Some(neighbour) if message["type"] == "next" => heard.push((neighbour.to_owned(), count)),
            _ => assert_eq!(message["type"], "complete", "{message}"),
        }
    }
    heard.sort();
    println!("of {VERSIONS} messages of the busy stream, so many came before its neighbours': {heard:?}");
    let names: Vec<&str> = heard.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["query", "quiet"], "{heard:?}");
    assert!(heard.iter().all(|(_, before)| *before < VERSIONS / 2), "{heard:?}");
    // The versions made up above break what every booking keeps to.
    system.abandon().await;
}
