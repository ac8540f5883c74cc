//! The official clients follow a booking over the end of their token and the end of an instance, and miss nothing.

use std::time::Duration;

use serde_json::{Value, json};
use tests::{Goods, TestSystem};

use super::Program;

/// How long the first token holds: long enough to connect with, whatever else the machine does.
const FADING: Duration = Duration::from_secs(6);

async fn follows(transport: &str, expired: Value, restarted: Value) {
    let system = TestSystem::idle().await;
    let (second, stop_second) = system.second_api().await;
    let shop = system.shop(&Goods::default().listed(json!({ "holdExtensions": 10 }))).await;
    let customer = system.customer("ana");
    let booking = customer.hold(shop.slot()).await;
    let extend = async || customer.ask("extendHold", &booking, json!({})).await.id();

    let token = customer.token().expect("a token");
    let (first, second) = (format!("{}/graphql", customer.url()), format!("{second}/graphql"));
    let ways = json!([
        { "url": second, "token": customer.fading(FADING).token() },
        { "url": second, "token": token },
        { "url": first, "token": token },
    ]);
    let request = json!({ "transport": transport, "booking": booking, "until": 7, "ways": ways });
    let mut follower = Program::start("follow.js", &[&request.to_string()]);
    follower.expect(json!({ "connected": 0 })).await;
    follower.expect(json!({ "change": 1 })).await;
    extend().await;
    follower.expect(json!({ "change": 2 })).await;

    // The token ends; what happens meanwhile is not lost.
    follower.expect(json!({ "cut": expired })).await;
    extend().await;
    follower.go_on().await;
    follower.expect(json!({ "connected": 1 })).await;
    follower.expect(json!({ "change": 3 })).await;
    extend().await;
    follower.expect(json!({ "change": 4 })).await;

    // The instance goes away, and waits for nobody who only listens.
    stop_second.await;
    follower.expect(json!({ "cut": restarted })).await;
    extend().await;
    extend().await;
    follower.go_on().await;
    follower.expect(json!({ "connected": 2 })).await;
    follower.expect(json!({ "change": 5 })).await;
    follower.expect(json!({ "change": 6 })).await;
    extend().await;
    follower.expect(json!({ "change": 7 })).await;
    follower.ends().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_websocket_a_follower_takes_a_new_token_and_another_instance() {
    follows("ws", json!(4403), json!(1012)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_events_a_follower_takes_a_new_token_and_another_instance() {
    follows("sse", json!("end"), json!("end")).await;
}
