//! The simulated gateway over HTTP: what is lost is really lost, and what was answered is in the ledger.

use std::{path::Path, time::Duration};

use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
use serde_json::{Value, json};
use simulator::{Kind, Settings, Simulator, Trouble, Webhooks, sign};
use tokio::{net::TcpListener, sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;

struct Site {
    url: String,
    simulator: Simulator,
    stop: CancellationToken,
    serving: JoinHandle<Result<(), simulator::Error>>,
}

impl Site {
    async fn open(ledger: Option<&Path>, settings: Settings) -> Self {
        let simulator = Simulator::open(ledger, settings).expect("a ledger");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let stop = CancellationToken::new();
        let serving = tokio::spawn(simulator.clone().serve(listener, stop.clone()));
        Self { url, simulator, stop, serving }
    }

    async fn post(&self, call: &Value) -> Result<(u16, Value), reqwest::Error> {
        let reply = reqwest::Client::new().post(format!("{}/operations", self.url)).json(call).send().await?;
        Ok((reply.status().as_u16(), reply.json().await?))
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let reply = reqwest::get(format!("{}{path}", self.url)).await.expect("an answer");
        (reply.status().as_u16(), reply.json().await.expect("JSON"))
    }

    async fn close(self) {
        self.stop.cancel();
        self.serving.await.expect("it ends").expect("in good order");
    }
}

fn authorize(key: &str, method: &str) -> Value {
    json!({ "key": key, "kind": "AUTHORIZE", "amount_minor": 1200, "currency": "EUR", "payment_method": method })
}

#[tokio::test]
async fn a_lost_answer_is_no_answer_and_a_look_up_tells() {
    let settings = Settings { silence: Duration::from_millis(50), ..Settings::default() };
    let site = Site::open(None, settings).await;
    for method in ["pm_sim_lostAlways", "pm_sim_timeoutAfterCharge"] {
        let lost = site.post(&authorize(method, method)).await.expect_err("the answer is lost");
        assert!(!lost.is_connect() && lost.is_request(), "{lost:?}");
        let (status, told) = site.get(&format!("/operations/{method}")).await;
        assert_eq!((status, &told["result"]), (200, &json!("SUCCEEDED")));
    }
    site.post(&authorize("before", "pm_sim_timeoutBeforeCharge")).await.expect_err("the answer is lost");
    assert_eq!(site.get("/operations/before").await.0, 404, "nothing was done");
    assert_eq!(
        site.post(&authorize("before", "pm_sim_timeoutBeforeCharge")).await.expect("an answer").0,
        200
    );
    site.close().await;
}

#[tokio::test]
async fn each_answer_has_its_status() {
    let site = Site::open(None, Settings::default()).await;
    for (method, statuses) in [
        ("pm_card_visa", [200, 200]),
        ("pm_card_chargeDeclined", [402, 402]),
        ("pm_sim_serverErrorOnce", [503, 200]),
        ("pm_sim_rateLimited", [429, 200]),
        ("pm_sim_error500", [500, 500]),
        ("pm_sim_error500AfterCharge", [500, 500]),
    ] {
        for expected in statuses {
            assert_eq!(
                site.post(&authorize(method, method)).await.expect("an answer").0,
                expected,
                "{method}"
            );
        }
    }
    assert_eq!(site.get("/operations/pm_sim_error500").await.1["result"], "ERROR");
    assert_eq!(site.get("/operations/pm_sim_error500AfterCharge").await.1["result"], "SUCCEEDED");
    let mut reused = authorize("pm_card_visa", "pm_card_visa");
    reused["amount_minor"] = json!(1);
    assert_eq!(site.post(&reused).await.expect("an answer").0, 422);
    assert_eq!(site.post(&json!({ "key": "x" })).await.expect("an answer").0, 400);
    site.close().await;
}

#[tokio::test]
async fn a_key_that_is_being_worked_is_not_worked_by_another() {
    let trouble = Trouble { latency_ms: 300, ..Trouble::default() };
    let site = Site::open(None, Settings { trouble, ..Settings::default() }).await;
    let call = authorize("a", "pm_card_visa");
    let (one, other) = tokio::join!(site.post(&call), site.post(&call));
    let mut statuses = [one.expect("an answer").0, other.expect("an answer").0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    site.close().await;
}

#[tokio::test]
async fn trouble_is_made_and_checked_over_http() {
    let site = Site::open(None, Settings::default()).await;
    let put = async |trouble: Value| {
        let reply = reqwest::Client::new().put(format!("{}/trouble", site.url)).json(&trouble).send().await;
        reply.expect("an answer").status().as_u16()
    };
    assert_eq!(put(json!({ "down": true })).await, 200);
    assert_eq!(site.post(&authorize("a", "pm_card_visa")).await.expect("an answer").0, 503);
    assert_eq!(site.get("/entries").await.0, 503);
    assert_eq!(put(json!({ "decline_rate": 2 })).await, 422);
    assert_eq!(put(json!({ "declines": 1 })).await, 400);
    assert_eq!(put(json!({})).await, 200);
    assert_eq!(site.post(&authorize("a", "pm_card_visa")).await.expect("an answer").0, 200);
    site.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_outlives_the_process_and_its_pages_are_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("simulator.redb");
    let site = Site::open(Some(&file), Settings::default()).await;
    for key in 0..25 {
        assert_eq!(
            site.post(&authorize(&format!("k{key}"), "pm_card_visa")).await.expect("an answer").0,
            200
        );
    }
    let Site { stop, serving, simulator, .. } = site;
    stop.cancel();
    serving.await.expect("it ends").expect("in good order");
    drop(simulator);

    let site = Site::open(Some(&file), Settings::default()).await;
    let (mut after, mut keys) = (0, Vec::new());
    loop {
        let (_, page) = site.get(&format!("/entries?after={after}&limit=10")).await;
        let entries = page["entries"].as_array().expect("lines");
        keys.extend(entries.iter().map(|entry| entry["key"].as_str().expect("a key").to_owned()));
        after = page["next"].as_u64().expect("a place");
        if page["has_more"] == false {
            break;
        }
    }
    assert_eq!(keys, (0..25).map(|key| format!("k{key}")).collect::<Vec<_>>());
    assert_eq!(site.post(&authorize("k3", "pm_card_visa")).await.expect("an answer").0, 200);
    assert_eq!(site.simulator.find("k3").map(|row| row.tries), Some(2));
    assert_eq!(site.simulator.entries(0, 100).entries.len(), 25);
    assert!(site.simulator.entries(0, 100).entries.iter().all(|row| row.call.kind == Kind::Authorize));
    site.close().await;
}

/// Takes webhooks, and refuses the first of them.
async fn taker(secret: &'static str) -> (String, mpsc::UnboundedReceiver<Value>) {
    let (told, events) = mpsc::unbounded_channel();
    let refused = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let take = move |headers: HeaderMap, body: Bytes| {
        let (told, refused) = (told.clone(), refused.clone());
        async move {
            if !refused.swap(true, std::sync::atomic::Ordering::SeqCst) {
                return axum::http::StatusCode::INTERNAL_SERVER_ERROR;
            }
            let header = headers["simulator-signature"].to_str().expect("text");
            let time = header.split(',').next().and_then(|part| part.strip_prefix("t=")).expect("a time");
            let body = std::str::from_utf8(&body).expect("text");
            assert_eq!(header, sign(secret, time.parse().expect("seconds"), body));
            told.send(serde_json::from_str(body).expect("JSON")).expect("somebody listens");
            axum::http::StatusCode::OK
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/webhooks/simulator", listener.local_addr().expect("an address"));
    let router = Router::new().route("/webhooks/simulator", post(take));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, events)
}

#[tokio::test]
async fn webhooks_are_signed_and_sent_again_until_they_are_taken() {
    let (url, mut events) = taker("secret").await;
    let webhooks = Some(Webhooks { url, secret: "secret".to_owned() });
    let site = Site::open(None, Settings { webhooks, ..Settings::default() }).await;
    site.post(&authorize("storm", "pm_sim_webhookStorm")).await.expect("an answer");
    let mut ids = Vec::new();
    for _ in 0..6 {
        let event = tokio::time::timeout(Duration::from_secs(10), events.recv())
            .await
            .expect("in time")
            .expect("one");
        assert_eq!((&event["type"], &event["data"]["key"]), (&json!("operation.succeeded"), &json!("storm")));
        assert_eq!(event["data"]["amount_minor"], 1200);
        ids.push(event["id"].clone());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "one event, and five duplicates");
    site.post(&authorize("declined", "pm_card_chargeDeclined")).await.expect("an answer");
    let event = events.recv().await.expect("one");
    assert_eq!((&event["type"], &event["data"]["key"]), (&json!("operation.declined"), &json!("declined")));
    assert_eq!(site.simulator.webhooks_waiting(), 0);
    site.close().await;
}
