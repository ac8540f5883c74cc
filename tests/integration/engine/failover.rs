//! Two gateways: a payment fails over to the other on a known failure only.

use db::OperationKind;
use tests::{Goods, TestSystem, uuid_of};

use super::{
    Worker,
    books::{Books, Trouble},
    short_lease,
};

/// Which gateway a new payment was routed to: the weights leave one in a thousand to the other.
async fn routed_to(system: &TestSystem, booking: &str) -> String {
    let id = uuid_of(booking);
    let first = format!(
        "select o.gateway from payment.operation o join payment.payment p on p.id = o.payment_id
         where p.booking_id = '{id}' and o.kind = 'AUTHORIZE' order by o.opened_at, o.id limit 1"
    );
    system.database.value(first).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_failure_fails_over_and_the_capture_stays_where_the_money_is() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let (first, second) = (Books::new("first"), Books::new("second"));
    let worker = Worker::start(&system, &[&first, &second], short_lease()).await;
    system.until_true("select count(*) = 2 from payment.gateway").await;

    // The one that it is routed to fails once, whichever that is.
    first.once(OperationKind::Authorize, Trouble::Fail);
    second.once(OperationKind::Authorize, Trouble::Fail);
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    // Failing over ends at the one that has not been tried; when that fails, too, it is tried again under its key.
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    let (failed, took) =
        if routed_to(&system, &id).await == "first" { (&first, &second) } else { (&second, &first) };
    let authorize = failed.only(OperationKind::Authorize);
    assert_eq!((authorize.sent, authorize.done), (1, false), "it failed, and was not asked again");
    assert_eq!(failed.asked().len(), 1, "and it has nothing to capture");
    assert!(took.only(OperationKind::Authorize).done);
    assert!(took.only(OperationKind::Capture).done);
    worker.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_outcome_stays_with_its_gateway() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let (first, second) = (Books::new("first"), Books::new("second"));
    let worker = Worker::start(&system, &[&first, &second], short_lease()).await;
    system.until_true("select count(*) = 2 from payment.gateway").await;

    first.once(OperationKind::Authorize, Trouble::LoseBefore);
    second.once(OperationKind::Authorize, Trouble::LoseBefore);
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    let (asked, other) =
        if routed_to(&system, &id).await == "first" { (&first, &second) } else { (&second, &first) };
    let authorize = asked.only(OperationKind::Authorize);
    assert_eq!((authorize.sent, authorize.looked_up), (2, 1));
    assert!(asked.only(OperationKind::Capture).done);
    assert_eq!(other.asked(), [], "the other was never asked");
    worker.stop().await;
    system.finish().await;
}
