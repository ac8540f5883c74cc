//! Sagas through what strikes them: kills, poison, lost messages, and answers that come too late.

use std::time::Duration;

use db::OperationKind;
use jobs::Settings;
use serde_json::json;
use simulator::Kind;
use tests::{Gate, Goods, Hold, TestSystem, settings, until, uuid_of};
use uuid::Uuid;

/// A lease as short as can be, so that a killed worker's step is soon another's.
fn short_lease() -> Settings {
    Settings { lease: Duration::from_secs(2), gateway_timeout: Duration::from_millis(1_900), ..settings() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_after_the_charge_is_followed_by_one_that_charges_nothing_twice() {
    let gate = Gate::new(OperationKind::Authorize, Hold::After, 1);
    let mut system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let victim = system.worker(Some(gate.clone()), short_lease());

    let id = customer.book(shop.slot(), "pm_card_visa").await;
    gate.held(1).await;
    assert_eq!(system.ledger(&id).await, [("AUTHORIZE".to_owned(), 1, true)], "charged, and not told");
    victim.kill();
    system.add_worker(None, short_lease());
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    assert_eq!(
        system.ledger(&id).await,
        [("AUTHORIZE".to_owned(), 1, true), ("CAPTURE".to_owned(), 1, true)],
        "looked up, and not sent again"
    );
    // A redelivery is no failure: nothing of it is in the booking's history.
    assert_eq!(system.events(&id).await.len(), 4);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_before_any_call_of_any_step_is_followed_by_another() {
    // Each kind of step in turn, refund included: the victim dies in it, the successor ends it.
    for kind in [OperationKind::Authorize, OperationKind::Capture, OperationKind::Void, OperationKind::Refund]
    {
        let gate = Gate::new(kind, Hold::Before, 1);
        let mut system = TestSystem::idle().await;
        let shop = system.shop(&Goods::default()).await;
        let customer = system.customer("ana");
        let victim = system.worker(Some(gate.clone()), short_lease());

        let method = if kind == OperationKind::Void { "pm_sim_captureDeclined" } else { "pm_card_visa" };
        let id = customer.book(shop.slot(), method).await;
        if kind == OperationKind::Refund {
            customer.settled(&id, "CONFIRMED", "CAPTURED").await;
            customer.cancel(&id).await.id();
        }
        gate.held(1).await;
        victim.kill();
        system.add_worker(None, short_lease());
        let (status, payment) = match kind {
            OperationKind::Authorize | OperationKind::Capture => ("CONFIRMED", "CAPTURED"),
            OperationKind::Void => ("CANCELLED", "VOIDED"),
            OperationKind::Refund => ("CANCELLED", "REFUNDED"),
        };
        customer.settled(&id, status, payment).await;
        let ledger = system.ledger(&id).await;
        assert!(ledger.iter().all(|(_, tries, _)| *tries == 1), "{kind:?}: {ledger:?}");
        system.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_on_the_queue_is_parked_and_the_rest_flows() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let poison = [
        json!({ "x": 1 }),
        json!({ "saga_id": Uuid::new_v4() }),
        json!({ "saga_id": "not an id" }),
        json!({ "saga_id": null }),
        json!({ "saga_id": { "saga_id": 1 } }),
        json!(["saga_id"]),
        json!("saga_id"),
        json!(null),
    ];
    // Ahead of the queue, so that whoever takes the good one has met all of them.
    for message in &poison {
        let send = format!("select pgmq.send('saga', '{message}'::jsonb)");
        system.database.execute(send).await;
    }
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    let worker = system.worker(None, settings());
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    system.until_true("select count(*) = 0 from pgmq.q_saga").await;
    let parked: i64 = system
        .database
        .value("select count(*) from saga.dead_letter where cause = 'POISON' and state = 'OPEN'")
        .await;
    assert_eq!(usize::try_from(parked), Ok(poison.len()));
    worker.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saga_whose_message_is_lost_is_put_back_on_the_queue() {
    let mut system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let id = customer.book(shop.slot(), "pm_card_visa").await;

    assert_eq!(system.database.execute("delete from pgmq.q_saga").await, 1);
    let stuck = [("stuck_saga".to_owned(), 1)];
    assert_eq!(system.violations().await, stuck, "the invariant sees it");
    // The rescuer leaves a saga of the last ten seconds alone; it is made older instead of waited for.
    let older = "update saga.saga set created_at = created_at - interval '1 minute'";
    assert_eq!(system.database.execute(older).await, 1);
    system.add_worker(None, settings());
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    assert_eq!(system.ledger(&id).await.len(), 2);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_messages_for_one_saga_are_one_charge() {
    let mut system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    for _ in 0..5 {
        system.database.execute("select pgmq.send('saga', message) from pgmq.q_saga limit 1").await;
    }
    for _ in 0..3 {
        system.add_worker(None, short_lease());
    }
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    system.until_true("select count(*) = 0 from pgmq.q_saga").await;

    assert_eq!(
        system.ledger(&id).await,
        [("AUTHORIZE".to_owned(), 1, true), ("CAPTURE".to_owned(), 1, true)]
    );
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_slower_than_its_time_out_is_asked_what_became_of_it() {
    let gate = Gate::new(OperationKind::Authorize, Hold::After, 1);
    let impatient = Settings { gateway_timeout: Duration::from_millis(200), ..settings() };
    let system = TestSystem::with(tests::Traits {
        gate: Some(gate.clone()),
        settings: Some(impatient),
        ..tests::Traits::default()
    })
    .await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");

    // The answer never comes: the gate is not opened.
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    gate.held(1).await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    assert_eq!(system.events(&id).await[1], "payment.unknown");
    assert_eq!(
        system.ledger(&id).await,
        [("AUTHORIZE".to_owned(), 1, true), ("CAPTURE".to_owned(), 1, true)]
    );
    system.finish().await;
}

/// Proves that an operation is written down with its own gateway key before the call, and looked up and sent again
/// under it: planted, a system whose keys change between tries charges twice, and the gateway's books tell.
#[tokio::test(flavor = "multi_thread")]
async fn planted_keys_that_change_between_tries_are_seen_in_the_gateways_books() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    // The claim hands out a fresh key each time, as if none had been written down.
    system
        .plant("payment.open_operations_of(uuid[])", "o.gateway_key", "'hf-' || gen_random_uuid()::text")
        .await;

    let id = customer.book(shop.slot(), "pm_sim_timeoutAfterCharge").await;
    until("the money is reserved twice", || async {
        (system.done_by_gateway(Kind::Authorize) >= 2).then_some(())
    })
    .await;
    let faults = system.gateway_faults().await;
    println!("with the key dropped, booking {}: {faults:?}", uuid_of(&id));
    assert!(!faults.is_empty());
    system.abandon().await;
}
