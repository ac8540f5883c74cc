//! Bodies that are too large, never end, or are not what they say.

use std::time::{Duration, Instant};

use tests::{Client, TestSystem};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

async fn open(client: &Client, headers: &str) -> TcpStream {
    let address = client.url().trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(&address).await.expect("a connection");
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n{headers}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.expect("headers are taken");
    socket
}

/// The status line of the answer.
async fn status(socket: &mut TcpStream) -> String {
    let mut answer = vec![0; 1_024];
    let read = tokio::time::timeout(Duration::from_secs(30), socket.read(&mut answer)).await;
    let read = read.expect("an answer in time").expect("an answer");
    String::from_utf8_lossy(&answer[..read]).lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_100_mb_is_refused_before_it_is_read() {
    let system = TestSystem::idle().await;
    let begun = Instant::now();
    let mut socket = open(&system.nobody(), "content-length: 100000000").await;
    let announced = status(&mut socket).await;
    println!("announced: {announced} after {:?}", begun.elapsed());
    assert!(announced.starts_with("HTTP/1.1 413"), "{announced}");

    // One that does not say how long it is, and goes on.
    let begun = Instant::now();
    let mut socket = open(&system.nobody(), "transfer-encoding: chunked").await;
    let chunk = [format!("{:x}\r\n", 65_536).into_bytes(), vec![b' '; 65_536], b"\r\n".to_vec()].concat();
    let mut sent = 0_usize;
    while sent < 100_000_000 && socket.write_all(&chunk).await.is_ok() {
        sent += 65_536;
    }
    println!("{sent} bytes of chunks were taken in {:?}", begun.elapsed());
    assert!(sent < 100_000_000, "the server has read on and on");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_contradicts_its_headers_is_refused() {
    let system = TestSystem::idle().await;
    for (name, headers, body, expected) in [
        ("two lengths", "content-length: 5\r\ncontent-length: 6", "{}", "400"),
        ("a negative length", "content-length: -1", "{}", "400"),
        ("a length and chunks", "content-length: 2\r\ntransfer-encoding: chunked", "0\r\n\r\n", "400"),
        ("a broken chunk", "transfer-encoding: chunked", "zz\r\n", "400"),
        ("gzip that is none", "content-length: 2\r\ncontent-encoding: gzip", "{}", "400"),
    ] {
        let mut socket = open(&system.nobody(), headers).await;
        socket.write_all(body.as_bytes()).await.expect("it is taken");
        let found = status(&mut socket).await;
        println!("{name:<24} {found}");
        assert!(found.contains(expected), "{name}: {found}");
    }
    system.finish().await;
}
