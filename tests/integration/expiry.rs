//! Holds that end.

use std::time::{Duration, Instant};

use db::OperationKind;
use serde_json::json;
use tests::{Gate, Goods, Hold, Line, Order, TestSystem, uuid_of};

#[tokio::test(flavor = "multi_thread")]
async fn the_hold_of_an_unpaid_booking_is_let_go_within_five_seconds() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::places(1)).await;
    let customer = system.customer("ana");
    let id = customer.hold(shop.slot()).await;

    system.lapse(&id).await;
    let lapsed = Instant::now();
    let expired = customer.settled(&id, "CANCELLED", "FAILED").await;

    let taken = lapsed.elapsed();
    println!("a lapsed hold was let go after {} ms", taken.as_millis());
    assert!(taken < Duration::from_secs(5), "the promise is 5 s, not {taken:?}");
    assert_eq!(expired["reason"], "EXPIRED");
    assert_eq!(system.events(&id).await, ["booking.created", "booking.cancelled"]);
    assert_eq!(shop.available(shop.slot()).await, 1);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lapsed_hold_does_not_stand_in_the_way_of_a_sale() {
    // Without workers nobody sweeps: the sale itself has to see to it.
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(1).slots(2)).await;
    let (ana, ben) = (system.customer("ana"), system.customer("ben"));
    let both = shop.slots.iter().map(|slot| Line::of(slot, 1));
    let lapsed = ana.create(&Order::of(both)).await.id();
    let order = Order::of([Line::of(&shop.slots[1], 1)]);
    assert_eq!(ben.create(&order).await.code(), Some("SOLD_OUT"));

    system.lapse(&lapsed).await;
    assert_eq!(ben.create(&order).await.code(), None);

    let cancelled = ana.find(&lapsed).await;
    assert_eq!([&cancelled["status"], &cancelled["reason"]], ["CANCELLED", "EXPIRED"]);
    assert_eq!(system.events(&lapsed).await, ["booking.created", "booking.cancelled"]);
    // It held a place of another slot, too, which nobody asked for just now.
    assert_eq!(shop.available(&shop.slots[0]).await, 1);
    assert_eq!(shop.available(&shop.slots[1]).await, 0);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_payment_suspends_the_end_of_the_hold_until_minute_ten() {
    let gate = Gate::new(OperationKind::Authorize, Hold::After, 1);
    let system = TestSystem::gated(&gate).await;
    let shop = system.shop(&Goods::places(1)).await;
    let customer = system.customer("ana");
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    gate.held(1).await;
    let row = uuid_of(&id);

    let minutes = format!(
        "select extract(epoch from expire_due_at - created_at)::integer from booking.booking where id = '{row}'"
    );
    assert_eq!(system.database.value::<i32>(minutes).await, 600);
    // The end that the customer was told is past, moved there by SQL since the shortest hold is 30 s.
    let past = "clock_timestamp() - interval '1 second'";
    let moved = format!("update booking.booking set hold_expires_at = {past} where id = '{row}'");
    assert_eq!(system.database.execute(moved).await, 1);
    let db = system.worker_db().await;
    assert_eq!(db.expire_holds(100).await.expect("a sweep"), 0);
    assert_eq!(customer.find(&id).await["status"], "PENDING");

    // Minute 10 has come, by the same means: the gateway still has not answered, and is not waited for.
    let moved = format!(
        "update booking.booking set auto_cancel_at = {past}, expire_due_at = {past} where id = '{row}'"
    );
    assert_eq!(system.database.execute(moved).await, 1);
    let cancelled = customer.wait_for(&id, "it is cancelled", |found| found["status"] == "CANCELLED").await;
    assert_eq!(cancelled["reason"], "EXPIRED");
    assert_eq!(shop.available(shop.slot()).await, 1);
    gate.open();
    customer.settled(&id, "CANCELLED", "VOIDED").await;
    db.close().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paying_after_the_end_is_refused_before_and_after_the_sweep() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let id = customer.hold(shop.slot()).await;
    system.lapse(&id).await;

    assert_eq!(customer.pay(&id, "pm_card_visa").await.code(), Some("HOLD_EXPIRED"));
    let db = system.worker_db().await;
    assert_eq!(db.expire_holds(100).await.expect("a sweep"), 1);
    assert_eq!(db.expire_holds(100).await.expect("a sweep"), 0, "the second finds nothing");
    let refused = customer.pay(&id, "pm_card_visa").await;
    assert_eq!(refused.code(), Some("HOLD_EXPIRED"));
    assert_eq!(refused.0["booking"]["status"], "CANCELLED");
    assert_eq!(system.ledger(&id).await, []);
    db.close().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn expiry_and_payment_that_race_have_one_winner() {
    // In milliseconds: the first has surely lost to expiry and the last has surely won; those between race.
    const ENDS: [u32; 12] = [0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 10_000];
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(20)).await;
    let customer = system.customer("ana");
    let db = system.worker_db().await;
    let mut won = [0, 0];
    for end in ENDS {
        let id = customer.hold(shop.slot()).await;
        let row = uuid_of(&id);
        let soon = format!("clock_timestamp() + interval '{end} milliseconds'");
        let moved = format!("update booking.booking set expire_due_at = {soon} where id = '{row}'");
        system.database.execute(moved).await;
        let sweeps = async {
            for _ in 0..6 {
                db.expire_holds(10).await.expect("a sweep");
            }
        };
        let (paid, ()) = tokio::join!(customer.pay(&id, "pm_card_visa"), sweeps);
        db.expire_holds(10).await.expect("a sweep");
        let found = customer.find(&id).await;
        let expected = match paid.code() {
            None => ["PENDING", "AUTHORIZING"],
            Some("HOLD_EXPIRED") => ["CANCELLED", "FAILED"],
            Some(code) => panic!("{code}"),
        };
        won[usize::from(paid.code().is_some())] += 1;
        assert_eq!(
            [&found["status"], &found["payment"]["status"]],
            expected.map(|text| json!(text)).each_ref()
        );
    }
    println!("expiry against payment: {} paid, {} expired", won[0], won[1]);
    assert!(won[0] > 0 && won[1] > 0);
    db.close().await;
    system.finish().await;
}
