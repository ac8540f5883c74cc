//! Changes of a confirmed booking: parts cancelled, other slots, money granted back.

use db::OperationKind;
use serde_json::{Value, json};
use tests::{Client, Gate, Goods, Hold, Line, Order, Shop, TestSystem, plan};

/// A paid and captured booking of these lines.
async fn paid(customer: &Client, lines: impl IntoIterator<Item = Line>) -> String {
    let id = customer.create(&Order::of(lines).paid("pm_card_visa")).await.id();
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    id
}

/// Waits until nothing moves any more, and gives what was taken and given back.
async fn money(customer: &Client, id: &str) -> (Value, Value) {
    let booking = customer.wait_for(id, "it is at rest", |found| found["inProgress"] == false).await;
    (booking["payment"]["captured"]["amount"].clone(), booking["payment"]["refunded"]["amount"].clone())
}

fn lines(booking: &Value) -> Vec<(Value, Value)> {
    let lines = booking["lines"].as_array().expect("lines").iter();
    lines.map(|line| (line["slot"]["id"].clone(), line["quantity"].clone())).collect()
}

fn prices() -> Vec<Value> {
    vec![
        plan("flexible", 100, &[(0, 100)]),
        plan("saver", 80, &[]),
        plan("double", 200, &[(0, 100)]),
        json!({ "code": "fee", "name": "fee", "pricePercent": 100, "policy": [
            { "hoursBeforeStart": 24, "refundPercent": 100, "fee": { "amount": "12.50", "currencyCode": "EUR" } }
        ] }),
    ]
}

