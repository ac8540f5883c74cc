//! The fence: what a worker records after its lease has passed on changes nothing.

use db::{Claim, ClaimRequest, Db, GatewayRegistration, StepAction, StepOutcome, StepResult};
use tests::{Goods, TestSystem, until, uuid_of};

use super::{Worker, books::Books, short_lease};

/// Claims until there is a step: a lease has to end first.
async fn claim(db: &Db, worker: &str, lease_seconds: i32) -> Claim {
    let request = ClaimRequest {
        worker: worker.to_owned(),
        batch: 10,
        lease_seconds,
        gateways: vec!["books".to_owned()],
        actions: StepAction::ALL.to_vec(),
    };
    until("a step can be claimed", || async {
        let claims = db.claim_steps(&request).await.expect("a claim");
        claims.into_iter().next()
    })
    .await
}

/// One worker is paused past its lease with a refusal in its hands; another has the step by then.
/// Gives whether the first's record changed anything, and the state of the payment after it.
async fn wake_after_the_lease(system: &TestSystem, slot: &str) -> (bool, String, Claim, Db) {
    let db = system.worker_db().await;
    let gateway = GatewayRegistration { code: "books".to_owned(), weight: 1, currencies: None };
    db.register_gateways(&[gateway]).await.expect("it is registered");
    let id = system.customer("ana").book(slot, "pm_card_visa").await;
    let first = claim(&db, "first", 1).await;
    assert!(!first.in_doubt, "it was never sent");
    let second = claim(&db, "second", 30).await;
    assert!(second.in_doubt, "the first may have sent it");
    let operation = |claim: &Claim| claim.call.as_ref().expect("a call").operation_id;
    assert_eq!(operation(&first), operation(&second), "the same step");
    assert!(second.lease > first.lease && second.read_ct > first.read_ct);

    let refusal = StepResult::Declined { code: "seen by a sleeper".to_owned() };
    let late = StepOutcome::of(&first, refusal);
    let recorded = db.record_steps(&[late], None).await.expect("a record");
    let status = format!("select status from payment.payment where booking_id = '{}'", uuid_of(&id));
    let status: String = system.database.value(status).await;
    (recorded[0].applied, status, second, db)
}

/// Proves the fence, `saga.is_held`.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_slept_past_its_lease_changes_nothing() {
    let system = TestSystem::idle().await;
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
    // Nor can it keep what it has not.
    let kept = db.heartbeat(30, &[db::HeldClaim { lease: second.lease - 1, ..second.held() }]).await;
    assert_eq!(kept.expect("a beat"), []);
    let kept = db.heartbeat(30, &[second.held()]).await;
    assert_eq!(kept.expect("a beat"), [second.saga_id]);

    let result = StepResult::Done { gateway_ref: "ref".to_owned(), expires_at: None };
    let done = StepOutcome::of(&second, result);
    let recorded = db.record_steps(std::slice::from_ref(&done), None).await.expect("a record");
    assert!(recorded[0].applied);
    let books = Books::new("books");
    let worker = Worker::start(&system, &[&books], short_lease()).await;
    system.at_rest().await;
    // The same record once more, when the saga has ended.
    let again = db.record_steps(&[done], None).await.expect("a record");
    assert!(!again[0].applied);
    db.close().await;
    worker.stop().await;
    system.finish().await;
}

/// The test above can fail: with the fence taken out, the sleeper's refusal is believed.
#[tokio::test(flavor = "multi_thread")]
async fn planted_without_its_fence_a_sleeper_does_harm() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    system
        .plant(
            "saga.is_held(saga.saga, integer)",
            "target.lease = lease and target.lease_until is not null and",
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
