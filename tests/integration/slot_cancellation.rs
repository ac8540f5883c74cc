//! Cancelling a slot: its bookings follow, whoever stops half-way.

use std::time::Duration;

use jobs::Settings;
use serde_json::{Value, json};
use tests::{Goods, Line, Order, TestSystem, Traits, plan, until};
use uuid::Uuid;

const CANCEL: &str = "mutation($input: CancelSlotInput!) { cancelSlot(input: $input) {
    slot { id state available cancellation { state bookings cancelled } } userErrors { code } replayed } }";

#[tokio::test(flavor = "multi_thread")]
async fn all_bookings_of_a_cancelled_slot_are_cancelled_and_refunded() {
    let mut system = TestSystem::with(Traits { idle: true, ..Traits::default() }).await;
    let plans = vec![plan("saver", 100, &[])];
    let shop = system.shop(&Goods { plans, ..Goods::places(25).slots(2) }).await;
    let mut bookings = Vec::new();
    for number in 0..20 {
        let customer = system.customer(&format!("customer-{number}"));
        let lines = [Line::of(&shop.slots[0], 1), Line::of(&shop.slots[1], 1)];
        let order = Order::of(lines).paid("pm_card_visa");
        bookings.push((customer.create(&order).await.id(), customer));
    }
    let held = system.customer("holder").hold(shop.slot()).await;
    let waits = {
        system.customer("rest").create(&Order::of([Line::of(shop.slot(), 4)])).await.id();
        system.customer("late").join(shop.slot(), 1).await.expect("joined")
    };
    let worker = system.worker(None, tests::settings());
    for (id, customer) in &bookings {
        customer.settled(id, "CONFIRMED", "CAPTURED").await;
    }
    worker.stop().await;

    let foreign = system.shop(&Goods::default()).await;
    let input = json!({ "idempotencyKey": Uuid::new_v4(), "slotId": shop.slot(), "note": "the roof leaks" });
    let refused = foreign.organiser.send(CANCEL, json!({ "input": input })).await.payload("cancelSlot");
    assert_eq!(refused.code(), Some("NOT_FOUND"));
    let payload = shop.organiser.send(CANCEL, json!({ "input": input })).await.payload("cancelSlot");
    assert_eq!(payload.code(), None, "{payload:?}");
    assert_eq!(payload.0["slot"]["state"], "CANCELLED");
    assert_eq!(
        payload.0["slot"]["cancellation"],
        json!({ "state": "RUNNING", "bookings": 22, "cancelled": 0 })
    );
    let late = system.customer("later").create(&Order::of([Line::of(shop.slot(), 1)])).await;
    assert_eq!(late.code(), Some("SALES_CLOSED"), "sales stop at once");
    let entry = system.customer("late").entry(waits["id"].as_str().expect("an id")).await;
    assert_eq!([&entry["status"], &entry["reason"]], ["CLOSED", "SLOT_CANCELLED"]);

    // A worker is killed in the middle, and others go on.
    let lease = Duration::from_secs(2);
    let victim = system.worker(None, Settings { lease, gateway_timeout: lease / 2, ..tests::settings() });
    let progress =
        "query($id: ID!) { node(id: $id) { ... on Slot { cancellation { state bookings cancelled } } } }";
    system.until_true("select lease > 0 from saga.saga where kind = 'slot_cancellation'").await;
    victim.kill();
    system.add_worker(None, tests::settings());
    system.add_worker(None, tests::settings());
    for (id, customer) in &bookings {
        let booking = customer.settled(id, "CANCELLED", "REFUNDED").await;
        assert_eq!(
            [&booking["reason"], &booking["payment"]["refunded"]["amount"]],
            ["SLOT_CANCELLED", "200.00"]
        );
    }
    let end: Value = until("it is done", || async {
        let seen = shop.organiser.send(progress, json!({ "id": shop.slot() })).await;
        let found = seen.field("node")["cancellation"].clone();
        (found["state"] == "DONE").then_some(found)
    })
    .await;
    assert_eq!(end["cancelled"], 22);
    assert_eq!(system.customer("holder").find(&held).await["reason"], "SLOT_CANCELLED");
    assert_eq!(shop.available(&shop.slots[1]).await, 25, "the places of the other night are free again");
    let again = json!({ "idempotencyKey": Uuid::new_v4(), "slotId": shop.slot() });
    let again = shop.organiser.send(CANCEL, json!({ "input": again })).await.payload("cancelSlot");
    assert_eq!(again.code(), Some("INVALID_STATE"));
    system.finish().await;
}
