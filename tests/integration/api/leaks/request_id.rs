//! The id that every answer carries.

use reqwest::Method;
use tests::{Client, TestSystem};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// The ids that are in the answer to a raw request with this header.
async fn answered_with(client: &Client, header: &[u8]) -> Vec<String> {
    let address = client.url().trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(&address).await.expect("a connection");
    let mut request =
        format!("GET /nowhere HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n").into_bytes();
    request.extend_from_slice(header);
    request.extend_from_slice(b"\r\n\r\n");
    socket.write_all(&request).await.expect("it is taken");
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.expect("an answer");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.lines().filter_map(|line| line.strip_prefix("x-request-id: ")).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_is_taken_over_when_it_is_one() {
    let system = TestSystem::idle().await;
    let nobody = system.nobody();
    for good in ["a", "0190c0de-7e57", "x/y=z:1", &"x".repeat(128)] {
        let ids = answered_with(&nobody, format!("x-request-id: {good}").as_bytes()).await;
        assert_eq!(ids, [good], "{good}");
    }
    let too_long = format!("x-request-id: {}", "x".repeat(129));
    for (name, bad) in [
        ("none", b"x-other: 1".as_slice()),
        ("empty", b"x-request-id: "),
        ("a space", b"x-request-id: a b"),
        ("a tab", b"x-request-id: a\tb"),
        ("not ASCII", "x-request-id: \u{202e}abc".as_bytes()),
        ("no UTF-8", b"x-request-id: a\xffb"),
        ("too long", too_long.as_bytes()),
    ] {
        let ids = answered_with(&nobody, bad).await;
        assert!(ids.len() == 1 && ids[0].parse::<uuid::Uuid>().is_ok(), "{name}: {ids:?}");
    }
    // A line of its own in the log can't be smuggled in: the server refuses the whole request.
    let ids = answered_with(&nobody, b"x-request-id: a\r b").await;
    assert!(ids.iter().all(|id| !id.contains('a')), "{ids:?}");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_is_opened_with_an_id() {
    let system = TestSystem::idle().await;
    let request = system.nobody().request(Method::GET, "/graphql");
    let request = request.header("connection", "upgrade").header("upgrade", "websocket");
    let request = request.header("sec-websocket-version", "13").header("x-request-id", "socket-7");
    let request = request.header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    let response =
        request.header("sec-websocket-protocol", "graphql-transport-ws").send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 101);
    assert_eq!(response.headers()["x-request-id"], "socket-7");
    system.finish().await;
}
