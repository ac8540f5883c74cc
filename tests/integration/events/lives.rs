//! Every kind of life that a booking may have, through the API.

use chrono::{Duration, Utc};
use futures::future::join_all;
use serde_json::{Value, json};
use tests::{Client, Goods, Line, Order, Shop, TestSystem};

/// What is on sale for it.
struct Ground {
    places: Shop,
    hall: Shop,
    /// It begins soon.
    soon: Shop,
    operator: Client,
}

/// Lets so many customers each hold and extend, buy and be given back, change, come and not come; to the end.
pub(super) async fn lead(system: &TestSystem, customers: usize) {
    let soon = Goods { starts: vec![Utc::now() + Duration::seconds(12)], ..Goods::places(10_000) };
    let ground = Ground {
        places: system.shop(&Goods::places(10_000).slots(2)).await,
        hall: system.shop(&Goods::hall(10, 20)).await,
        soon: system.shop(&soon).await,
        operator: system.operator(),
    };
    let lives = (0..customers).map(|number| {
        let customer = system.customer(&format!("lively-{number}"));
        let ground = &ground;
        async move {
            tokio::join!(
                held(&customer, ground),
                given_back(&customer, ground),
                moved(&customer, ground),
                seated(&customer, ground),
                come(&customer, ground)
            );
        }
    });
    join_all(lives).await;
}

async fn bought(customer: &Client, line: Line) -> String {
    let id = customer.create(&Order::of([line]).paid("pm_card_visa")).await.id();
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    id
}

async fn rests(customer: &Client, id: &str) {
    customer.wait_for(id, "it is at rest", |found| found["inProgress"] == false).await;
}

/// Lets so many customers each hold a place, extend that, and leave it at that.
pub(super) async fn stay_held(system: &TestSystem, customers: usize) {
    let goods = Goods::places(10_000).listed(json!({ "holdSeconds": 600 }));
    let shop = system.shop(&goods).await;
    for number in 0..customers {
        let customer = system.customer(&format!("hesitant-{number}"));
        let id = customer.hold(shop.slot()).await;
        assert_eq!(customer.ask("extendHold", &id, json!({})).await.code(), None);
    }
}

/// One is held and extended and then paid, and one is let go.
async fn held(customer: &Client, ground: &Ground) {
    for is_bought in [true, false] {
        let id = customer.hold(ground.places.slot()).await;
        assert_eq!(customer.ask("extendHold", &id, json!({})).await.code(), None);
        if is_bought {
            assert_eq!(customer.pay(&id, "pm_card_visa").await.code(), None);
            customer.settled(&id, "CONFIRMED", "CAPTURED").await;
        } else {
            assert_eq!(customer.cancel(&id).await.code(), None);
        }
    }
}

/// A part is cancelled; and money is given back beyond that.
async fn given_back(customer: &Client, ground: &Ground) {
    let id = bought(customer, Line::of(ground.places.slot(), 3)).await;
    let part: Value = json!({ "lines": [{ "lineNo": 1, "quantity": 1 }] });
    assert_eq!(customer.ask("cancelBooking", &id, part).await.code(), None);
    rests(customer, &id).await;
    let amount = json!({ "amount": { "amount": "30.00", "currencyCode": "EUR" }, "note": "rain" });
    assert_eq!(ground.operator.ask("refundBooking", &id, amount).await.code(), None);
    rests(customer, &id).await;
}

/// To another day, and to more places, which cost more.
async fn moved(customer: &Client, ground: &Ground) {
    let id = bought(customer, Line::of(&ground.places.slots[0], 1)).await;
    let then = &ground.places.slots[1];
    for quantity in [1, 2] {
        let moved = customer.reschedule(&id, [Line::of(then, quantity)], Some("pm_card_visa")).await;
        assert_eq!(moved.code(), None);
        rests(customer, &id).await;
    }
}

/// Two seats, of which one is given back; and all of another's.
async fn seated(customer: &Client, ground: &Ground) {
    let id = bought(customer, Line::of(ground.hall.slot(), 2)).await;
    let part = json!({ "lines": [{ "lineNo": 1, "quantity": 1 }] });
    assert_eq!(customer.ask("cancelBooking", &id, part).await.code(), None);
    rests(customer, &id).await;
    let other = bought(customer, Line::of(ground.hall.slot(), 2)).await;
    assert_eq!(customer.cancel(&other).await.code(), None);
    rests(customer, &other).await;
}

/// One comes, and one does not.
async fn come(customer: &Client, ground: &Ground) {
    let order = || Order::of([Line::of(ground.soon.slot(), 1)]).paid("pm_card_visa");
    let (came, missed) = (customer.create(&order()).await.id(), customer.create(&order()).await.id());
    for (id, no_show) in [(came, false), (missed, true)] {
        customer.settled(&id, "CONFIRMED", "CAPTURED").await;
        tests::until("the slot has begun", || async {
            let ended = ground.soon.organiser.ask("completeBooking", &id, json!({ "noShow": no_show })).await;
            ended.code().is_none().then_some(())
        })
        .await;
    }
}
