//! What gateways tell of their own accord: a hint that is checked, written down once, answered, and looked into.

mod storm;

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use jobs::Settings;
use reqwest::StatusCode;
use tests::{
    Goods, SIGNATURE_HEADER, TestSystem, WEBHOOK_SECRETS, settings, uuid_of, webhook_body, webhook_signature,
};

use crate::reconcile::{Worker, book::Book};

/// A gateway's way to the API's door.
#[derive(Clone, Debug)]
struct Door {
    http: reqwest::Client,
    url: String,
}

impl Door {
    fn of(system: &TestSystem) -> Self {
        let client = reqwest::Client::builder().timeout(Duration::from_mins(1));
        let url = format!("{}/webhooks/book", system.nobody().url());
        Self { http: client.build().expect("an HTTP client"), url }
    }

    /// Sends a body with this signature, or with none.
    async fn knock(&self, body: &[u8], signature: Option<&str>) -> StatusCode {
        let mut request = self.http.post(&self.url).body(body.to_vec());
        if let Some(signature) = signature {
            request = request.header(SIGNATURE_HEADER, signature);
        }
        request.send().await.expect("the API answers").status()
    }

    /// Sends a body as the gateway does, now.
    async fn tell(&self, body: &[u8]) -> StatusCode {
        self.knock(body, Some(&webhook_signature(body, WEBHOOK_SECRETS[0], Utc::now()))).await
    }
}

/// A worker that reads no list during a test: only the webhooks tell it anything.
fn listless() -> Settings {
    Settings { reconcile: Duration::from_hours(1), ..settings() }
}

/// The key of a booking's last operation.
async fn key_of(system: &TestSystem, booking: &str) -> String {
    let id = uuid_of(booking);
    let query = format!(
        "select o.gateway_key from payment.operation o join payment.payment p on p.id = o.payment_id
         where p.booking_id = '{id}' order by o.id desc limit 1"
    );
    system.database.value(query).await
}

/// The state of a webhook, as those who report see it.
fn state_is(event: &str, state: &str) -> String {
    format!("select exists (select from reporting.webhook where event_id = '{event}' and state = '{state}')")
}

