//! An answer that takes too long, and the write that goes on.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::{Client, Goods, Line, Order, Reply, TestSystem, api_settings};

/// How long an operation may take in these tests, and one that moves money.
const SHORT: Duration = Duration::from_millis(300);
const LONGER: Duration = Duration::from_millis(1_500);

async fn book(client: &Client, order: &Order) -> (Reply, Instant) {
    let reply = client.try_mutate("createBooking", order.input()).await;
    (reply, Instant::now())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_takes_too_long_is_answered_and_done_all_the_same() {
    let system = TestSystem::start().await;
    let settings = api::Settings { operation_timeout: SHORT, payment_timeout: LONGER, ..api_settings() };
    let (hasty, stop_hasty) = system.second_api_with(settings).await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let (plain, paid) = (Order::of([Line::of(shop.slot(), 1)]), Order::of([Line::of(shop.slot(), 2)]));
    let paid = paid.paid("pm_card_visa");

    let slot = tests::uuid_of(shop.slot());
    let mut holder = system.database.sql.begin().await.expect("a transaction");
    sqlx::query("select from inventory.slot where id = $1 for update")
        .bind(slot)
        .execute(&mut *holder)
        .await
        .expect("the slot is held");
    let hurried = customer.at(&hasty);
    let begun = Instant::now();
    let ((plain_reply, plain_at), (paid_reply, paid_at)) =
        tokio::join!(book(&hurried, &plain), book(&hurried, &paid));
    for reply in [&plain_reply, &paid_reply] {
        assert_eq!(reply.error(), Some("TIMEOUT"), "{reply:?}");
        // It was begun, so by the specification this is an answer with data, which there is none of.
        assert_eq!((reply.status, &reply.body["data"]), (200, &Value::Null), "{reply:?}");
    }
    assert!(plain_at - begun >= SHORT && paid_at - begun >= LONGER, "answered before the time was over");
    assert!(plain_at < paid_at, "what moves money has the longer time");
    let none: i64 = system.database.value("select count(*) from booking.booking").await;
    assert_eq!(none, 0, "the slot is held: nothing can be written yet");

    holder.rollback().await.expect("the slot is let go of");
    system.until_true("select count(*) = 2 from booking.booking").await;
    for (order, quantity) in [(&plain, 1), (&paid, 2)] {
        let again = customer.create(order).await;
        assert!(again.replayed(), "{again:?}");
        assert_eq!(again.booking()["lines"][0]["quantity"], json!(quantity));
    }
    let written: i64 = system.database.value("select count(*) from booking.booking").await;
    assert_eq!(written, 2, "each once");
    stop_hasty.await;
    system.at_rest().await;
    system.finish().await;
}
