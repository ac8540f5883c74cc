//! Documents made to hurt: refused before a resolver runs, and fast.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use serde_json::json;
use tests::{Client, TestSystem};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// How long a refusal may take, on a machine that is busy with other tests. What is
/// not refused before it is run takes minutes, or for ever.
const FAST: Duration = Duration::from_secs(10);

fn deep(levels: usize) -> String {
    let open = " slots { edges { node { listing {".repeat(levels);
    let close = " } } } }".repeat(levels);
    format!("{{ listings {{ edges {{ node {{{open} id{close} }} }} }} }}")
}

fn aliases(count: usize) -> String {
    let mut query = "{".to_owned();
    for number in 0..count {
        let _ = write!(query, " a{number}: viewer {{ subject }}");
    }
    query + " }"
}

fn directives(count: usize) -> String {
    format!("{{ viewer {} {{ subject }} }}", "@include(if: true) ".repeat(count))
}

/// Fragments that each spread the next twice: 2^40 fields in 2 kB.
fn fragment_bomb() -> String {
    let mut query = "{ viewer { ...f0 } }".to_owned();
    for number in 0..40 {
        let next = number + 1;
        let _ = write!(query, " fragment f{number} on Viewer {{ ...f{next} ...f{next} }}");
    }
    query + " fragment f40 on Viewer { subject }"
}

async fn refused(client: &Client, name: &str, query: &str) -> String {
    let started = Instant::now();
    let reply = client.send(query, json!({})).await;
    let taken = started.elapsed();
    let code = reply.error().unwrap_or_else(|| panic!("{name}: answered")).to_owned();
    println!("{name:<20} {:>7} bytes {code:<18} {:>6.1} ms", query.len(), taken.as_secs_f64() * 1e3);
    assert!(taken < FAST, "{name}: {taken:?}");
    assert!(reply.body["data"].is_null(), "{name}: a resolver has run");
    code
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_made_to_hurt_are_refused_fast() {
    let system = TestSystem::idle().await;
    let client = system.customer("ana");
    let mut wrong = Vec::new();
    for (name, query, code) in [
        ("deep", deep(5), "QUERY_TOO_COMPLEX"),
        ("deeper", deep(20), "QUERY_TOO_COMPLEX"),
        ("very deep", deep(5_000), "QUERY_TOO_COMPLEX"),
        ("braces", "{a".repeat(100_000), "QUERY_TOO_COMPLEX"),
        ("lists in arguments", format!("{{ node(id: {}1", "[".repeat(100_000)), "QUERY_TOO_COMPLEX"),
        ("10,000 aliases", aliases(10_000), "QUERY_TOO_COMPLEX"),
        ("10,000 directives", directives(10_000), "QUERY_TOO_COMPLEX"),
        ("fragment bomb", fragment_bomb(), "QUERY_TOO_COMPLEX"),
        ("fragment circle", "{ viewer { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }".to_owned(), "BAD_USER_INPUT"),
        ("wide lists", "{ listings(first: 100) { edges { node { slots(first: 100) { edges { node { listing { slots(first: 100) { edges { node { id } } } } } } } } } } }".to_owned(), "QUERY_TOO_COMPLEX"),
        ("first: 1000000", "{ listings(first: 1000000) { edges { node { id } } } }".to_owned(), "BAD_USER_INPUT"),
        ("first: -1", "{ listings(first: -1) { edges { node { id } } } }".to_owned(), "BAD_USER_INPUT"),
        ("unknown field", "{ password }".to_owned(), "BAD_USER_INPUT"),
        ("no document", String::new(), "BAD_USER_INPUT"),
    ] {
        let found = refused(&client, name, &query).await;
        if found != code {
            wrong.push(format!("{name}: {found} instead of {code}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_is_refused_by_its_status() {
    let system = TestSystem::idle().await;
    let client = system.nobody();
    let large = json!({ "query": "{ viewer { subject } }", "variables": { "x": "x".repeat(2_000_000) } });
    for (name, body, status) in [
        ("2 MB", large.to_string(), 413),
        ("no JSON", "{".to_owned(), 400),
        ("a batch", "[{\"query\": \"{ viewer { subject } }\"}]".to_owned(), 400),
        ("half a character", "{\"query\": \"{ viewer { subject } } # \\ud800\"}".to_owned(), 400),
        ("deep JSON", "[".repeat(500_000), 400),
    ] {
        let started = Instant::now();
        let reply = client.post(body).await;
        println!("{name:<20} {} after {:.1} ms", reply.status, started.elapsed().as_secs_f64() * 1e3);
        assert_eq!(reply.status, status, "{name}: {reply:?}");
        assert!(started.elapsed() < FAST, "{name}");
    }
    // And it still works.
    let reply = client.send("{ viewer { subject } }", json!({})).await;
    assert_eq!(reply.field("viewer"), &json!(null));
    system.finish().await;
}

/// Sends a request whose body is too large, and starts on the body only when an answer
/// to the headers alone would have come and the connection would be closed.
async fn answer_to_a_late_body(client: &Client, length: usize) -> String {
    let address = client.url().trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(&address).await.expect("a connection");
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.expect("headers are taken");
    let mut first = [0; 1];
    let early = tokio::time::timeout(Duration::from_millis(500), socket.peek(&mut first)).await;
    assert!(early.is_err(), "answered before the body was there, which closes the connection under it");
    socket.write_all(&vec![b'x'; length]).await.expect("the body is taken");
    let mut answer = vec![0; 1024];
    let read = socket.read(&mut answer).await.expect("an answer arrives");
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_still_writing_sees_why_it_was_refused() {
    let system = TestSystem::idle().await;
    let answer = answer_to_a_late_body(&system.nobody(), 8_000_000).await;
    println!("{}", answer.lines().next().unwrap_or_default());
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    system.finish().await;
}
