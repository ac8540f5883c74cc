//! A server that has no files left for another connection.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;
use serde_json::json;

use super::{
    subscribers::{Socket, connect, next, say},
    support::{Running, block_on, get, until},
    workers::Site,
};

/// Files that are left to the server once it serves.
const LEFT: usize = 8;

/// What it says when it can't accept a connection.
const COMPLAINT: &str = "no connection can be accepted just now";

/// It says so no more often than every so many milliseconds.
const PAUSE_MS: u128 = 250;

#[test]
fn who_is_connected_goes_on_while_nobody_else_can_connect() {
    let mut site = Site::new();
    let mut before = block_on(connect(&site.url, &site.token("customer")));
    let slot = site.slot();
    let begun = Instant::now();
    leave(&site.serve, LEFT);

    let callers = fill_up(&mut site);
    until("one is let in", || callers.iter().any(Caller::is_answered).then_some(()));
    let late = Caller::of(&site.url);
    let complaints = complaints(&site.serve).len();
    still_complains(&mut site, complaints);
    assert!(!late.is_answered(), "it was let in");

    block_on(book(&mut before, &slot));
    assert!(!late.is_answered(), "it was let in");

    drop(callers);
    until("who waited is answered", || late.is_answered().then_some(()));
    assert_eq!(get(&format!("{}/readyz", site.url)).0, 200);
    said_what_was_wrong(&site.serve, begun);
    drop(before);
    site.serve.signal(Signal::SIGTERM);
    let ended = site.serve.end();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

/// Books a place over a socket, as clients do: what the API has no room for is sent again, under the same key.
async fn book(socket: &mut Socket, slot: &str) {
    let query = format!(
        "mutation {{ createBooking(input: {{ idempotencyKey: \"one\", lines: [{{ slotId: {slot}, quantity: 1 }}] }}) \
         {{ booking {{ status }} }} }}"
    );
    let begun = Instant::now();
    while begun.elapsed() < tests::LIMIT {
        say(socket, &json!({ "type": "subscribe", "id": "1", "payload": { "query": query } })).await;
        let answer = next(socket).await;
        assert_eq!(next(socket).await, json!({ "type": "complete", "id": "1" }));
        let payload = &answer["payload"];
        if payload["errors"].is_null() {
            assert_eq!(payload["data"]["createBooking"]["booking"]["status"], "PENDING", "{answer}");
            return;
        }
        // Neither could it open another connection to its database.
        assert_eq!(payload["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");
        let after = payload["errors"][0]["extensions"]["retryAfterMs"].as_u64();
        tokio::time::sleep(Duration::from_millis(after.expect("when to come back"))).await;
    }
    panic!("nothing can be booked");
}

/// Lets a process have so many files more than it has.
fn leave(process: &Running, files: usize) {
    let pid = process.pid();
    let open = fs::read_dir(format!("/proc/{pid}/fd")).expect("it runs").count();
    // The soft limit alone, so that nobody needs rights for it.
    let limit = format!("--nofile={}:", open + files);
    let set = Command::new("prlimit").args([&format!("--pid={pid}"), &limit]).output().expect("prlimit");
    assert!(set.status.success(), "{}", String::from_utf8_lossy(&set.stderr));
}

/// Callers, as many as it takes until the server has no files left.
fn fill_up(site: &mut Site) -> Vec<Caller> {
    let mut callers = Vec::new();
    until("it has no files left", || {
        assert!(!site.serve.has_ended(), "it has ended");
        callers.push(Caller::of(&site.url));
        (!complaints(&site.serve).is_empty()).then_some(())
    });
    callers
}

/// Waits until it has tried twice more to accept somebody.
fn still_complains(site: &mut Site, before: usize) {
    until("it tries again", || {
        assert!(!site.serve.has_ended(), "it has ended");
        (complaints(&site.serve).len() >= before + 2).then_some(())
    });
}

/// It was about files alone, and not said all the time.
fn said_what_was_wrong(serve: &Running, begun: Instant) {
    let said = complaints(serve);
    assert!(said.iter().all(|line| line.contains("Too many open files")), "{said:#?}");
    let most = 1 + begun.elapsed().as_millis() / PAUSE_MS;
    assert!(said.len() as u128 <= most, "{} complaints, and not {most} at most", said.len());
}

fn complaints(serve: &Running) -> Vec<String> {
    let said = serve.stderr().into_iter();
    said.filter(|line| line.contains(COMPLAINT)).collect()
}

/// Somebody with a connection of his own, who has asked something.
struct Caller(TcpStream);

impl Caller {
    fn of(url: &str) -> Self {
        let address = url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("the machine lets everybody wait");
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").expect("the machine keeps it");
        stream.set_nonblocking(true).expect("a socket of ours");
        Self(stream)
    }

    /// Whether there is an answer by now.
    fn is_answered(&self) -> bool {
        let mut head = [0; 12];
        match self.0.peek(&mut head) {
            Ok(_) => {
                assert_eq!(head, *b"HTTP/1.1 200");
                true
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            Err(error) => panic!("a caller lost his connection: {error}"),
        }
    }
}
