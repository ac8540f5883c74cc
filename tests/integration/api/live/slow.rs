//! Who does not read is closed with a reason, and holds up nobody else.

use std::time::Duration;

use serde_json::json;
use tests::{Client, Goods, LIMIT, Shop, Socket, TestSystem, Traits, until};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// Some forty thousand bytes for each state.
const STATES: &str = "subscription($ids: [ID!]!) { availabilityChanged(slotIds: $ids) { slot { listing { \
    a: description b: description c: description d: description e: description \
    f: description g: description h: description i: description j: description } } } }";

/// An instance that is soon out of patience, and a shop whose slots make long states.
async fn sale() -> (TestSystem, Shop) {
    let slow_after = Duration::from_secs(1);
    let traits = Traits {
        idle: true,
        api: Some(api::Settings { slow_after, ..tests::api_settings() }),
        ..Traits::default()
    };
    let system = TestSystem::with(traits).await;
    // More than the machine keeps for a connection on its own account.
    let description = "x".repeat(4_000);
    let goods = Goods::places(1_000).slots(100).listed(json!({ "description": description }));
    let shop = system.shop(&goods).await;
    (system, shop)
}

/// Waits for the server to lose patience, which shows when operations end: then nothing is looked at.
async fn nobody_watches_the_slots(system: &TestSystem) {
    until("nobody watches the slots any more", async || {
        let before = super::calls(system, "looks").await;
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        (super::calls(system, "looks").await == before).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_stops_reading_is_closed_and_others_go_on() {
    let (system, shop) = sale().await;
    let slots: Vec<&str> = shop.slots.iter().map(String::as_str).collect();
    let customer = system.customer("ana");
    let id = customer.hold(shop.slot()).await;
    let mut slow = Socket::connect_narrow(&customer).await;
    let mut other = Socket::connect(&customer).await;
    other.watch(&id, Some(0)).await;
    assert_eq!(other.change().await.0, 1);

    // Five hundred states, none of which is read.
    for operation in 0..5 {
        slow.subscribe(&operation.to_string(), STATES, json!({ "ids": slots })).await;
    }
    customer.cancel(&id).await.id();
    assert_eq!(other.change().await, (2, "booking.cancelled".to_owned()), "another subscriber goes on");
    // It reads again once the server has lost patience.
    super::count_calls(&system, "inventory.view_slots(jsonb)", "looks").await;
    nobody_watches_the_slots(&system).await;
    assert_eq!(slow.closed().await, Some(1013), "it is told why");
    system.finish().await;
}

/// A stream of states over a connection that keeps few unread bytes.
async fn narrow_stream(client: &Client, slots: &[String]) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    let server = client.url().trim_start_matches("http://").to_owned();
    let mut stream = socket.connect(server.parse().expect("an address")).await.expect("the API accepts");
    let body = json!({ "query": STATES, "variables": { "ids": slots } }).to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: {server}\r\naccept: text/event-stream\r\ncontent-type: application/json\r\n\
         authorization: {}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        client.bearer().expect("a token"),
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.expect("the API reads");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_nobody_reads_is_let_go_of() {
    let (system, shop) = sale().await;
    super::count_calls(&system, "inventory.view_slots(jsonb)", "looks").await;
    let mut stream = narrow_stream(&system.customer("ana"), &shop.slots).await;
    until("the slots are watched", async || (super::calls(&system, "looks").await > 1).then_some(())).await;
    nobody_watches_the_slots(&system).await;
    // Had it been read all the time, it would not have ended.
    let mut told = Vec::new();
    timeout(LIMIT, stream.read_to_end(&mut told)).await.expect("it ends").expect("it can be read");
    let told = String::from_utf8(told).expect("text");
    assert!(told.contains("event: next"), "{}", told.len());
    assert!(!told.contains("event: complete"), "whoever reads again knows that it was not the end");
    system.finish().await;
}
