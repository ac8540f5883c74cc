//! What a booking was, and who made it so.

use serde_json::{Value, json};
use tests::{Client, Goods, Line, Order, TestSystem};

const AS_OF: &str = "query($id: ID!, $at: DateTime!) { bookingAsOf(id: $id, at: $at) {
    status version total { amount } owed { amount } lines { quantity slot { id } }
    payment { status captured { amount } refunded { amount } } } }";
const HISTORY: &str = "query($id: ID!) { booking(id: $id) { history(first: 100) {
    version fromVersion type fromStatus toStatus actorRole actorId reason note occurredAt } } }";

async fn history(client: &Client, id: &str) -> Vec<Value> {
    let reply = client.send(HISTORY, json!({ "id": id })).await;
    reply.field("booking")["history"].as_array().expect("a history").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_seen_as_it_was_at_any_moment() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::places(10).slots(2)).await;
    let (customer, operator) = (system.customer("ana"), system.operator());
    let id = customer.create(&Order::of([Line::of(&shop.slots[0], 2)]).paid("pm_card_visa")).await.id();
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    customer
        .ask("cancelBooking", &id, json!({ "lines": [{ "lineNo": 1, "quantity": 1 }], "note": "one is ill" }))
        .await
        .id();
    customer.settled(&id, "CONFIRMED", "PARTIALLY_REFUNDED").await;
    operator.ask("cancelBooking", &id, json!({ "note": "asked by telephone" })).await.id();
    customer.settled(&id, "CANCELLED", "REFUNDED").await;

    let rows = history(&customer, &id).await;
    let types: Vec<_> = rows.iter().map(|row| row["type"].as_str().expect("a type")).collect();
    assert_eq!(
        types,
        [
            "booking.created",
            "payment.authorized",
            "booking.confirmed",
            "payment.captured",
            "booking.lines_cancelled",
            "payment.refunded",
            "booking.cancelled",
            "payment.refunded"
        ]
    );
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(row["version"], at + 1);
        assert_eq!(row["fromVersion"], if at == 0 { Value::Null } else { json!(at) });
    }
    assert_eq!([&rows[0]["actorRole"], &rows[0]["actorId"]], ["CUSTOMER", "ana"]);
    assert_eq!(
        [&rows[2]["actorRole"], &rows[2]["fromStatus"], &rows[2]["toStatus"]],
        ["SYSTEM", "PENDING", "CONFIRMED"]
    );
    assert_eq!(rows[4]["note"], "one is ill");
    assert_eq!(
        [&rows[6]["actorRole"], &rows[6]["reason"], &rows[6]["note"]],
        ["OPERATOR", "OPERATOR", "asked by telephone"]
    );

    // At each event's own moment the booking is what that event made of it.
    for (row, status, total, owed, quantity, captured, refunded) in [
        (0, "PENDING", "200.00", "200.00", 2, "0.00", "0.00"),
        (3, "CONFIRMED", "200.00", "200.00", 2, "200.00", "0.00"),
        (4, "CONFIRMED", "100.00", "100.00", 1, "200.00", "0.00"),
        (5, "CONFIRMED", "100.00", "100.00", 1, "200.00", "100.00"),
        (6, "CANCELLED", "100.00", "0.00", 1, "200.00", "100.00"),
        (7, "CANCELLED", "100.00", "0.00", 1, "200.00", "200.00"),
    ] {
        let at = &rows[row]["occurredAt"];
        let reply = customer.send(AS_OF, json!({ "id": id, "at": at })).await;
        let found = reply.field("bookingAsOf");
        // Events of one transaction may share their moment: the last of them counts.
        assert!(found["version"].as_u64() >= Some(row as u64 + 1), "{found}");
        let seen = json!([
            found["status"],
            found["total"]["amount"],
            found["owed"]["amount"],
            found["lines"][0]["quantity"],
            found["payment"]["captured"]["amount"],
            found["payment"]["refunded"]["amount"]
        ]);
        assert_eq!(seen, json!([status, total, owed, quantity, captured, refunded]), "event {}", row + 1);
    }
    let now = chrono::Utc::now();
    let before = customer.send(AS_OF, json!({ "id": id, "at": now - chrono::Duration::hours(1) })).await;
    assert_eq!(before.field("bookingAsOf"), &Value::Null, "it was not there yet");
    let stranger = system.customer("eve").send(AS_OF, json!({ "id": id, "at": now })).await;
    assert_eq!(stranger.field("bookingAsOf"), &Value::Null);
    system.finish().await;
}
