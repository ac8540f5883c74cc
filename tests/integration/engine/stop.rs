//! A stop in good order: what can't be finished is handed back, and looked up at once by the next worker.

use std::time::{Duration, Instant};

use db::OperationKind;
use jobs::Settings;
use serde_json::json;
use tests::{Goods, TestSystem, settings, uuid_of};

use super::{
    Worker,
    books::{Books, Trouble},
};

/// A lease that no test waits for.
fn long_lease(grace: Duration) -> Settings {
    Settings {
        lease: Duration::from_mins(2),
        gateway_timeout: Duration::from_secs(100),
        settled_after: Duration::from_secs(110),
        grace,
        ..settings()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_outlasts_the_grace_is_handed_back_and_looked_up_at_once() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let books = Books::new("books");
    books.once(OperationKind::Authorize, Trouble::HangAfter);
    let first = Worker::start(&system, &[&books], long_lease(Duration::from_millis(100))).await;
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    books.hang(1).await;

    let stopping = Instant::now();
    first.stop().await;
    books.given_up(1).await;
    let handed_back = format!(
        "select s.in_doubt and s.lease_until is null and s.failures = 0 and s.unknowns = 0
         from saga.saga s where s.booking_id = '{}'",
        uuid_of(&id)
    );
    assert!(system.database.value::<bool>(handed_back).await, "in doubt, counted as nothing, and free");
    let visible = "select count(*) = 1 and min(vt) <= clock_timestamp() from pgmq.q_saga";
    assert!(system.database.value::<bool>(visible).await, "there for the next worker");

    let second = Worker::start(&system, &[&books], long_lease(Duration::from_secs(10))).await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    // Long before the first one's lease, or its call's time-out, would have ended.
    assert!(stopping.elapsed() < Duration::from_mins(1), "{:?}", stopping.elapsed());
    let authorize = books.only(OperationKind::Authorize);
    assert_eq!((authorize.sent, authorize.looked_up), (1, 1), "looked up, and not sent again");
    second.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_ends_within_the_grace_is_recorded_and_nothing_new_is_claimed() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let books = Books::new("books");
    books.once(OperationKind::Authorize, Trouble::Slow(Duration::from_millis(700)));
    let worker = Worker::start(&system, &[&books], long_lease(Duration::from_secs(30))).await;
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    let claimed = format!("select lease = 1 from saga.saga where booking_id = '{}'", uuid_of(&id));
    system.until_true(&claimed).await;

    worker.stop().await;
    let stopped = customer.find(&id).await;
    assert_eq!(
        (&stopped["status"], &stopped["payment"]["status"]),
        (&json!("CONFIRMED"), &json!("CAPTURING"))
    );
    assert!(books.only(OperationKind::Authorize).done);
    assert_eq!(books.asked().len(), 1, "the capture is the next worker's");
    let second = Worker::start(&system, &[&books], long_lease(Duration::from_secs(30))).await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    second.stop().await;
    system.finish().await;
}
