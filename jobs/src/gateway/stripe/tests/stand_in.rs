//! A server that answers from a script and keeps what it was asked: for all that a well-behaved stand-in never does.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What becomes of a request.
pub(super) enum Reply {
    /// An answer.
    Json(u16, Value),
    /// The answer that Stripe stored when the key was first used.
    Stored(u16, Value),
    /// It arrives, and the connection ends without an answer.
    Lost,
    /// The answer breaks off in the middle.
    Torn,
}

/// What a request was.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// Method and path with its query, decoded.
    pub(super) line: String,
    /// The headers, names in lower case.
    pub(super) head: String,
    /// The form, decoded.
    pub(super) form: String,
}

pub(super) struct StandIn {
    pub(super) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl StandIn {
    /// Answers so many requests, each by its line of the script.
    pub(super) async fn answering(script: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        tokio::spawn(async move {
            let mut script = VecDeque::from(script);
            while let Some(reply) = script.pop_front() {
                let (mut stream, _) = listener.accept().await.expect("a client");
                let request = read(&mut stream).await;
                log.lock().expect("no test panics here").push(request);
                answer(&mut stream, reply).await;
            }
        });
        Self { url, seen }
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no test panics here").clone()
    }
}

async fn read(stream: &mut TcpStream) -> Seen {
    let mut bytes = Vec::new();
    loop {
        stream.read_buf(&mut bytes).await.expect("a request");
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let (line, head) = head.split_once("\r\n").expect("headers");
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() < length.map_or(0, |length| length.parse().expect("a number")) {
            continue;
        }
        let line = line.trim_end_matches(" HTTP/1.1");
        return Seen { line: decoded(line), head, form: decoded(body) };
    }
}

fn decoded(text: &str) -> String {
    text.replace("%5B", "[").replace("%5D", "]")
}

async fn answer(stream: &mut TcpStream, reply: Reply) {
    let (status, stored, body) = match reply {
        Reply::Json(status, body) => (status, "", body.to_string()),
        Reply::Stored(status, body) => (status, "idempotent-replayed: true\r\n", body.to_string()),
        Reply::Torn => (200, "", r#"{"id":"pi_1","#.to_owned()),
        Reply::Lost => return,
    };
    // More than there is of a torn one: the client waits for the rest until the connection ends.
    let length = if body.ends_with('}') { body.len() } else { body.len() + 1 };
    let text = format!(
        "HTTP/1.1 {status} So\r\ndate: Tue, 14 Nov 2023 22:13:20 GMT\r\n{stored}content-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    );
    stream.write_all(text.as_bytes()).await.expect("the client reads");
    stream.shutdown().await.expect("the client is there");
}
