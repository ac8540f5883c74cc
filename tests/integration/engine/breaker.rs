//! A gateway that is away: its breaker opens, sagas wait, new payments are refused, and it closes by probes.

use std::sync::Mutex;

use db::OperationKind;
use tests::{Goods, Line, Order, TestSystem, until};

use super::{
    Worker,
    books::{Books, Trouble},
    short_lease,
};

#[tokio::test(flavor = "multi_thread")]
async fn while_its_breaker_is_open_sagas_wait_and_new_payments_are_refused_before_anything_is_taken() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(100)).await;
    let customer = system.customer("ana");
    let books = Books::new("books");
    books.always(Some(Trouble::LoseBefore));
    let worker = Worker::start(&system, &[&books], short_lease()).await;
    let accepted = Mutex::new(Vec::new());
    let (refused, free) = until("a new payment is refused", || async {
        let order = Order::of([Line::of(shop.slot(), 1)]).paid("pm_card_visa");
        let free = shop.available(shop.slot()).await;
        let payload = customer.create(&order).await;
        if payload.code().is_some() {
            return Some((payload, free));
        }
        accepted.lock().expect("nobody panics with it").push(payload.id());
        None
    })
    .await;
    assert!(!accepted.lock().expect("nobody panics with it").is_empty());
    assert_eq!(refused.code(), Some("PAYMENT_UNAVAILABLE"));
    assert_eq!(refused.0["userErrors"][0]["retryable"], true);
    assert_eq!(shop.available(shop.slot()).await, free, "nothing was taken");
    // What needs no gateway is sold as ever. While the breaker lets a probe through, a payment is taken.
    let held = until("the payment of a hold is refused", || async {
        let held = customer.hold(shop.slot()).await;
        if let Some(code) = customer.pay(&held, "pm_card_visa").await.code() {
            assert_eq!(code, "PAYMENT_UNAVAILABLE");
            Some(held)
        } else {
            accepted.lock().expect("nobody panics with it").push(held);
            None
        }
    })
    .await;
    let accepted = accepted.into_inner().expect("nobody panicked with it");
    for id in &accepted {
        assert_eq!(customer.find(id).await["status"], "PENDING", "the hold is honoured");
    }

    books.always(None);
    for id in &accepted {
        customer.settled(id, "CONFIRMED", "CAPTURED").await;
    }
    until("payments are taken again", || async {
        customer.pay(&held, "pm_card_visa").await.code().is_none().then_some(())
    })
    .await;
    customer.settled(&held, "CONFIRMED", "CAPTURED").await;
    let authorizations =
        books.asked().into_iter().filter(|counted| counted.kind == OperationKind::Authorize).count();
    assert_eq!(authorizations, accepted.len() + 1, "one key for each");
    worker.stop().await;
    system.finish().await;
}
