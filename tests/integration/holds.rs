//! Holds: how long, how often, how many, and when.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use tests::{Goods, Line, Order, TestSystem};

fn moment(value: &Value) -> DateTime<Utc> {
    value.as_str().expect("a moment").parse().expect("a moment")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_is_extended_as_often_as_the_listing_allows() {
    let system = TestSystem::idle().await;
    let goods = Goods::default().listed(json!({ "holdSeconds": 60, "holdExtensions": 2 }));
    let shop = system.shop(&goods).await;
    let customer = system.customer("ana");
    let held = customer.create(&Order::of([Line::of(shop.slot(), 1)])).await;
    let (id, mut end) = (held.id(), moment(&held.booking()["holdExpiresAt"]));
    assert_eq!(held.booking()["extensionsLeft"], 2);

    for left in [1, 0] {
        let extended = customer.ask("extendHold", &id, json!({})).await;
        let later = moment(&extended.booking()["holdExpiresAt"]);
        assert!(later > end, "{later} after {end}");
        assert!(later <= Utc::now() + Duration::seconds(61), "60 seconds from then: {later}");
        assert_eq!(extended.booking()["extensionsLeft"], left);
        end = later;
    }
    assert_eq!(customer.ask("extendHold", &id, json!({})).await.code(), Some("EXTENSIONS_USED_UP"));
    assert_eq!(
        system.events(&id).await,
        ["booking.created", "booking.hold_extended", "booking.hold_extended"]
    );
    let stale = customer.ask("extendHold", &id, json!({ "expectedVersion": 1 })).await;
    assert_eq!(stale.code(), Some("STALE_VERSION"));
    assert_eq!(stale.0["booking"]["version"], 3, "the present state comes along");

    system.lapse(&id).await;
    assert_eq!(customer.ask("extendHold", &id, json!({})).await.code(), Some("HOLD_EXPIRED"));
    system.worker_db().await.expire_holds(10).await.expect("a sweep");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_holds_no_more_than_the_listing_allows() {
    let system = TestSystem::idle().await;
    let limits = json!({ "limitPerSlot": 2, "limitPerCustomer": 3 });
    let shop = system.shop(&Goods::places(10).slots(2).listed(limits)).await;
    let customer = system.customer("ana");
    let [first, second] = [&shop.slots[0], &shop.slots[1]];

    let three = customer.create(&Order::of([Line::of(first, 3)])).await;
    assert_eq!(three.code(), Some("LIMIT_PER_CUSTOMER"));
    assert_eq!(three.0["userErrors"][0]["path"][0], "lines");
    let two = customer.create(&Order::of([Line::of(first, 2)])).await.id();
    assert_eq!(customer.create(&Order::of([Line::of(first, 1)])).await.code(), Some("LIMIT_PER_CUSTOMER"));
    assert_eq!(customer.create(&Order::of([Line::of(second, 2)])).await.code(), Some("LIMIT_PER_CUSTOMER"));
    customer.create(&Order::of([Line::of(second, 1)])).await.id();
    // Another customer has a limit of its own, and the organiser may go beyond it.
    system.customer("ben").create(&Order::of([Line::of(first, 2)])).await.id();
    shop.organiser.create(&Order::of([Line::of(first, 5)]).customer("ana")).await.id();
    // What was given back counts no more; what the organiser added does.
    customer.cancel(&two).await.id();
    assert_eq!(customer.create(&Order::of([Line::of(first, 1)])).await.code(), Some("LIMIT_PER_CUSTOMER"));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_holds_against_many_at_once() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(50).slots(8).listed(json!({ "limitPerCustomer": 3 }))).await;
    let (elsewhere, close) = system.second_api().await;
    let ana = system.customer("ana");
    let orders = (0..24).map(|number| {
        let order = Order::of([Line::of(&shop.slots[number % 8], 1)]);
        let client = if number % 2 == 0 { ana.clone() } else { ana.at(&elsewhere) };
        async move { client.create(&order).await.code().map(str::to_owned) }
    });
    let codes = futures::future::join_all(orders).await;
    let accepted = codes.iter().filter(|code| code.is_none()).count();
    assert_eq!(accepted, 3, "{codes:?}");
    close.await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_is_sold_within_its_window_only() {
    let system = TestSystem::idle().await;
    let customer = system.customer("ana");
    let soon = |hours: i64| vec![Utc::now() + Duration::hours(hours)];
    let text = |moment: DateTime<Utc>| moment.to_rfc3339();
    for (goods, code) in [
        (
            Goods { starts: soon(2), ..Goods::default() }.listed(json!({ "salesCloseMinutes": 180 })),
            Some("SALES_CLOSED"),
        ),
        (Goods { starts: soon(2), ..Goods::default() }.listed(json!({ "salesCloseMinutes": 60 })), None),
        (
            Goods { starts: soon(48), ..Goods::default() }.listed(json!({ "salesWindowDays": 1 })),
            Some("SALES_CLOSED"),
        ),
        (
            Goods {
                starts: soon(48),
                slot: json!({ "saleOpensAt": text(Utc::now() - Duration::hours(1)) }),
                ..Goods::default()
            }
            .listed(json!({ "salesWindowDays": 1 })),
            None,
        ),
        (
            Goods {
                slot: json!({ "saleOpensAt": text(Utc::now() + Duration::hours(1)) }),
                ..Goods::default()
            },
            Some("SALES_CLOSED"),
        ),
        (
            Goods {
                slot: json!({ "saleClosesAt": text(Utc::now() - Duration::hours(1)) }),
                ..Goods::default()
            },
            Some("SALES_CLOSED"),
        ),
    ] {
        let shop = system.shop(&goods).await;
        let payload = customer.create(&Order::of([Line::of(shop.slot(), 1)])).await;
        assert_eq!(payload.code(), code, "{goods:?}");
    }
    system.finish().await;
}
