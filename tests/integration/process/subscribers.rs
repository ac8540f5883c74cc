//! Many subscribers who wait, on one process of the API: what each costs it, and that it still finds the one that a
//! change is for.

use futures::{SinkExt as _, StreamExt as _, stream};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue},
};

use super::{
    support::{Client, block_on, get, until},
    workers::Site,
};

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Bookings that are watched, each by many.
const BOOKINGS: usize = 50;
/// Sockets that are opened at once.
const AT_ONCE: usize = 32;

#[test]
fn two_thousand_subscribers_wait_on_one_process() {
    wait_on_one_process(2_000);
}

/// Takes minutes on a busy machine, and 10,000 sockets on either side: `ulimit -n` has to allow them.
#[test]
#[ignore = "the same with five times as many, by hand"]
fn ten_thousand_subscribers_wait_on_one_process() {
    wait_on_one_process(10_000);
}

fn wait_on_one_process(subscribers: usize) {
    // Each with a process of its own: memory that was given back once would be taken for free.
    wait(&Site::new(), subscribers, 100);
    wait(&Site::new(), subscribers, 1);
}

/// Opens sockets with so many subscriptions each, and makes one change.
fn wait(site: &Site, subscribers: usize, of_each: usize) {
    let token = site.token("customer");
    let customer = Client::new(&site.url, &token);
    let bookings = book(&customer);
    let before = memory(site);
    let mut sockets = block_on(open(&site.url, &token, &bookings, subscribers / of_each, of_each));
    let each = memory(site).saturating_sub(before) / subscribers;
    println!(
        "{subscribers} idle subscribers, {of_each} on each socket: {each} bytes of resident memory each"
    );
    assert!(each < 100_000, "a subscriber costs {each} bytes");

    // The first socket watches this booking, among others.
    let id = &bookings[0];
    let cancelled = customer.ask(&format!(
        "mutation {{ cancelBooking(input: {{ idempotencyKey: \"one\", bookingId: \"{id}\" }}) \
         {{ booking {{ version }} userErrors {{ code }} }} }}"
    ));
    let payload = &cancelled["cancelBooking"];
    assert_eq!(payload["userErrors"], json!([]), "{cancelled}");
    let told = block_on(next(&mut sockets[0]));
    let change = &told["payload"]["data"]["bookingChanged"];
    assert_eq!(change["version"], payload["booking"]["version"], "{told}");
    assert_eq!(change["booking"]["id"], json!(id), "{told}");
    drop(sockets);
    until("the sockets are gone", || has_no_socket(site).then_some(()));
}

/// Holds places, in bookings of one place each.
fn book(customer: &Client) -> Vec<String> {
    let page = "{ listings(first: 20) { edges { node { slots(first: 20) { edges { node { id } } } } } } }";
    let found = customer.ask(page);
    let listings = found["listings"]["edges"].as_array().expect("listings").clone();
    let slots = listings.iter().flat_map(|listing| {
        listing["node"]["slots"]["edges"]
            .as_array()
            .expect("slots")
            .iter()
            .map(|slot| slot["node"]["id"].to_string())
    });
    let mut bookings = Vec::new();
    for (n, slot) in slots.cycle().take(20 * BOOKINGS).enumerate() {
        let payload = customer.ask(&format!(
            "mutation {{ createBooking(input: {{ idempotencyKey: \"idle-{n}\", lines: [{{ slotId: {slot}, quantity: 1 }}] }}) \
             {{ booking {{ id }} userErrors {{ code }} }} }}"
        ));
        // Limits for each customer stand in the way of some.
        if let Some(id) = payload["createBooking"]["booking"]["id"].as_str() {
            bookings.push(id.to_owned());
        }
        if bookings.len() == BOOKINGS {
            break;
        }
    }
    assert!(!bookings.is_empty(), "nothing could be booked");
    bookings
}

/// Opens sockets, each with so many subscriptions, all of which have had the present state.
async fn open(url: &str, token: &str, bookings: &[String], sockets: usize, of_each: usize) -> Vec<Socket> {
    let opened = stream::iter(0..sockets).map(|n| async move {
        let mut socket = connect(url, token).await;
        for operation in 0..of_each {
            let booking = &bookings[(n * of_each + operation) % bookings.len()];
            let query =
                "subscription($id: ID!) { bookingChanged(id: $id) { version booking { id status } } }";
            let payload = json!({ "query": query, "variables": { "id": booking } });
            say(
                &mut socket,
                &json!({ "type": "subscribe", "id": operation.to_string(), "payload": payload }),
            )
            .await;
        }
        for _ in 0..of_each {
            let state = next(&mut socket).await;
            assert_eq!(state["type"], "next", "{state}");
        }
        socket
    });
    opened.buffered(AT_ONCE).collect().await
}

pub(super) async fn connect(url: &str, token: &str) -> Socket {
    let address = format!("{}/graphql", url.replacen("http", "ws", 1));
    let mut request = address.into_client_request().expect("an address");
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("graphql-transport-ws"));
    let (mut socket, _) = connect_async(request).await.expect("the API upgrades");
    let payload = json!({ "authorization": format!("Bearer {token}") });
    say(&mut socket, &json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(next(&mut socket).await["type"], "connection_ack");
    socket
}

pub(super) async fn say(socket: &mut Socket, message: &Value) {
    socket.send(Message::text(message.to_string())).await.expect("the socket is open");
}

pub(super) async fn next(socket: &mut Socket) -> Value {
    loop {
        let message = timeout(tests::LIMIT, socket.next()).await.expect("a message in time");
        if let Message::Text(text) = message.expect("an open socket").expect("a message") {
            return serde_json::from_str(&text).expect("JSON");
        }
    }
}

/// Resident memory of the API, in bytes.
fn memory(site: &Site) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", site.serve.pid())).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    1_024 * line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number of kB")
}

/// Whether the API says so.
fn has_no_socket(site: &Site) -> bool {
    let (_, metrics) = get(&format!("{}/metrics", site.url));
    let line = metrics.lines().find_map(|line| line.strip_prefix("holdfast_api_sockets "));
    line.is_none_or(|count| count.trim() == "0")
}
