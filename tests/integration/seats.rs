//! Seats: chosen ones, and the best together.

use serde_json::{Value, json};
use tests::{Client, Goods, Line, Order, Shop, TestSystem};

/// The names of a booking's seats, in the order of its lines.
fn names(booking: &Value) -> Vec<String> {
    let lines = booking["lines"].as_array().expect("lines").iter();
    let seats = lines.flat_map(|line| line["bookedSeats"].as_array().expect("seats"));
    seats
        .map(|seat| {
            format!("{}-{}", seat["row"].as_str().unwrap_or("?"), seat["label"].as_str().unwrap_or("?"))
        })
        .collect()
}

async fn seat(shop: &Shop, name: &str) -> String {
    let seats = shop.seats(shop.slot()).await;
    seats.into_iter().find(|(_, found)| found == name).expect("the seat is there").0
}

async fn best(customer: &Client, shop: &Shop, quantity: i32) -> Vec<String> {
    names(customer.create(&Order::of([Line::of(shop.slot(), quantity)])).await.booking())
}

#[tokio::test(flavor = "multi_thread")]
async fn chosen_seats_are_sold_once() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::hall(2, 5)).await;
    let (ana, ben) = (system.customer("ana"), system.customer("ben"));
    let [second, third] = [seat(&shop, "A-2").await, seat(&shop, "A-3").await];

    let order = Order::of([Line::seats(shop.slot(), &[&second, &third])]).paid("pm_card_visa");
    let id = ana.create(&order).await.id();
    let booking = ana.settled(&id, "CONFIRMED", "CAPTURED").await;
    assert_eq!(names(&booking), ["A-2", "A-3"]);
    assert_eq!(booking["total"]["amount"], "200.00");
    let taken = ben.create(&Order::of([Line::seats(shop.slot(), &[&third])])).await;
    assert_eq!(taken.code(), Some("SEAT_TAKEN"));
    assert_eq!(shop.available(shop.slot()).await, 8);

    ana.cancel(&id).await.id();
    assert_eq!(shop.available(shop.slot()).await, 10);
    ben.create(&Order::of([Line::seats(shop.slot(), &[&third])])).await.id();
    ana.settled(&id, "CANCELLED", "REFUNDED").await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_best_seats_are_together_and_in_the_middle() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::hall(3, 7)).await;
    let customer = system.customer("ana");

    assert_eq!(best(&customer, &shop, 3).await, ["A-3", "A-4", "A-5"], "the middle of the best row");
    assert_eq!(best(&customer, &shop, 3).await, ["B-3", "B-4", "B-5"], "no three are left together in row A");
    assert_eq!(best(&customer, &shop, 2).await.len(), 2);
    assert_eq!(best(&customer, &shop, 7).await, ["C-1", "C-2", "C-3", "C-4", "C-5", "C-6", "C-7"]);
    // No two rows have enough together: the nearest there are.
    assert_eq!(best(&customer, &shop, 4).await.len(), 4);
    assert_eq!(shop.available(shop.slot()).await, 2);
    let three = customer.create(&Order::of([Line::of(shop.slot(), 3)])).await;
    assert_eq!(three.code(), Some("SOLD_OUT"));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn seats_of_several_classes_have_their_own_prices() {
    let system = TestSystem::idle().await;
    let mut goods = Goods::hall(2, 2);
    goods.rows = Some(json!([
        { "section": "Stalls", "row": "A", "seats": ["1", "2"], "priceClass": "first" },
        { "section": "Stalls", "row": "B", "seats": ["1", "2"], "priceClass": "second" }
    ]));
    let price = json!({ "amount": "150.00", "currencyCode": "EUR" });
    goods.slot = json!({ "classPrices": [{ "priceClass": "first", "price": price }] });
    let shop = system.shop(&goods).await;
    let customer = system.customer("ana");
    let [dear, plain] = [seat(&shop, "A-1").await, seat(&shop, "B-1").await];

    let order = Order::of([Line::seats(shop.slot(), &[&dear, &plain])]);
    let booking = customer.create(&order).await.booking().clone();
    assert_eq!(booking["total"]["amount"], "250.00");
    let lines: Vec<_> = booking["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| (line["priceClass"].clone(), line["unitPrice"]["amount"].clone()))
        .collect();
    assert_eq!(lines, [(json!("first"), json!("150.00")), (json!("second"), json!("100.00"))]);

    let mut line = Line::of(shop.slot(), 1).input();
    line["priceClass"] = json!("second");
    let payload =
        customer.mutate("createBooking", json!({ "idempotencyKey": "class", "lines": [line] })).await;
    assert_eq!(names(payload.booking()), ["B-2"]);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_choice_of_seats_is_refused() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::hall(1, 4)).await;
    let plain = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let first = seat(&shop, "A-1").await;
    for (line, code) in [
        (json!({ "slotId": shop.slot(), "seatIds": [first, first] }), "INVALID_INPUT"),
        (json!({ "slotId": shop.slot(), "seatIds": [first], "quantity": 2 }), "INVALID_QUANTITY"),
        (json!({ "slotId": shop.slot() }), "INVALID_QUANTITY"),
        (json!({ "slotId": shop.slot(), "quantity": 0 }), "INVALID_QUANTITY"),
        (json!({ "slotId": plain.slot(), "seatIds": [first] }), "INVALID_INPUT"),
        (json!({ "slotId": shop.slot(), "quantity": 5 }), "SOLD_OUT"),
    ] {
        let input = json!({ "idempotencyKey": uuid::Uuid::new_v4(), "lines": [line] });
        let payload = customer.mutate("createBooking", input).await;
        assert_eq!(payload.code(), Some(code), "{line}: {payload:?}");
    }
    assert_eq!(shop.available(shop.slot()).await, 4);
    system.finish().await;
}
