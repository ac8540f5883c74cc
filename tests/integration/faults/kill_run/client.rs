//! A client that does not give up: it sends the same command under the same key until it is answered.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use uuid::Uuid;

/// How long one command is tried: Postgres is away for seconds at a time.
const PATIENCE: Duration = Duration::from_mins(3);

const BOOKING: &str = "booking { id status inProgress version pendingChange { total { amount } } \
                       payment { status captured { amount } refunded { amount } } }";

/// What a command was answered with.
pub(super) struct Answer {
    pub(super) booking: Value,
    /// Why it was refused, for good.
    pub(super) refusal: Option<String>,
}

/// Something that the API acknowledged: it must be in the database whatever is killed afterwards.
#[derive(Clone, Debug)]
pub(super) struct Acknowledged {
    pub(super) booking: Uuid,
    pub(super) version: i64,
    pub(super) status: String,
}

pub(super) struct Client {
    http: reqwest::Client,
    urls: [String; 2],
    token: String,
    turn: AtomicUsize,
    acknowledged: Mutex<Vec<Acknowledged>>,
    retries: AtomicUsize,
    replays: AtomicUsize,
}

impl Client {
    pub(super) fn new(ports: [u16; 2], token: String) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build();
        Self {
            http: http.expect("a plain HTTP client"),
            urls: ports.map(|port| format!("http://127.0.0.1:{port}/graphql")),
            token,
            turn: AtomicUsize::new(0),
            acknowledged: Mutex::default(),
            retries: AtomicUsize::new(0),
            replays: AtomicUsize::new(0),
        }
    }

    /// Sends a document until it is answered; panics on an answer that no retry would change.
    pub(super) async fn ask(&self, query: &str, variables: &Value) -> Value {
        let began = Instant::now();
        loop {
            let what = match self.send(query, variables).await {
                Ok(mut reply) if reply["errors"].is_null() => return reply["data"].take(),
                Ok(reply) => {
                    let code =
                        reply["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
                    let passes =
                        ["UNAVAILABLE", "TIMEOUT", "INTERNAL", "RATE_LIMITED"].contains(&code.as_str());
                    assert!(passes, "no retry would help: {reply}");
                    code
                }
                Err(error) => error.to_string(),
            };
            assert!(began.elapsed() < PATIENCE, "no answer in {PATIENCE:?}; the last was {what}");
            self.retries.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Runs a mutation of bookings under one key.
    pub(super) async fn command(&self, mutation: &'static str, mut input: Value) -> Answer {
        let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!(
            "mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {BOOKING} \
             userErrors {{ code message retryable retryAfterMs }} replayed }} }}"
        );
        input["idempotencyKey"] = json!(Uuid::new_v4());
        let began = Instant::now();
        loop {
            let mut payload = self.ask(&query, &json!({ "input": input })).await[mutation].take();
            let error = payload["userErrors"].get(0).cloned().unwrap_or_default();
            if error["retryable"] == true && began.elapsed() < PATIENCE {
                let pause = error["retryAfterMs"].as_u64().unwrap_or(50);
                tokio::time::sleep(Duration::from_millis(pause.min(1000))).await;
                continue;
            }
            let booking = payload["booking"].take();
            if error.is_null() {
                self.note(&booking, payload["replayed"] == true);
            }
            let refusal = error["code"].as_str().map(str::to_owned);
            return Answer { booking, refusal };
        }
    }

    /// Waits until a booking is as it should be.
    pub(super) async fn wait(&self, id: &str, what: &str, good: impl Fn(&Value) -> bool) -> Value {
        let query = format!(
            "query($id: ID!) {{ node(id: $id) {{ ... on Booking {{ {} }} }} }}",
            &BOOKING[10..BOOKING.len() - 2]
        );
        let began = Instant::now();
        loop {
            let found = self.ask(&query, &json!({ "id": id })).await["node"].take();
            if good(&found) {
                return found;
            }
            assert!(began.elapsed() < PATIENCE, "waited in vain until {what}: {found}");
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }

    pub(super) fn acknowledged(&self) -> Vec<Acknowledged> {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Requests that were sent again, and commands that were answered from what was stored.
    pub(super) fn retried(&self) -> (usize, usize) {
        (self.retries.load(Ordering::Relaxed), self.replays.load(Ordering::Relaxed))
    }

    fn note(&self, booking: &Value, replayed: bool) {
        self.replays.fetch_add(usize::from(replayed), Ordering::Relaxed);
        let id = booking["id"].as_str().expect("an acknowledged booking has an id");
        let acknowledged = Acknowledged {
            booking: tests::uuid_of(id),
            version: booking["version"].as_i64().expect("a version"),
            status: booking["status"].as_str().expect("a status").to_owned(),
        };
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).push(acknowledged);
    }

    async fn send(&self, query: &str, variables: &Value) -> reqwest::Result<Value> {
        let url = &self.urls[self.turn.fetch_add(1, Ordering::Relaxed) % 2];
        let body = json!({ "query": query, "variables": variables });
        self.http.post(url).bearer_auth(&self.token).json(&body).send().await?.json().await
    }
}
