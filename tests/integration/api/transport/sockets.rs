//! `graphql-transport-ws` to the letter: every code that a socket is closed with, and the pings.

use std::time::Duration;

use serde_json::{Value, json};
use tests::{Client, Goods, LIMIT, TestSystem, Traits, api_settings};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::Message;

use super::raw::{Heard, Raw, init, text};

/// Says all of it, and waits for what the socket is closed with.
async fn closed(client: &Client, messages: &[Message]) -> (u16, String) {
    let mut socket = Raw::open(client).await;
    for message in messages {
        socket.say(message.clone()).await;
    }
    loop {
        if let Heard::Closed(code, reason) = socket.hear().await {
            return (code, reason);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_breaks_the_protocol_is_told_by_the_code_how() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let booking = customer.hold(shop.slot()).await;
    let subscribe =
        |id: Value, payload: Value| text(&json!({ "type": "subscribe", "id": id, "payload": payload }));
    let watch = || {
        let query = format!("subscription {{ bookingChanged(id: \"{booking}\") {{ version }} }}");
        subscribe(json!("a"), json!({ "query": query }))
    };
    let greet = |payload: Value| text(&json!({ "type": "connection_init", "payload": payload }));
    let first = || init(&customer);
    let mut wrong = Vec::new();
    for (name, messages, code, reason) in [
        ("no JSON", vec![first(), Message::text("rubbish")], 4400, "Invalid message received"),
        ("a binary frame", vec![first(), Message::binary("{}")], 4400, "Invalid message received"),
        (
            "a type of the old protocol",
            vec![first(), text(&json!({ "type": "start", "id": "a" }))],
            4400,
            "Invalid message received",
        ),
        ("no type", vec![first(), text(&json!({ "id": "a" }))], 4400, "Invalid message received"),
        (
            "no id",
            vec![first(), subscribe(Value::Null, json!({ "query": "{ __typename }" }))],
            4400,
            "Invalid message received",
        ),
        ("no document", vec![first(), subscribe(json!("a"), json!({}))], 4400, "Invalid message received"),
        (
            "variables that are none",
            vec![first(), subscribe(json!("a"), json!({ "query": "{ __typename }", "variables": [] }))],
            4400,
            "Invalid message received",
        ),
        ("no introduction", vec![watch()], 4401, "Unauthorized"),
        ("a bad token", vec![greet(json!({ "authorization": "Bearer rubbish" }))], 4403, "Forbidden"),
        ("a token that is no text", vec![greet(json!({ "authorization": 1 }))], 4403, "Forbidden"),
        ("one id twice", vec![first(), watch(), watch()], 4409, "Subscriber for a already exists"),
        ("two introductions", vec![first(), first()], 4429, "Too many initialisation requests"),
    ] {
        let found = closed(&customer, &messages).await;
        println!("{name:<28} {} {}", found.0, found.1);
        if found != (code, reason.to_owned()) {
            wrong.push(format!("{name}: {found:?} instead of {code}"));
        }
    }
    assert_eq!(wrong, [""; 0]);

    let mut silent = Raw::connect(&customer, &[]).await.expect("the API upgrades");
    assert_eq!(silent.hear().await, Heard::Closed(4406, "Subprotocol not acceptable".to_owned()));
    let bad = [("sec-websocket-protocol", "graphql-transport-ws"), ("authorization", "Bearer rubbish")];
    assert_eq!(Raw::connect(&customer, &bad).await.err(), Some(401));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_introduce_itself_is_not_waited_for() {
    let settings = api::Settings { init_timeout: Duration::from_millis(300), ..api_settings() };
    let system = TestSystem::with(Traits { api: Some(settings), idle: true, ..Traits::default() }).await;
    let found = closed(&system.nobody(), &[]).await;
    assert_eq!(found, (4408, "Connection initialisation timeout".to_owned()));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_are_answered_and_an_id_is_free_again_once_it_is_done() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let booking = customer.hold(shop.slot()).await;
    let mut socket = Raw::open(&customer).await;
    // Anybody may ping, known or not, and nobody has to be asked for a pong.
    socket.say(text(&json!({ "type": "pong" }))).await;
    for payload in [json!(null), json!({ "n": 7 })] {
        socket.say(text(&json!({ "type": "ping", "payload": payload }))).await;
        let pong = socket.message().await;
        assert_eq!((&pong["type"], &pong["payload"]), (&json!("pong"), &payload));
    }
    socket.say(init(&customer)).await;
    assert_eq!(socket.message().await["type"], "connection_ack");
    // What is not running can't be ended, and that is no mistake.
    socket.say(text(&json!({ "type": "complete", "id": "a" }))).await;
    let query = format!("subscription {{ bookingChanged(id: \"{booking}\") {{ version }} }}");
    for _ in 0..3 {
        socket.subscribe("a", json!({ "query": query })).await;
        let message = socket.message().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("next"), &json!("a")), "{message}");
        socket.say(text(&json!({ "type": "complete", "id": "a" }))).await;
    }
    system.finish().await;
}

/// Reads all that comes until the other side hangs up, and answers nothing.
async fn mute(client: &Client) -> Vec<u8> {
    let address = client.url().trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(&address).await.expect("a connection");
    let upgrade = format!(
        "GET /graphql HTTP/1.1\r\nhost: {address}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
    );
    socket.write_all(upgrade.as_bytes()).await.expect("headers are taken");
    let mut heard = Vec::new();
    let read = tokio::time::timeout(LIMIT, socket.read_to_end(&mut heard)).await;
    read.expect("the other side hangs up in time").expect("it can be read");
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_answers_no_ping_is_taken_for_gone_and_one_that_does_is_not() {
    let settings = api::Settings { heartbeat: Duration::from_secs(1), ..api_settings() };
    let system = TestSystem::with(Traits { api: Some(settings), idle: true, ..Traits::default() }).await;
    let customer = system.customer("ana");
    let mut polite = Raw::acknowledged(&customer).await;
    let heard = tokio::select! {
        heard = mute(&customer) => heard,
        // Reading is what makes it answer.
        other = polite.hear() => panic!("the polite one heard {other:?}"),
    };
    // A ping without content is two bytes.
    let pings = heard.windows(2).filter(|bytes| bytes == &[0x89, 0x00]).count();
    assert!(pings >= 3, "{pings} pings before it was taken for gone");
    polite.say(text(&json!({ "type": "ping" }))).await;
    assert_eq!(polite.message().await["type"], "pong");
    system.finish().await;
}
