//! How the system does, pushed to those who run it.

use std::time::Instant;

use serde_json::json;
use tests::{Client, Goods, Socket, TestSystem};

use super::{calls, count_calls};

const QUERY: &str = "subscription { operations { at bookingsPerSecond holdsOpen deadLettersOpen sockets \
    invariantsViolated invariantsCheckedAt queues { name messages } outbox { queue waiting oldestSeconds } \
    gateways { code workers { breaker } } } }";

async fn look(client: &Client) -> Socket {
    let mut socket = Socket::connect(client).await;
    socket.subscribe("1", QUERY, json!({})).await;
    socket
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_are_told_every_second_from_one_read_for_all() {
    const OPERATORS: usize = 20;
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    system.customer("ana").hold(shop.slot()).await;
    count_calls(&system, "reporting.operations(jsonb)", "operations_read").await;
    let begun = Instant::now();
    let mut sockets = Vec::new();
    for _ in 0..OPERATORS {
        sockets.push(look(&system.operator()).await);
    }
    for socket in &mut sockets {
        for _ in 0..3 {
            let message = socket.hear().await;
            let seen = &message["payload"]["data"]["operations"];
            assert_eq!(seen["holdsOpen"], 1, "{message}");
            assert_eq!(seen["deadLettersOpen"], 0, "{message}");
            assert_eq!(seen["invariantsViolated"], 0, "{message}");
            assert!(seen["sockets"].as_i64() >= Some(1), "{message}");
            assert!(seen["queues"].as_array().is_some_and(|queues| queues.len() >= 6), "{message}");
            assert_eq!(seen["outbox"].as_array().map(Vec::len), Some(2), "{message}");
            assert_eq!(seen["gateways"][0]["code"], "simulator", "{message}");
        }
    }
    let (reads, took) = (calls(&system, "operations_read").await, begun.elapsed());
    println!("{OPERATORS} operators, {took:?}: {reads} reads");
    assert!(u64::try_from(reads).expect("a count") <= took.as_secs() + 2, "{reads} reads in {took:?}");
    drop(sockets);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_is_told() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    for (client, code) in [
        (system.nobody(), "UNAUTHENTICATED"),
        (system.customer("ana"), "FORBIDDEN"),
        (shop.organiser.clone(), "FORBIDDEN"),
    ] {
        let message = look(&client).await.hear().await;
        let error = message["payload"].get(0).unwrap_or(&message["payload"]["errors"][0]);
        assert_eq!(error["extensions"]["code"], code, "{message}");
    }
    system.finish().await;
}
