//! Cancelling: what comes back, and whatever the gateway is at just then.

use chrono::{Duration, Utc};
use db::OperationKind;
use serde_json::json;
use tests::{Gate, Goods, Hold, Line, Order, TestSystem, plan};

/// A plan of each kind.
fn plans() -> Vec<serde_json::Value> {
    vec![
        plan("flexible", 100, &[(0, 100)]),
        plan("non-refundable", 100, &[]),
        plan("half", 100, &[(24, 50)]),
        plan("steps", 100, &[(72, 100), (24, 50), (2, 10)]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_gives_back_what_was_quoted_by_the_policy() {
    let system = TestSystem::start().await;
    let now = Utc::now();
    let goods = Goods {
        starts: [1, 12, 48, 240].map(|hours| now + Duration::hours(hours)).to_vec(),
        price: "10.01",
        plans: plans(),
        ..Goods::default()
    };
    let shop = system.shop(&goods).await;
    let customer = system.customer("ana");

    // Half of 10.01 is 5.005: half a cent goes to the customer.
    for (plan, slot, refund, status) in [
        ("flexible", 0, "10.01", "REFUNDED"),
        ("non-refundable", 3, "0.00", "CAPTURED"),
        ("half", 2, "5.01", "PARTIALLY_REFUNDED"),
        ("half", 1, "0.00", "CAPTURED"),
        ("steps", 3, "10.01", "REFUNDED"),
        ("steps", 2, "5.01", "PARTIALLY_REFUNDED"),
        ("steps", 1, "1.00", "PARTIALLY_REFUNDED"),
        ("steps", 0, "0.00", "CAPTURED"),
    ] {
        let line = Line::of(&shop.slots[slot], 1).plan(plan);
        let id = customer.create(&Order::of([line]).paid("pm_card_visa")).await.id();
        customer.settled(&id, "CONFIRMED", "CAPTURED").await;
        assert_eq!(customer.quote(&id).await, refund, "{plan}, slot {slot}");

        let cancelled = customer.cancel(&id).await;
        assert_eq!(cancelled.booking()["reason"], "CUSTOMER");
        let settled = customer.settled(&id, "CANCELLED", status).await;
        assert_eq!(settled["payment"]["refunded"]["amount"], refund, "{plan}, slot {slot}");
        assert_eq!(settled["payment"]["captured"]["amount"], "10.01");
    }
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_comes_back_by_its_own_policy_even_when_the_listing_has_another_by_then() {
    let system = TestSystem::start().await;
    let mut goods = Goods { plans: plans(), ..Goods::default() };
    let shop = system.shop(&goods).await;
    let customer = system.customer("ana");

    let lines = [("flexible", 2), ("half", 1), ("non-refundable", 3)]
        .map(|(plan, quantity)| Line::of(shop.slot(), quantity).plan(plan));
    let id = customer.create(&Order::of(lines).paid("pm_card_visa")).await.id();
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    // Later changes of plans do not touch what was sold.
    goods.plans = vec![plan("flexible", 100, &[]), plan("half", 100, &[])];
    shop.rewrite(&goods).await;

    assert_eq!(customer.quote(&id).await, "250.00");
    customer.cancel(&id).await.id();
    let settled = customer.settled(&id, "CANCELLED", "PARTIALLY_REFUNDED").await;
    assert_eq!(settled["payment"]["refunded"]["amount"], "250.00");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_cancelled_while_it_is_authorized_ends_voided() {
    let gate = Gate::new(OperationKind::Authorize, Hold::After, 1);
    let system = TestSystem::gated(&gate).await;
    let shop = system.shop(&Goods::places(1)).await;
    let customer = system.customer("ana");

    let id = customer.book(shop.slot(), "pm_card_visa").await;
    gate.held(1).await;
    let cancelled = customer.cancel(&id).await;
    assert_eq!(cancelled.booking()["status"], "CANCELLED");
    assert_eq!(cancelled.booking()["inProgress"], true);
    assert_eq!(shop.available(shop.slot()).await, 1, "the place is free at once");
    gate.open();
    customer.settled(&id, "CANCELLED", "VOIDED").await;

    assert_eq!(
        system.events(&id).await,
        ["booking.created", "booking.cancelled", "payment.authorized", "payment.voided"]
    );
    assert_eq!(system.ledger(&id).await, [("AUTHORIZE".to_owned(), 1, true), ("VOID".to_owned(), 1, true)]);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_cancelled_while_its_authorization_is_declined_ends_failed() {
    let gate = Gate::new(OperationKind::Authorize, Hold::Before, 1);
    let system = TestSystem::gated(&gate).await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");

    let id = customer.book(shop.slot(), "pm_card_chargeDeclined").await;
    gate.held(1).await;
    customer.cancel(&id).await.id();
    gate.open();
    customer.settled(&id, "CANCELLED", "FAILED").await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_cancelled_while_it_is_captured_is_refunded() {
    let gate = Gate::new(OperationKind::Capture, Hold::After, 1);
    let system = TestSystem::gated(&gate).await;
    let goods = Goods { plans: plans(), ..Goods::default() };
    let shop = system.shop(&goods).await;
    let customer = system.customer("ana");

    let line = Line::of(shop.slot(), 1).plan("half");
    let id = customer.create(&Order::of([line]).paid("pm_card_visa")).await.id();
    gate.held(1).await;
    customer.cancel(&id).await.id();
    gate.open();
    let settled = customer.settled(&id, "CANCELLED", "PARTIALLY_REFUNDED").await;

    assert_eq!(settled["payment"]["refunded"]["amount"], "50.00");
    assert_eq!(system.events(&id).await[3..], ["booking.cancelled", "payment.captured", "payment.refunded"]);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_non_refundable_booking_cancelled_while_it_is_captured_is_still_captured() {
    let gate = Gate::new(OperationKind::Capture, Hold::Before, 1);
    let system = TestSystem::gated(&gate).await;
    let goods = Goods { plans: plans(), ..Goods::default() };
    let shop = system.shop(&goods).await;
    let customer = system.customer("ana");

    let line = Line::of(shop.slot(), 1).plan("non-refundable");
    let id = customer.create(&Order::of([line]).paid("pm_card_visa")).await.id();
    gate.held(1).await;
    customer.cancel(&id).await.id();
    gate.open();
    let settled = customer.settled(&id, "CANCELLED", "CAPTURED").await;
    assert_eq!(settled["payment"]["refunded"]["amount"], "0.00");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_was_never_paid_is_cancelled_without_the_gateway() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::places(1)).await;
    let customer = system.customer("ana");

    let id = customer.hold(shop.slot()).await;
    assert_eq!(customer.quote(&id).await, "0.00");
    customer.cancel(&id).await.id();
    customer.settled(&id, "CANCELLED", "FAILED").await;
    assert_eq!(system.ledger(&id).await, []);
    // Its place is sold to the next, and it does not come back.
    customer.hold(shop.slot()).await;
    assert_eq!(customer.pay(&id, "pm_card_visa").await.code(), Some("INVALID_STATE"));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_cancellation_is_refused_and_changes_nothing() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    let input = json!({ "idempotencyKey": "once", "bookingId": id });
    let first = customer.mutate("cancelBooking", input.clone()).await;
    let settled = customer.settled(&id, "CANCELLED", "REFUNDED").await;
    let same_key = customer.mutate("cancelBooking", input).await;
    let other_key = customer.cancel(&id).await;

    assert_eq!([first.replayed(), same_key.replayed()], [false, true]);
    assert_eq!(same_key.code(), None);
    assert_eq!(other_key.code(), Some("INVALID_STATE"));
    assert_eq!(other_key.0["booking"]["version"], settled["version"], "the payload shows it as it is");
    assert_eq!(customer.find(&id).await, settled);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_of_a_version_that_is_past_is_refused_with_the_present_one() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    let stale = customer.cancel_at(&id, 1).await;
    assert_eq!(stale.code(), Some("STALE_VERSION"));
    assert_eq!(stale.0["userErrors"][0]["path"], json!(["expectedVersion"]));
    assert_eq!(stale.0["booking"]["version"], 4);
    assert_eq!(stale.0["booking"]["status"], "CONFIRMED");

    customer.cancel_at(&id, 4).await.id();
    customer.settled(&id, "CANCELLED", "REFUNDED").await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organiser_cancels_for_its_customer() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    assert_eq!(shop.organiser.cancel(&id).await.booking()["reason"], "OPERATOR");
    customer.settled(&id, "CANCELLED", "REFUNDED").await;
    system.finish().await;
}
