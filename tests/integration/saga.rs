//! Steps under leases: fencing, kills, poison, rescue, and answers that come too late.

use std::time::Duration;

use db::{Claim, Db, OperationKind, Simulator, SimulatorAnswer, StepOutcome, StepResult};
use jobs::Settings;
use serde_json::json;
use tests::{Gate, Goods, Hold, TestSystem, settings, until, uuid_of};
use uuid::Uuid;

/// A lease as short as can be, so that a killed worker's step is soon another's.
fn short_lease() -> Settings {
    Settings { lease: Duration::from_secs(2), gateway_timeout: Duration::from_millis(1_900), ..settings() }
}

/// Claims until there is a step: a lease has to end first.
async fn claim(db: &Db, worker: &str, lease_seconds: i32) -> Claim {
    until("a step can be claimed", || async {
        let claims = db.claim_steps(worker, 10, lease_seconds).await.expect("a claim");
        claims.into_iter().next()
    })
    .await
}

/// What the gateway did for a claim.
async fn ask_gateway(db: &Db, claim: &Claim) -> StepResult {
    let call = Simulator {
        operation: claim.operation,
        key: &claim.gateway_key,
        amount_minor: claim.amount_minor,
        currency: claim.currency,
        payment_method: &claim.payment_method,
        authorization: claim.authorization.as_deref(),
    };
    match db.simulate(&call).await.expect("an answer") {
        SimulatorAnswer::Succeeded { reference, .. } => StepResult::Done { gateway_ref: reference },
        other => panic!("not done: {other:?}"),
    }
}

/// One worker is paused past its lease with a refusal in its hands; another has the step by then.
/// Gives whether the first's record changed anything, and the state of the payment after it.
async fn wake_after_the_lease(system: &TestSystem, slot: &str) -> (bool, String, Claim, Db) {
    let db = system.worker_db().await;
    let id = system.customer("ana").book(slot, "pm_card_visa").await;
    let first = claim(&db, "first", 1).await;
    let second = claim(&db, "second", 30).await;
    assert_eq!(first.operation_id, second.operation_id, "the same step");
    assert!(second.lease > first.lease && second.read_ct > first.read_ct);

    let refusal = StepResult::Declined { code: "seen by a sleeper".to_owned() };
    let late = StepOutcome::of(&first, refusal);
    let recorded = db.record_steps(&[late]).await.expect("a record");
    let status = format!("select status from payment.payment where booking_id = '{}'", uuid_of(&id));
    let status: String = system.database.value(status).await;
    (recorded[0].applied, status, second, db)
}

/// Proves the fence in `saga.record_steps` (`target.lease = item.lease`).
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_slept_past_its_lease_changes_nothing() {
    let mut system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;

    let (applied, status, second, db) = wake_after_the_lease(&system, shop.slot()).await;
    assert!(!applied);
    assert_eq!(status, "AUTHORIZING");
    // Nor has the sleeper deleted or moved the message that the second holds.
    let held: bool = system
        .database
        .value("select count(*) = 1 and min(vt) > clock_timestamp() + interval '20 seconds' from pgmq.q_saga")
        .await;
    assert!(held, "the message is the second's");

    let done = StepOutcome::of(&second, ask_gateway(&db, &second).await);
    let recorded = db.record_steps(std::slice::from_ref(&done)).await.expect("a record");
    assert!(recorded[0].applied);
    system.add_worker(None, settings());
    system.at_rest().await;
    // The same record once more, when the saga has ended.
    let again = db.record_steps(&[done]).await.expect("a record");
    assert!(!again[0].applied);
    db.close().await;
    system.finish().await;
}

/// The test above can fail: with the fence taken out, the sleeper's refusal is believed.
#[tokio::test(flavor = "multi_thread")]
async fn planted_without_its_fence_a_sleeper_does_harm() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    system
        .plant(
            "saga.record_steps(jsonb)",
            "target.lease = item.lease and target.lease_until is not null and",
            "",
        )
        .await;

    let (applied, status, _, db) = wake_after_the_lease(&system, shop.slot()).await;
    assert!(applied, "without the fence this record is taken");
    assert_eq!(status, "REQUIRES_METHOD");
    db.close().await;
    // What the bug has done is no matter here: the database goes as it is.
    system.abandon().await;
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
        [("AUTHORIZE".to_owned(), 2, true), ("CAPTURE".to_owned(), 1, true)]
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
    let parked: i64 = system.database.value("select count(*) from pgmq.a_saga").await;
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
async fn a_gateway_slower_than_its_time_out_is_asked_again_under_the_same_key() {
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
        [("AUTHORIZE".to_owned(), 2, true), ("CAPTURE".to_owned(), 1, true)]
    );
    system.finish().await;
}

/// Proves that an operation is written down with its own gateway key before the call, and sent again
/// under it: planted, a gateway that works keys twice is caught by `invariant.double_capture`.
#[tokio::test(flavor = "multi_thread")]
async fn planted_keys_that_change_between_tries_are_seen_in_the_gateways_books() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    // The claim hands out a fresh key each time, as if none had been written down.
    system
        .plant("payment.open_operation_of(uuid)", "o.gateway_key", "'hf-' || gen_random_uuid()::text")
        .await;

    let id = customer.book(shop.slot(), "pm_sim_timeoutAfterCharge").await;
    system.until_true("select count(*) >= 2 from simulator.ledger where operation = 'AUTHORIZE'").await;
    let broken = system.violations().await;
    println!("with the key dropped, booking {}: {broken:?}", uuid_of(&id));
    assert!(broken.iter().any(|(name, _)| name == "orphan_authorization"), "{broken:?}");
    system.abandon().await;
}
