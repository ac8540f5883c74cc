//! What the gateway answers, and what must come of it.

use db::OperationKind;
use serde_json::json;
use tests::{Gate, Goods, Hold, TestSystem};

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_booking_keeps_its_hold_and_can_be_paid_otherwise() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::places(1)).await;
    let customer = system.customer("ana");

    let id = customer.book(shop.slot(), "pm_card_chargeDeclined").await;
    let promised = customer.find(&id).await["holdExpiresAt"].clone();
    let declined = customer.settled(&id, "PENDING", "REQUIRES_METHOD").await;
    assert_eq!(declined["payment"]["failure"], "card_declined");
    assert_eq!(declined["payment"]["attempts"], 1);
    assert!(promised.is_string());
    assert_eq!(declined["holdExpiresAt"], promised, "the hold ends when the customer was told it does");
    let id_of_row = tests::uuid_of(&id);
    let due = format!("select expire_due_at = hold_expires_at from booking.booking where id = '{id_of_row}'");
    assert!(system.database.value::<bool>(due).await, "the hold runs on: its end is suspended no more");
    assert_eq!(shop.available(shop.slot()).await, 0);

    assert_eq!(customer.pay(&id, "pm_card_visa").await.code(), None);
    let paid = customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    assert_eq!(paid["payment"]["failure"], json!(null));
    assert_eq!(
        system.events(&id).await,
        [
            "booking.created",
            "payment.declined",
            "payment.submitted",
            "payment.authorized",
            "booking.confirmed",
            "payment.captured"
        ]
    );
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_third_decline_cancels_the_booking_and_frees_its_places() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::places(1)).await;
    let customer = system.customer("ana");

    let id = customer.book(shop.slot(), "pm_card_chargeDeclined").await;
    for method in ["pm_card_chargeDeclinedInsufficientFunds", "pm_card_chargeDeclinedExpiredCard"] {
        customer.settled(&id, "PENDING", "REQUIRES_METHOD").await;
        customer.pay(&id, method).await.id();
    }
    let cancelled = customer.settled(&id, "CANCELLED", "FAILED").await;

    assert_eq!(cancelled["reason"], "PAYMENT_FAILED");
    assert_eq!(cancelled["payment"]["attempts"], 3);
    assert_eq!(cancelled["payment"]["failure"], "expired_card");
    assert_eq!(shop.available(shop.slot()).await, 1);
    assert_eq!(customer.pay(&id, "pm_card_visa").await.code(), Some("INVALID_STATE"));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_after_the_charge_is_looked_up_and_charged_once() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");

    let id = customer.book(shop.slot(), "pm_sim_timeoutAfterCharge").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    // Each operation was done at the first try, and looked up: nothing was sent twice.
    assert_eq!(
        system.ledger(&id).await,
        [("AUTHORIZE".to_owned(), 1, true), ("CAPTURE".to_owned(), 1, true)]
    );
    assert_eq!(
        system.events(&id).await,
        [
            "booking.created",
            "payment.unknown",
            "payment.authorized",
            "booking.confirmed",
            "payment.unknown",
            "payment.captured"
        ]
    );
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_before_the_charge_is_sent_again_under_the_same_key() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");

    let id = customer.book(shop.slot(), "pm_sim_timeoutBeforeCharge").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    assert_eq!(
        system.ledger(&id).await,
        [("AUTHORIZE".to_owned(), 2, true), ("CAPTURE".to_owned(), 2, true)]
    );
    assert!(system.events(&id).await.contains(&"payment.unknown".to_owned()));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_error_is_tried_again() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");

    let id = customer.book(shop.slot(), "pm_sim_serverErrorOnce").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    assert_eq!(
        system.ledger(&id).await,
        [("AUTHORIZE".to_owned(), 2, true), ("CAPTURE".to_owned(), 2, true)]
    );
    // A failure that did nothing is no news to the customer.
    assert_eq!(system.events(&id).await.len(), 4);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_server_errors_are_a_decline_and_another_method_may_follow() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");

    let id = customer.book(shop.slot(), "pm_sim_serverErrorAlways").await;
    let refused = customer.settled(&id, "PENDING", "REQUIRES_METHOD").await;
    assert_eq!(system.ledger(&id).await, [("AUTHORIZE".to_owned(), 5, false)]);
    assert_eq!(refused["payment"]["attempts"], 1);

    customer.pay(&id, "pm_card_visa").await.id();
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_capture_voids_what_was_reserved_and_cancels() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::places(1)).await;
    let customer = system.customer("ana");

    let id = customer.book(shop.slot(), "pm_sim_captureDeclined").await;
    let cancelled = customer.settled(&id, "CANCELLED", "VOIDED").await;

    assert_eq!(cancelled["reason"], "PAYMENT_FAILED");
    assert_eq!(cancelled["payment"]["captured"]["amount"], "0.00");
    assert_eq!(
        system.ledger(&id).await,
        [("AUTHORIZE".to_owned(), 1, true), ("CAPTURE".to_owned(), 1, false), ("VOID".to_owned(), 1, true)]
    );
    assert_eq!(shop.available(shop.slot()).await, 1);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_paid_by_one_payment_at_a_time() {
    let gate = Gate::new(OperationKind::Authorize, Hold::Before, 1);
    let system = TestSystem::gated(&gate).await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");

    let id = customer.hold(shop.slot()).await;
    assert_eq!(customer.find(&id).await["payment"]["status"], "REQUIRES_METHOD");
    customer.pay(&id, "pm_card_visa").await.id();
    gate.held(1).await;
    assert_eq!(customer.pay(&id, "pm_card_mastercard").await.code(), Some("INVALID_STATE"));
    gate.open();
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    assert_eq!(system.ledger(&id).await.len(), 2);
    assert_eq!(customer.pay(&id, "pm_card_visa").await.code(), Some("INVALID_STATE"));
    system.finish().await;
}
