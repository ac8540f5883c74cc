//! Who does not read is closed with a reason, and holds up nobody else.

use std::time::Duration;

use serde_json::json;
use tests::{Goods, Socket, TestSystem, Traits, until};

/// Some forty thousand bytes for each state.
const STATES: &str = "subscription($ids: [ID!]!) { availabilityChanged(slotIds: $ids) { slot { listing { \
    a: description b: description c: description d: description e: description \
    f: description g: description h: description i: description j: description } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_stops_reading_is_closed_and_others_go_on() {
    let slow_after = Duration::from_secs(1);
    let traits = Traits {
        idle: true,
        api: Some(api::Settings { slow_after, ..tests::api_settings() }),
        ..Traits::default()
    };
    let system = TestSystem::with(traits).await;
    // More than the machine keeps for a connection on its own account.
    let description = "x".repeat(4_000);
    let goods = Goods::places(1_000).slots(100).listed(json!({ "description": description }));
    let shop = system.shop(&goods).await;
    let slots: Vec<&str> = shop.slots.iter().map(String::as_str).collect();
    let customer = system.customer("ana");
    let id = customer.hold(shop.slot()).await;
    let mut slow = Socket::connect_narrow(&customer).await;
    let mut other = Socket::connect(&customer).await;
    other.watch(&id, Some(0)).await;
    assert_eq!(other.change().await.0, 1);

    // Five hundred states, none of which is read.
    for operation in 0..5 {
        slow.subscribe(&operation.to_string(), STATES, json!({ "ids": slots })).await;
    }
    customer.cancel(&id).await.id();
    assert_eq!(other.change().await, (2, "booking.cancelled".to_owned()), "another subscriber goes on");
    // It reads again once the server has lost patience, which shows when its operations end: then nothing is looked at.
    super::count_calls(&system, "inventory.view_slots(jsonb)", "looks").await;
    until("nobody watches the slots any more", async || {
        let before = super::calls(&system, "looks").await;
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        (super::calls(&system, "looks").await == before).then_some(())
    })
    .await;
    assert_eq!(slow.closed().await, Some(1013), "it is told why");
    system.finish().await;
}
