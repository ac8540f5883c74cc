//! The end of a stay.

use chrono::{Duration, Utc};
use serde_json::json;
use tests::{Goods, TestSystem, until};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_completed_by_its_organiser_once_its_slot_has_begun() {
    let system = TestSystem::start().await;
    let goods = Goods { starts: vec![Utc::now() + Duration::seconds(4)], ..Goods::default() };
    let shop = system.shop(&goods).await;
    let customer = system.customer("ana");
    let stayed = customer.book(shop.slot(), "pm_card_visa").await;
    let missed = customer.book(shop.slot(), "pm_card_visa").await;
    let complete = |booking: &str, no_show: bool| json!({ "idempotencyKey": Uuid::new_v4(), "bookingId": booking, "noShow": no_show });
    let early = shop.organiser.mutate("completeBooking", complete(&stayed, false)).await;
    assert!(matches!(early.code(), Some("TOO_EARLY" | "INVALID_STATE")), "{early:?}");
    for id in [&stayed, &missed] {
        customer.settled(id, "CONFIRMED", "CAPTURED").await;
    }
    let forbidden = customer.try_mutate("completeBooking", complete(&stayed, false)).await;
    assert_eq!(forbidden.error(), Some("FORBIDDEN"));

    for (id, no_show) in [(&stayed, false), (&missed, true)] {
        // Refusals are final, so that each try has a key of its own.
        until("the slot has begun", || async {
            let payload = shop.organiser.mutate("completeBooking", complete(id, no_show)).await;
            payload.code().is_none().then_some(())
        })
        .await;
    }
    let (stayed, missed) = (customer.find(&stayed).await, customer.find(&missed).await);
    assert_eq!([&stayed["status"], &stayed["reason"]], [&json!("COMPLETED"), &json!(null)]);
    assert_eq!(
        [&missed["status"], &missed["reason"]],
        ["COMPLETED", "NO_SHOW"].map(|text| json!(text)).each_ref()
    );
    assert_eq!(missed["version"], 5);
    assert_eq!(
        shop.organiser.cancel(missed["id"].as_str().expect("an id")).await.code(),
        Some("INVALID_STATE")
    );
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_completed_before_its_slot_begins_or_without_its_payment() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let rival = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let paid = customer.book(shop.slot(), "pm_card_visa").await;
    let unpaid = customer.hold(shop.slot()).await;
    customer.settled(&paid, "CONFIRMED", "CAPTURED").await;

    for (seller, booking, code) in [
        (&shop.organiser, &paid, "TOO_EARLY"),
        (&shop.organiser, &unpaid, "INVALID_STATE"),
        (&rival.organiser, &paid, "NOT_FOUND"),
    ] {
        let input = json!({ "idempotencyKey": Uuid::new_v4(), "bookingId": booking });
        let refused = seller.mutate("completeBooking", input).await;
        assert_eq!(refused.code(), Some(code), "{refused:?}");
    }
    assert_eq!(customer.find(&paid).await["version"], 4);
    system.finish().await;
}
