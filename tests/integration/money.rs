//! Money of any currency, in its own minor units.

use serde_json::json;
use tests::{Goods, Line, Order, TestSystem, plan};

#[tokio::test(flavor = "multi_thread")]
async fn each_currency_has_its_own_decimals() {
    let system = TestSystem::start().await;
    let customer = system.customer("ana");
    // Two places at a third of the price; then one is given back at half its price.
    for (currency, price, total, refund) in [
        ("EUR", "10.00", "6.60", "1.65"),
        ("JPY", "1001", "660", "165"),
        ("KWD", "1.234", "0.814", "0.204"),
        ("CLF", "1.2345", "0.8148", "0.2037"),
    ] {
        let plans = vec![plan("third", 33, &[(0, 50)])];
        let shop = system.shop(&Goods { price, currency, plans, ..Goods::default() }).await;
        let id = customer.create(&Order::of([Line::of(shop.slot(), 2)]).paid("pm_card_visa")).await.id();
        let paid = customer.settled(&id, "CONFIRMED", "CAPTURED").await;
        assert_eq!(paid["total"], json!({ "amount": total, "currencyCode": currency }));
        customer.ask("cancelBooking", &id, json!({ "lines": [{ "lineNo": 1, "quantity": 1 }] })).await.id();
        let settled = customer.settled(&id, "CONFIRMED", "PARTIALLY_REFUNDED").await;
        assert_eq!(settled["payment"]["refunded"]["amount"], refund, "{currency}");
    }
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_is_refused_and_not_wrapped_around() {
    let system = TestSystem::idle().await;
    let goods =
        Goods { price: "100000000.00", plans: vec![plan("ten", 1000, &[(0, 100)])], ..Goods::places(1000) };
    let shop = system.shop(&goods).await;
    let customer = system.customer("ana");
    for (quantity, code) in [
        (1, None),
        (11, Some("INVALID_PRICE")),
        (1000, Some("INVALID_PRICE")),
        (i32::MAX, Some("INVALID_QUANTITY")),
    ] {
        let payload = customer.create(&Order::of([Line::of(shop.slot(), quantity)])).await;
        assert_eq!(payload.code(), code, "{quantity}");
    }
    let dear = Goods { price: "100000000.01", ..Goods::default() };
    let refused = shop.try_write_slots(&shop.organiser, &dear).await;
    assert_eq!(refused["userErrors"][0]["code"], "INVALID_PRICE");
    system.finish().await;
}
