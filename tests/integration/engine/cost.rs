//! What a booking's saga costs the database: statements within routines, counted by Postgres.

use db::{
    Claim, ClaimRequest, Db, DbRole, GatewayRegistration, PoolOptions, StepAction, StepOutcome, StepResult,
};
use tests::{Goods, Shop, TestSystem};

use super::order;

/// Bookings in each batch.
const BATCH: usize = 100;
/// What Postgres asks by itself for each row that it adds.
const FOREIGN_KEYS: &str = "SELECT % FROM ONLY %";
/// Statements that each further booking of a batch may take, from accepted to captured: its message is read and deleted by
/// itself. When each step was claimed and recorded by itself, it was 113.
const EACH: f64 = 2.1;

/// Records that the gateway did all of these; what the worker goes on with.
pub(super) async fn record(worker: &Db, claims: &[Claim]) -> Vec<Claim> {
    let done = |claim: &Claim| {
        let gateway_ref = claim.call.as_ref().expect("a call").gateway_key.clone();
        StepOutcome::of(claim, StepResult::Done { gateway_ref, expires_at: None })
    };
    let outcomes: Vec<_> = claims.iter().map(done).collect();
    let going_on = request(claims.len());
    let recorded = worker.record_steps(&outcomes, Some(&going_on)).await.expect("they are recorded");
    assert!(recorded.iter().all(|step| step.applied), "{recorded:?}");
    recorded.into_iter().filter_map(|step| step.next).collect()
}

/// What a worker by hand can take on.
pub(super) fn request(batch: usize) -> ClaimRequest {
    ClaimRequest {
        worker: "by hand".to_owned(),
        batch: i32::try_from(batch).expect("few"),
        lease_seconds: 60,
        gateways: vec!["counted".to_owned()],
        actions: StepAction::ALL.to_vec(),
    }
}

/// One connection of a worker, whose plans are kept, with the gateway that it can ask.
pub(super) async fn worker(system: &TestSystem) -> Db {
    let options = PoolOptions { connections: 1, ..PoolOptions::default() };
    let worker = Db::connect(&system.database.url, DbRole::Worker, &options).await.expect("a connection");
    let gateway = GatewayRegistration { code: "counted".to_owned(), weight: 1, currencies: None };
    worker.register_gateways(&[gateway]).await.expect("it is registered");
    worker
}

/// Statements that so many bookings took after they were accepted, and checks of foreign keys beside these.
async fn statements(system: &TestSystem, worker: &Db, shop: &Shop, bookings: usize) -> (i64, i64) {
    let commands: Vec<_> = (0..bookings).map(|_| order(shop)).collect();
    let accepted = system.api.write(&commands).await.expect("they are written");
    assert!(accepted.iter().all(|outcome| outcome.refusal.is_none()), "{accepted:?}");
    let counted = async || {
        let keys = system.database.statements_like(FOREIGN_KEYS, false).await;
        (system.database.statements_like("%", false).await - keys, keys)
    };
    let before = counted().await;
    let mut left = bookings;
    while left > 0 {
        let claims = worker.claim_steps(&request(BATCH)).await.expect("claims");
        let next = record(worker, &claims).await;
        assert_eq!(next.len(), claims.len(), "all go on");
        assert_eq!(record(worker, &next).await, [], "to the end");
        left -= claims.len();
    }
    let after = counted().await;
    (after.0 - before.0, after.1 - before.1)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_bookings_takes_hardly_more_statements_than_one() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(1_000)).await;
    system.database.count_statements().await;
    let worker = worker(&system).await;

    // The first makes plans, and what that takes is not of interest.
    statements(&system, &worker, &shop, 1).await;
    let one = statements(&system, &worker, &shop, 1).await;
    let batch = statements(&system, &worker, &shop, BATCH).await;
    let two = statements(&system, &worker, &shop, 2 * BATCH).await;
    let ratio = |statements: i64, bookings: usize| {
        let bookings = i32::try_from(bookings).expect("few");
        f64::from(i32::try_from(statements).expect("not many")) / f64::from(bookings)
    };
    let each = ratio(batch.0 - one.0, BATCH - 1);
    println!(
        "statements from accepted to captured: {} for one booking, {} for {BATCH}, {} for {}: {:.2} a booking, {each:.2} \
         for each further one, and {:.2} checks of foreign keys",
        one.0,
        batch.0,
        two.0,
        2 * BATCH,
        ratio(two.0, 2 * BATCH),
        ratio(two.1, 2 * BATCH)
    );
    assert!(two.1 > 0, "they are told apart");
    assert!(each <= EACH, "{each}");
    let captured: i64 =
        system.database.value("select count(*) from payment.payment where status = 'CAPTURED'").await;
    assert_eq!(usize::try_from(captured), Ok(2 + 3 * BATCH));
    worker.close().await;
    assert_eq!(system.violations().await, []);
    // The gateway of this test has no books for the system's own to be held against.
    system.abandon().await;
}
