//! Webhooks to organisers: signed so that the standard's own library takes them, and tried again until they are taken.

use std::time::Duration;

use db::DeliveryChannel;
use notify::{
    SendSettings,
    channel::{Channels, EndpointSettings, Endpoints},
};
use serde_json::Value;
use tests::{Goods, Shop, TestSystem, until};
use uuid::Uuid;

use super::{
    planned::{Sender, plan, settings},
    receiver::{Call, Receiver},
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OLD: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// A sender of webhooks, which may call this machine or not.
fn sender(system: &TestSystem, allow_private: bool) -> Sender {
    // No test waits for these: a slow endpoint is let go by its test.
    let endpoints = EndpointSettings { timeout: Duration::from_secs(30), allow_private };
    let settings = SendSettings { lease: Duration::from_secs(40), ..settings() };
    Sender::start(system, settings, move || {
        let endpoints = Endpoints::new(endpoints).expect("the settings are good");
        Channels::default().with(DeliveryChannel::Webhook, endpoints)
    })
}

/// An endpoint of this shop's organiser.
async fn endpoint(system: &TestSystem, shop: &Shop, url: &str, secrets: &[&str]) {
    let id = Uuid::now_v7();
    let (organiser, secrets) = (shop.organiser_id, secrets.join("','"));
    system
        .database
        .execute(format!(
            "insert into notification.endpoint (organiser_id, id, url, secrets, old_secret_until, event_types)
             values ('{organiser}', '{id}', '{url}', array['{secrets}'], clock_timestamp() + interval '1 hour',
                     array['booking.confirmed', 'booking.cancelled'])"
        ))
        .await;
}

/// A confirmed booking in this shop.
async fn booked(system: &TestSystem, shop: &Shop) -> String {
    let ana = system.customer("ana");
    let booking = ana.book(shop.slot(), "pm_card_visa").await;
    ana.settled(&booking, "CONFIRMED", "CAPTURED").await;
    booking
}

async fn calls_are(receiver: &Receiver, path: &str, count: usize) -> Vec<Call> {
    until(&format!("{path} was called {count} times"), || async {
        let calls = receiver.calls(path);
        (calls.len() >= count).then_some(calls)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_standards_own_library_takes_what_we_sign_with_either_secret() {
    let system = TestSystem::start().await;
    let receiver = Receiver::start().await;
    let shop = system.shop(&Goods::places(5)).await;
    // One still knows the old secret only, one the new one already, and one is told of nobody's.
    for (path, known) in
        [("/old/ok", OLD), ("/new/ok", SECRET), ("/other/ok", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    {
        endpoint(&system, &shop, &receiver.url(path, known), &[SECRET, OLD]).await;
    }
    let booking = booked(&system, &shop).await;
    assert_eq!(plan(&system, &booking, "booking.confirmed", None).await, 3);
    assert_eq!(plan(&system, &booking, "booking.created", None).await, 0, "nobody asked for these");
    let sending = sender(&system, true);
    for path in ["/old/ok", "/new/ok"] {
        let call = calls_are(&receiver, path, 1).await.remove(0);
        assert_eq!(call.refusal, None, "{call:?}");
        let body: Value = serde_json::from_str(&call.body).expect("JSON");
        assert_eq!(body["type"], "booking.confirmed");
        assert_eq!(body["data"]["booking"]["status"], "CONFIRMED");
        assert_eq!(body["timestamp"], body["data"]["occurred_at"]);
    }
    let stranger = calls_are(&receiver, "/other/ok", 1).await.remove(0);
    assert!(stranger.refusal.is_some(), "the library would take anything");
    system.until_true("select bool_and(state = 'SENT') from notification.delivery").await;
    sending.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_again_under_the_same_id_until_it_is_taken() {
    let system = TestSystem::start().await;
    let receiver = Receiver::start().await;
    let shop = system.shop(&Goods::places(5)).await;
    endpoint(&system, &shop, &receiver.url("/flaky/broken-2", SECRET), &[SECRET]).await;
    endpoint(&system, &shop, &receiver.url("/moved/redirect", SECRET), &[SECRET]).await;
    let booking = booked(&system, &shop).await;
    assert_eq!(plan(&system, &booking, "booking.confirmed", None).await, 2);
    let sending = sender(&system, true);
    let calls = calls_are(&receiver, "/flaky/broken-2", 3).await;
    system
        .until_true("select exists (select from notification.delivery where state = 'SENT' and attempts = 3)")
        .await;
    assert!(calls.iter().all(|call| call.id() == calls[0].id() && call.refusal.is_none()), "{calls:?}");
    assert!(calls.is_sorted_by_key(|call| call.headers["webhook-timestamp"].clone()));
    calls_are(&receiver, "/moved/redirect", 2).await;
    assert_eq!(receiver.calls("/elsewhere/ok").len(), 0, "a redirect is not followed");
    sending.stop().await;
    let log: Vec<i32> = system
        .database
        .column(
            "select a.status_code from notification.attempt a
             join notification.delivery d on d.id = a.delivery_id where d.state = 'SENT' order by a.number",
        )
        .await;
    assert_eq!(log, [500, 500, 204], "each try stands in the log");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_gone_is_told_nothing_more() {
    let system = TestSystem::start().await;
    let receiver = Receiver::start().await;
    let shop = system.shop(&Goods::places(5)).await;
    endpoint(&system, &shop, &receiver.url("/left/gone", SECRET), &[SECRET]).await;
    let booking = booked(&system, &shop).await;
    assert_eq!(plan(&system, &booking, "booking.confirmed", None).await, 1);
    let sending = sender(&system, true);
    system.until_true("select state = 'DISABLED' from notification.endpoint").await;
    let ana = system.customer("ana");
    ana.cancel(&booking).await.id();
    ana.settled(&booking, "CANCELLED", "REFUNDED").await;
    assert_eq!(plan(&system, &booking, "booking.cancelled", None).await, 0);
    sending.stop().await;
    assert_eq!(receiver.calls("/left/gone").len(), 1);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_endpoint_keeps_no_other_waiting() {
    let system = TestSystem::start().await;
    let mut receiver = Receiver::start().await;
    let shop = system.shop(&Goods::places(100)).await;
    endpoint(&system, &shop, &receiver.url("/slow/slow", SECRET), &[SECRET]).await;
    let mut bookings = Vec::new();
    for _ in 0..40 {
        bookings.push(booked(&system, &shop).await);
    }
    for booking in &bookings {
        assert_eq!(plan(&system, booking, "booking.confirmed", None).await, 1);
    }
    // Due after all of the slow one's.
    let other = system.shop(&Goods::places(5)).await;
    endpoint(&system, &other, &receiver.url("/quick/ok", SECRET), &[SECRET]).await;
    let booking = booked(&system, &other).await;
    assert_eq!(plan(&system, &booking, "booking.confirmed", None).await, 1);

    let sending = sender(&system, true);
    let began = std::time::Instant::now();
    calls_are(&receiver, "/quick/ok", 1).await;
    println!(
        "the quick one was called after {:?}, the slow one {} times",
        began.elapsed(),
        receiver.calls("/slow/slow").len()
    );
    system.until_true("select exists (select from notification.delivery where state = 'SENT')").await;
    assert!(began.elapsed() < Duration::from_secs(20), "before a single slow call had timed out");
    assert!(receiver.calls("/slow/slow").len() <= 4);
    receiver.go().await;
    system.until_true("select bool_and(state = 'SENT') from notification.delivery").await;
    sending.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_points_us_at_our_own_network() {
    let system = TestSystem::start().await;
    let receiver = Receiver::start().await;
    let shop = system.shop(&Goods::places(5)).await;
    let open = receiver.url("/inside/ok", SECRET);
    for url in
        [open.clone(), open.replace("http:", "https:"), open.replace("http://127.0.0.1", "https://localhost")]
    {
        endpoint(&system, &shop, &url, &[SECRET]).await;
    }
    let booking = booked(&system, &shop).await;
    assert_eq!(plan(&system, &booking, "booking.confirmed", None).await, 3);
    let sending = sender(&system, false);
    system.until_true("select bool_and(state = 'FAILED') from notification.delivery").await;
    sending.stop().await;
    assert_eq!(receiver.calls("/inside/ok").len(), 0);
    let causes: Vec<String> =
        system.database.column("select last_error from notification.delivery order by last_error").await;
    assert!(
        causes.iter().all(|cause| cause.contains("no public address") || cause.contains("only https")),
        "{causes:?}"
    );
    let tries: i32 = system.database.value("select max(attempts) from notification.delivery").await;
    assert_eq!(tries, 1, "it is not tried again");
    system.finish().await;
}
