//! The waiting list: whoever waits is served first, in order.

use serde_json::Value;
use tests::{Client, Goods, Line, Order, TestSystem, until};

/// Waits until an entry stands there, and gives it.
async fn entry_is(client: &Client, entry: &Value, status: &str) -> Value {
    let id = entry["id"].as_str().expect("an id").to_owned();
    until(&format!("the entry is {status}"), || async {
        let found = client.entry(&id).await;
        (found["status"] == status).then_some(found)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_comes_back_is_offered_to_the_first_in_the_queue() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::places(1)).await;
    let [ana, ben, eve] = ["ana", "ben", "eve"].map(|name| system.customer(name));

    assert_eq!(ben.join(shop.slot(), 1).await.expect_err("refused").code(), Some("PLACES_FREE"));
    let sold = ana.book(shop.slot(), "pm_card_visa").await;
    ana.settled(&sold, "CONFIRMED", "CAPTURED").await;
    let first = ben.join(shop.slot(), 1).await.expect("joined");
    let second = eve.join(shop.slot(), 1).await.expect("joined");
    assert_eq!([&first["position"], &second["position"]], [1, 2]);
    assert_eq!(ben.join(shop.slot(), 1).await.expect_err("refused").code(), Some("ALREADY_WAITING"));

    ana.cancel(&sold).await.id();
    let offered = entry_is(&ben, &first, "OFFERED").await;
    assert_eq!(entry_is(&eve, &second, "WAITING").await["position"], 1);
    assert_eq!(shop.available(shop.slot()).await, 0);
    assert_eq!(ana.create(&Order::of([Line::of(shop.slot(), 1)])).await.code(), Some("SOLD_OUT"));

    // The first lets its offer lapse: it is passed on.
    let offer = offered["booking"]["id"].as_str().expect("a booking").to_owned();
    system.lapse(&offer).await;
    entry_is(&ben, &first, "LAPSED").await;
    let offered = entry_is(&eve, &second, "OFFERED").await;
    let offer = offered["booking"]["id"].as_str().expect("a booking").to_owned();
    eve.pay(&offer, "pm_card_visa").await.id();
    eve.settled(&offer, "CONFIRMED", "CAPTURED").await;
    entry_is(&eve, &second, "ACCEPTED").await;
    ana.settled(&sold, "CANCELLED", "REFUNDED").await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_keeps_its_place_and_does_not_block_those_who_fit() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::places(3)).await;
    let [ana, ben, eve] = ["ana", "ben", "eve"].map(|name| system.customer(name));
    let (one, two) =
        (ana.hold(shop.slot()).await, ana.create(&Order::of([Line::of(shop.slot(), 2)])).await.id());
    let group = ben.join(shop.slot(), 2).await.expect("joined");
    let single = eve.join(shop.slot(), 1).await.expect("joined");

    ana.cancel(&one).await.id();
    entry_is(&eve, &single, "OFFERED").await;
    assert_eq!(entry_is(&ben, &group, "WAITING").await["position"], 1);
    ana.cancel(&two).await.id();
    entry_is(&ben, &group, "OFFERED").await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn seats_and_new_capacity_go_to_the_queue_too() {
    let system = TestSystem::start().await;
    let hall = system.shop(&Goods::hall(1, 2)).await;
    let mut goods = Goods::places(1);
    let plain = system.shop(&goods).await;
    let [ana, ben] = ["ana", "ben"].map(|name| system.customer(name));

    let both = ana.create(&Order::of([Line::of(hall.slot(), 2)])).await.id();
    ana.hold(plain.slot()).await;
    let seated = ben.join(hall.slot(), 1).await.expect("joined");
    let counted = ben.join(plain.slot(), 1).await.expect("joined");
    ana.cancel(&both).await.id();
    entry_is(&ben, &seated, "OFFERED").await;
    until("the other seat is free for all", || async {
        (hall.available(hall.slot()).await == 1).then_some(())
    })
    .await;

    goods.capacity = 3;
    goods.starts = vec![
        system
            .database
            .value(format!(
                "select starts_at from inventory.slot where id = '{}'",
                tests::uuid_of(plain.slot())
            ))
            .await,
    ];
    plain.write_slots(&goods).await;
    entry_is(&ben, &counted, "OFFERED").await;
    assert_eq!(plain.available(plain.slot()).await, 1);
    system.finish().await;
}