async fn written(system: &TestSystem) -> i64 {
    system.database.value("select count(*) from payment.webhook").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_finishes_what_the_poller_would_find_much_later() {
    let system = TestSystem::idle().await;
    let book = Book::new();
    let worker = Worker::start(&system, &book, listless()).await;
    let shop = system.shop(&Goods::places(1)).await;
    let customer = system.customer("ana");

    book.go_dark();
    let id = customer.book(shop.slot(), "fine").await;
    customer.wait_for(&id, "in doubt", |booking| booking["payment"]["status"] == "UNKNOWN").await;
    // Long pauses come with many look-ups in vain; here one of them never ends.
    let pause = "update pgmq.q_saga set vt = 'infinity' where vt > clock_timestamp() + interval '20 ms'
                 and exists (select from saga.saga where lease_until is null and state = 'RUNNING')";
    tests::until("the step pauses", || async { (system.database.execute(pause).await == 1).then_some(()) })
        .await;
    book.light_up();

    let body = webhook_body("evt_1", "authorize.succeeded", Some(&key_of(&system, &id).await), None);
    assert_eq!(Door::of(&system).tell(&body).await, StatusCode::OK);
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    system.until_true(&state_is("evt_1", "APPLIED")).await;
    worker.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_before_the_answer_waits_for_the_answer() {
    let system = TestSystem::idle().await;
    let book = Book::new();
    let worker = Worker::start(&system, &book, listless()).await;
    let shop = system.shop(&Goods::places(1)).await;
    let customer = system.customer("ana");

    book.hold(true);
    let id = customer.book(shop.slot(), "fine").await;
    tests::until("the gateway is at it", || async { (book.calls() == 1).then_some(()) }).await;
    let body = webhook_body("evt_1", "authorize.succeeded", Some(&key_of(&system, &id).await), None);
    assert_eq!(Door::of(&system).tell(&body).await, StatusCode::OK);
    system.until_true("select max(read_ct) >= 1 from pgmq.q_webhook").await;
    assert!(system.database.value::<bool>(state_is("evt_1", "RECEIVED")).await, "it is put off");

    book.hold(false);
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    system.until_true(&state_is("evt_1", "IGNORED")).await;
    assert_eq!(book.calls(), 2, "one authorization, one capture");
    worker.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_is_not_the_gateways_nothing_is_written() {
    let system = TestSystem::idle().await;
    let door = Door::of(&system);
    let body = webhook_body("evt_1", "capture.succeeded", None, None);
    let signed = |secret, seconds| webhook_signature(&body, secret, Utc::now() + TimeDelta::seconds(seconds));
    let [new, old] = WEBHOOK_SECRETS;

    let others = webhook_signature(b"another body", new, Utc::now());
    let forgeries = [
        None,
        Some(String::new()),
        Some("t=1,v1=00".to_owned()),
        Some(others),
        Some(signed("another secret", 0)),
    ];
    for signature in forgeries {
        let status = door.knock(&body, signature.as_deref()).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{signature:?}");
    }
    for seconds in [-310, 310] {
        let status = door.knock(&body, Some(&signed(new, seconds))).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{seconds} s");
    }
    for unreadable in [&b"no json"[..], br#"{"id":"evt\u0000","type":"x"}"#, br#"{"id":"","type":"x"}"#] {
        assert_eq!(door.tell(unreadable).await, StatusCode::BAD_REQUEST);
    }
    assert_eq!(door.tell(&vec![b' '; 300_000]).await, StatusCode::PAYLOAD_TOO_LARGE);
    let elsewhere = Door { url: door.url.replace("/book", "/nobody"), ..door.clone() };
    assert_eq!(elsewhere.tell(&body).await, StatusCode::NOT_FOUND);
    assert_eq!(written(&system).await, 0);

    // While a secret is changed, both are good; and 300 seconds are not too old.
    assert_eq!(door.knock(&body, Some(&signed(old, -290))).await, StatusCode::OK);
    let again = webhook_body("evt_2", "capture.succeeded", None, None);
    assert_eq!(door.tell(&again).await, StatusCode::OK);
    assert_eq!(written(&system).await, 2);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_fifty_times_at_once_is_one() {
    let system = TestSystem::idle().await;
    let door = Door::of(&system);
    let body = webhook_body("evt_1", "capture.succeeded", None, None);
    let told = futures::future::join_all((0..50).map(|_| door.tell(&body))).await;
    assert_eq!(told, [StatusCode::OK; 50]);
    assert_eq!(written(&system).await, 1);
    let messages: i64 = system.database.value("select count(*) from pgmq.q_webhook").await;
    assert_eq!(messages, 1, "it is worked once");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_knows_and_what_needs_a_person_is_quarantined() {
    let system = TestSystem::idle().await;
    let book = Book::new();
    let worker = Worker::start(&system, &book, listless()).await;
    let shop = system.shop(&Goods::places(1)).await;
    let customer = system.customer("ana");
    let id = customer.book(shop.slot(), "fine").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    let key = key_of(&system, &id).await;

    let door = Door::of(&system);
    for body in [
        webhook_body("evt_1", "capture.succeeded", Some("hf-never"), None),
        webhook_body("evt_2", "dispute.created", Some(&key), Some("dp_1")),
        webhook_body("evt_3", "capture.succeeded", Some(&key), None),
        webhook_body("evt_4", "balance.available", None, None),
    ] {
        assert_eq!(door.tell(&body).await, StatusCode::OK);
    }
    for (event, state) in
        [("evt_1", "QUARANTINED"), ("evt_2", "QUARANTINED"), ("evt_3", "IGNORED"), ("evt_4", "IGNORED")]
    {
        system.until_true(&state_is(event, state)).await;
    }
    let cases: Vec<String> = system
        .database
        .column(
            "select concat_ws(' ', cause, reference, case when booking_id is not null then 'of a booking' end)
             from saga.dead_letter where source = 'WEBHOOK' and state = 'OPEN' order by 1",
        )
        .await;
    assert_eq!(cases, ["EXCEPTIONAL dp_1 of a booking", "UNKNOWN_REFERENCE hf-never"]);
    worker.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_the_gateway_is_told_to_send_again() {
    let system = TestSystem::idle().await;
    let door = Door::of(&system);
    let body = webhook_body("evt_1", "capture.succeeded", None, None);
    system.api.close().await;
    assert_eq!(door.tell(&body).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(written(&system).await, 0);
    system.abandon().await;
}
