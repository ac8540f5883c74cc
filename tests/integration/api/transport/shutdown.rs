//! What becomes of connections when an instance is told to stop.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::{Goods, LIMIT, Line, Order, TestSystem, api_settings, until, uuid_of};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// Longer than any test waits: what ends sooner ended by itself.
const FOREVER: Duration = LIMIT.saturating_mul(10);
/// How long requests under way may go on in the test that sees to it that they don't.
const SHORT: Duration = Duration::from_millis(300);

/// A connection that has said something, whatever it is answered.
async fn caller(url: &str, said: &str) -> TcpStream {
    let address = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("the API listens");
    stream.write_all(said.as_bytes()).await.expect("it reads");
    stream
}

/// Waits until a connection is told something that ends so.
async fn hear(stream: &mut TcpStream, ending: &str) {
    let mut heard = Vec::new();
    while !heard.ends_with(ending.as_bytes()) {
        let read = timeout(LIMIT, stream.read_buf(&mut heard)).await.expect("it answers in time");
        assert_ne!(read.expect("an open connection"), 0, "{}", String::from_utf8_lossy(&heard));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_under_way_is_answered_and_nobody_else_is_let_in() {
    let system = TestSystem::idle().await;
    let settings = api::Settings { shutdown_grace: FOREVER, ..api_settings() };
    let (second, end) = system.second_api_with(settings).await;
    let shop = system.shop(&Goods::default()).await;
    let mut holder = system.database.sql.begin().await.expect("a transaction");
    let held = sqlx::query("select from inventory.slot where id = $1 for update").bind(uuid_of(shop.slot()));
    held.execute(&mut *holder).await.expect("the slot is held");

    let (customer, order) = (system.customer("ana").at(&second), Order::of([Line::of(shop.slot(), 2)]));
    let asking = tokio::spawn(async move { customer.create(&order).await });
    let waiting = "select count(*) = 1 from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'";
    system.until_true(waiting).await;
    let ending = tokio::spawn(end);
    let address = second.trim_start_matches("http://");
    until("nobody is let in", async || TcpStream::connect(address).await.is_err().then_some(())).await;
    assert!(!asking.is_finished() && !ending.is_finished(), "the request is still under way");

    holder.rollback().await.expect("the slot is let go of");
    let payload = timeout(LIMIT, asking).await.expect("an answer in time").expect("an answer");
    assert_eq!(payload.booking()["lines"][0]["quantity"], json!(2));
    timeout(LIMIT, ending).await.expect("it ends in time").expect("it ends");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_nothing_is_let_go_at_once() {
    let system = TestSystem::idle().await;
    let settings = api::Settings { head_timeout: FOREVER, shutdown_grace: FOREVER, ..api_settings() };
    let (second, end) = system.second_api_with(settings).await;
    let mut silent = caller(&second, "").await;
    let mut content = caller(&second, "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
    // Connections are accepted in their order: the silent one was, too.
    hear(&mut content, "alive\n").await;

    timeout(LIMIT, end).await.expect("it waits for nobody");
    for stream in [&mut silent, &mut content] {
        let mut heard = Vec::new();
        let closed = timeout(LIMIT, stream.read_to_end(&mut heard)).await.expect("it is closed in time");
        assert_eq!(closed.expect("it is closed in order"), 0, "{}", String::from_utf8_lossy(&heard));
    }
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_ends_a_request_is_waited_for_no_longer_than_the_grace() {
    let system = TestSystem::idle().await;
    let settings = api::Settings { shutdown_grace: SHORT, ..api_settings() };
    let (second, end) = system.second_api_with(settings).await;
    let head = "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
                content-length: 9\r\nexpect: 100-continue\r\n\r\n";
    let mut slow = caller(&second, head).await;
    // Only who waits for the body says this.
    hear(&mut slow, "100 Continue\r\n\r\n").await;
    let begun = Instant::now();
    timeout(LIMIT, end).await.expect("its patience has an end");
    assert!(begun.elapsed() >= SHORT, "the request was not under way");
    system.finish().await;
}