async fn open(system: &TestSystem, places: i32) -> Shop {
    let goods = Goods { plans: prices(), ..Goods::places(places).slots(3) };
    system.shop(&goods).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_cancelled_by_its_policy_and_fee() {
    let system = TestSystem::start().await;
    let shop = open(&system, 10).await;
    let customer = system.customer("ana");
    let id = paid(&customer, [Line::of(&shop.slots[0], 3).plan("fee"), Line::of(&shop.slots[1], 1)]).await;
    assert_eq!(customer.quote(&id).await, "362.50", "400.00 less three fees");

    let part = json!({ "lines": [{ "lineNo": 1, "quantity": 2 }] });
    let cancelled = customer.ask("cancelBooking", &id, part).await;
    assert_eq!(cancelled.booking()["status"], "CONFIRMED");
    assert_eq!(cancelled.booking()["total"]["amount"], "200.00");
    assert_eq!(cancelled.booking()["owed"]["amount"], "225.00", "two fees are kept");
    assert_eq!(shop.available(&shop.slots[0]).await, 9);
    assert_eq!(money(&customer, &id).await, (json!("400.00"), json!("175.00")));

    assert_eq!(customer.quote(&id).await, "187.50");
    customer.cancel(&id).await.id();
    let settled = customer.settled(&id, "CANCELLED", "PARTIALLY_REFUNDED").await;
    assert_eq!(settled["payment"]["refunded"]["amount"], "362.50", "as if it had been cancelled at once");
    assert_eq!(shop.available(&shop.slots[0]).await, 10);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_part_of_a_booking_cannot_be_cancelled() {
    let system = TestSystem::start().await;
    let shop = open(&system, 10).await;
    let customer = system.customer("ana");
    let id = paid(&customer, [Line::of(&shop.slots[0], 2)]).await;
    for (lines, code) in [
        (json!([{ "lineNo": 2 }]), "NOT_FOUND"),
        (json!([{ "lineNo": 1, "quantity": 3 }]), "INVALID_QUANTITY"),
        (json!([{ "lineNo": 1, "quantity": 0 }]), "INVALID_QUANTITY"),
        (json!([{ "lineNo": 1, "quantity": 1 }, { "lineNo": 1, "quantity": 1 }]), "INVALID_INPUT"),
        (json!([]), "INVALID_INPUT"),
    ] {
        let payload = customer.ask("cancelBooking", &id, json!({ "lines": lines })).await;
        assert_eq!(payload.code(), Some(code), "{lines}");
    }
    let all = customer.ask("cancelBooking", &id, json!({ "lines": [{ "lineNo": 1 }] })).await;
    assert_eq!(all.booking()["status"], "CANCELLED", "all there is");
    customer.settled(&id, "CANCELLED", "REFUNDED").await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stay_is_moved_and_the_night_that_stays_is_kept() {
    let system = TestSystem::start().await;
    // One place each: the night that stays would be refused if it were taken twice.
    let shop = open(&system, 1).await;
    let customer = system.customer("ana");
    let [first, second, third] = [0, 1, 2].map(|slot| shop.slots[slot].clone());
    let id = paid(&customer, [Line::of(&first, 1), Line::of(&second, 1)]).await;

    let moved = customer.reschedule(&id, [Line::of(&second, 1), Line::of(&third, 1)], None).await;
    assert_eq!(lines(moved.booking()), [(json!(second), json!(1)), (json!(third), json!(1))]);
    assert_eq!(moved.booking()["total"]["amount"], "200.00");
    assert_eq!(money(&customer, &id).await, (json!("200.00"), json!("0.00")));
    assert_eq!([shop.available(&first).await, shop.available(&third).await], [1, 0]);

    // Sold out by somebody else: the old places are not lost.
    system.customer("ben").hold(&first).await;
    let refused = customer.reschedule(&id, [Line::of(&first, 1)], None).await;
    assert_eq!(refused.code(), Some("SOLD_OUT"));
    assert_eq!(lines(&customer.find(&id).await).len(), 2);
    assert_eq!(
        customer.reschedule(&id, [Line::of(&second, 1), Line::of(&third, 1)], None).await.code(),
        Some("INVALID_INPUT")
    );
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_costs_less_gives_back_what_the_policy_allows() {
    let system = TestSystem::start().await;
    let shop = open(&system, 10).await;
    let customer = system.customer("ana");
    let slot = |number: usize, code: &str| Line::of(&shop.slots[number], 1).plan(code);

    let flexible = paid(&customer, [slot(0, "double")]).await;
    customer.reschedule(&flexible, [slot(1, "saver")], None).await.id();
    assert_eq!(money(&customer, &flexible).await, (json!("200.00"), json!("120.00")));

    // What can't be refunded may be moved, but not to get money out.
    let saver = paid(&customer, [Line::of(&shop.slots[0], 2).plan("saver")]).await;
    let moved = customer.reschedule(&saver, [slot(1, "saver")], None).await;
    assert_eq!(moved.booking()["owed"]["amount"], "160.00");
    assert_eq!(money(&customer, &saver).await, (json!("160.00"), json!("0.00")));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_costs_more_is_charged_before_the_old_place_goes() {
    let system = TestSystem::start().await;
    let shop = open(&system, 1).await;
    let customer = system.customer("ana");
    let id = paid(&customer, [Line::of(&shop.slots[0], 1)]).await;
    let dearer = || [Line::of(&shop.slots[1], 1).plan("double")];

    assert_eq!(customer.reschedule(&id, dearer(), None).await.code(), Some("PAYMENT_METHOD_REQUIRED"));
    let declined = customer.reschedule(&id, dearer(), Some("pm_card_chargeDeclined")).await;
    assert_eq!(declined.booking()["pendingChange"]["charge"]["amount"], "100.00");
    let back = customer.wait_for(&id, "the change is over", |found| found["pendingChange"].is_null()).await;
    assert_eq!(lines(&back), [(json!(shop.slots[0]), json!(1))], "it stays what it was");
    money(&customer, &id).await;
    assert_eq!([shop.available(&shop.slots[0]).await, shop.available(&shop.slots[1]).await], [0, 1]);

    customer.reschedule(&id, dearer(), Some("pm_card_visa")).await.id();
    let moved = customer
        .wait_for(&id, "the charge is captured", |found| found["payment"]["captured"]["amount"] == "200.00")
        .await;
    assert_eq!(lines(&moved), [(json!(shop.slots[1]), json!(1))]);
    assert_eq!([shop.available(&shop.slots[0]).await, shop.available(&shop.slots[1]).await], [1, 0]);

    // Two payments: each gets its own back.
    money(&customer, &id).await;
    customer.cancel(&id).await.id();
    customer.settled(&id, "CANCELLED", "REFUNDED").await;
    assert_eq!(money(&customer, &id).await, (json!("200.00"), json!("200.00")));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_else_is_changed_while_a_change_waits_for_its_charge() {
    let gate = Gate::new(OperationKind::Authorize, Hold::After, 1);
    let system = TestSystem::gated(&gate).await;
    let shop = open(&system, 1).await;
    let customer = system.customer("ana");
    let id = customer.book(&shop.slots[0], "pm_card_visa").await;
    gate.held(1).await;
    gate.open();
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    gate.close_again(1);

    let dearer = [Line::of(&shop.slots[1], 1).plan("double")];
    customer.reschedule(&id, dearer, Some("pm_card_visa")).await.id();
    gate.held(2).await;
    for (mutation, fields) in [
        ("cancelBooking", json!({})),
        ("rescheduleBooking", json!({ "lines": [{ "slotId": shop.slots[2], "quantity": 1 }] })),
    ] {
        let payload = customer.ask(mutation, &id, fields).await;
        assert_eq!(payload.code(), Some("CHANGE_IN_PROGRESS"), "{mutation}");
        assert_eq!(payload.0["userErrors"][0]["retryable"], true);
    }
    assert_eq!(
        [shop.available(&shop.slots[0]).await, shop.available(&shop.slots[1]).await],
        [0, 0],
        "both are held"
    );

    // Ten minutes have gone, by SQL: the change is given up, and what the gateway did is let go of.
    let aged = format!(
        "update booking.change set due_at = clock_timestamp() - interval '1 second' where booking_id = '{}'",
        tests::uuid_of(&id)
    );
    assert_eq!(system.database.execute(aged).await, 1);
    customer.wait_for(&id, "the change is given up", |found| found["pendingChange"].is_null()).await;
    gate.open();
    assert_eq!(money(&customer, &id).await, (json!("100.00"), json!("0.00")));
    assert_eq!([shop.available(&shop.slots[0]).await, shop.available(&shop.slots[1]).await], [0, 1]);
    let done: Vec<_> = system.ledger(&id).await.into_iter().map(|(operation, ..)| operation).collect();
    assert_eq!(done, ["AUTHORIZE", "CAPTURE", "AUTHORIZE", "VOID"]);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_gives_money_back_beyond_the_policy() {
    let system = TestSystem::start().await;
    let shop = open(&system, 10).await;
    let (customer, operator) = (system.customer("ana"), system.operator());
    let id = paid(&customer, [Line::of(shop.slot(), 1).plan("saver")]).await;
    let amount = |amount: &str, currency: &str| json!({ "amount": { "amount": amount, "currencyCode": currency }, "note": "rain" });

    let forbidden =
        customer.try_mutate("refundBooking", json!({ "idempotencyKey": "mine", "bookingId": id })).await;
    assert_eq!(forbidden.error(), Some("FORBIDDEN"));
    for (fields, code) in [
        (amount("80.01", "EUR"), "AMOUNT_TOO_LARGE"),
        (amount("80.00", "USD"), "CURRENCY_MISMATCH"),
        (amount("0.00", "EUR"), "INVALID_PRICE"),
    ] {
        assert_eq!(operator.ask("refundBooking", &id, fields.clone()).await.code(), Some(code), "{fields}");
    }
    let granted = operator.ask("refundBooking", &id, amount("30.00", "EUR")).await;
    assert_eq!(granted.booking()["owed"]["amount"], "50.00");
    customer.settled(&id, "CONFIRMED", "PARTIALLY_REFUNDED").await;
    operator.ask("refundBooking", &id, json!({})).await.id();
    customer.settled(&id, "CONFIRMED", "REFUNDED").await;
    assert_eq!(money(&customer, &id).await, (json!("80.00"), json!("80.00")));
    assert_eq!(customer.quote(&id).await, "0.00");
    customer.cancel(&id).await.id();
    assert_eq!(money(&customer, &id).await, (json!("80.00"), json!("80.00")));
    system.finish().await;
}
