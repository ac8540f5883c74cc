//! Connections that say nothing, or nothing to the end.

use std::time::Duration;

use tests::{TestSystem, api_settings};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// How long a head, or a body, may take in these tests.
const SHORT: Duration = Duration::from_millis(300);

/// Sooner than hyper ends a head by itself, which is after 30 s.
const SOON: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_end_the_head_of_a_request_is_let_go() {
    let system = TestSystem::idle().await;
    let settings = api::Settings { head_timeout: SHORT, ..api_settings() };
    let (hasty, stop) = system.second_api_with(settings).await;
    let address = hasty.trim_start_matches("http://").to_owned();
    // Nothing; a part of a head; and one whole request before nothing more.
    for said in ["", "POST /graphql HTTP/1.1\r\nhost: a\r\n", "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n"] {
        let mut stream = TcpStream::connect(&address).await.expect("the API listens");
        stream.write_all(said.as_bytes()).await.expect("it reads");
        let mut heard = Vec::new();
        let closed = tokio::time::timeout(SOON, stream.read_to_end(&mut heard)).await;
        closed.unwrap_or_else(|_| panic!("`{said}` keeps its connection")).expect("it is closed in order");
        let heard = String::from_utf8_lossy(&heard);
        assert_eq!(heard.starts_with("HTTP/1.1 200"), said.ends_with("\r\n\r\n"), "{said}: {heard}");
    }
    stop.await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_end_the_body_of_a_request_is_told_and_let_go() {
    let system = TestSystem::idle().await;
    let settings = api::Settings { body_timeout: SHORT, ..api_settings() };
    let (hasty, stop) = system.second_api_with(settings).await;
    let address = hasty.trim_start_matches("http://").to_owned();
    for path in ["/graphql", "/webhooks/book"] {
        for half in ["", "{\"query\""] {
            let mut stream = TcpStream::connect(&address).await.expect("the API listens");
            let said = format!(
                "POST {path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{half}"
            );
            stream.write_all(said.as_bytes()).await.expect("it reads");
            let mut heard = Vec::new();
            let closed = tokio::time::timeout(SOON, stream.read_to_end(&mut heard)).await;
            closed
                .unwrap_or_else(|_| panic!("{path} waits for the rest of `{half}`"))
                .expect("it is closed in order");
            let heard = String::from_utf8_lossy(&heard);
            assert!(heard.starts_with("HTTP/1.1 408 "), "{path} after `{half}`: {heard}");
        }
    }
    stop.await;
    system.finish().await;
}
