//! Leases: kept by the heartbeat, lost, and left alone by binaries that can't do the step.

use std::time::Duration;

use db::{ClaimRequest, OperationKind, StepAction};
use tests::{Goods, TestSystem, uuid_of};

use super::{
    Worker,
    books::{Books, Trouble},
    claims, short_lease,
};

/// A step that is looked up and then sent again takes longer than its lease, with a second worker waiting for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_keeps_the_lease_of_a_long_step() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let books = Books::new("books");
    books.once(OperationKind::Authorize, Trouble::LoseBefore);
    books.once(OperationKind::Authorize, Trouble::Slow(Duration::from_millis(1_800)));
    books.look_up_takes(Duration::from_millis(1_800));
    let first = Worker::start(&system, &[&books], short_lease()).await;
    let second = Worker::start(&system, &[&books], short_lease()).await;

    let id = customer.book(shop.slot(), "pm_card_visa").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    let authorize = books.only(OperationKind::Authorize);
    assert_eq!((authorize.sent, authorize.looked_up), (2, 1), "nobody else has asked meanwhile");
    // The first try, the long one, and the capture: no worker has taken the step from another.
    assert_eq!(claims(&system, &id).await, 3);
    first.stop().await;
    second.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_whose_lease_is_lost_is_dropped() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let books = Books::new("books");
    books.once(OperationKind::Authorize, Trouble::HangAfter);
    // Its call would hang for ten seconds before it counts as unknown.
    let patient = jobs::Settings {
        lease: Duration::from_secs(12),
        gateway_timeout: Duration::from_secs(10),
        ..short_lease()
    };
    let patient = jobs::Settings { settled_after: Duration::from_secs(11), ..patient };
    let sleeper = Worker::start(&system, &[&books], patient).await;
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    books.hang(1).await;

    // As if the sleeper had been paused past its lease, and another had claimed the step meanwhile.
    let booking = uuid_of(&id);
    let taken = format!("update saga.saga set lease = lease + 1 where booking_id = '{booking}'");
    assert_eq!(system.database.execute(taken).await, 1);
    books.given_up(1).await;
    let over = format!("update saga.saga set lease_until = null where booking_id = '{booking}'");
    assert_eq!(system.database.execute(over).await, 1);
    system.database.execute("update pgmq.q_saga set vt = clock_timestamp()").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    let authorize = books.only(OperationKind::Authorize);
    assert_eq!((authorize.sent, authorize.looked_up), (1, 1), "looked up, and not sent again");
    sleeper.stop().await;
    system.finish().await;
}

/// As a binary of an older release would claim: it does not name the step's action.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_worker_leaves_newer_steps_alone() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let books = Books::new("books");
    let db = system.worker_db().await;
    let registered = Worker::start(&system, &[&books], short_lease()).await;
    registered.stop().await;

    let id = customer.book(shop.slot(), "pm_card_visa").await;
    let older = ClaimRequest {
        worker: "older".to_owned(),
        batch: 10,
        lease_seconds: 30,
        gateways: vec!["books".to_owned()],
        actions: vec![StepAction::Local, StepAction::Capture],
    };
    assert!(db.claim_steps(&older).await.expect("a claim").is_empty());
    assert_eq!(claims(&system, &id).await, 0, "it has not even a lease");
    let newer = Worker::start(&system, &[&books], short_lease()).await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    assert_eq!(books.only(OperationKind::Authorize).sent, 1);
    db.close().await;
    newer.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_panics_costs_neither_the_step_nor_the_worker() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let books = Books::new("books");
    books.once(OperationKind::Authorize, Trouble::Panic);
    books.once(OperationKind::Capture, Trouble::Panic);
    let worker = Worker::start(&system, &[&books], short_lease()).await;

    let id = customer.book(shop.slot(), "pm_card_visa").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    for kind in [OperationKind::Authorize, OperationKind::Capture] {
        let counted = books.only(kind);
        assert_eq!((counted.sent, counted.looked_up), (2, 1), "{kind:?}: nobody knew, so it was looked up");
    }
    worker.stop().await;
    system.finish().await;
}
