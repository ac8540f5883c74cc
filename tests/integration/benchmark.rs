//! Figures that are ratios taken in one run: never part of the checks, run by hand.
//!
//! `cargo test --release -p tests --test integration -- --ignored --nocapture benchmark`

use std::time::{Duration, Instant};

use db::{ClaimRequest, Db, GatewayRegistration, StepAction, StepOutcome, StepResult};
use tests::{Goods, Shop, TestSystem};

use crate::engine::order;

const BATCH: usize = 100;
const ROUNDS: usize = 30;

/// One system, and what its bookings have taken so far.
struct Side {
    system: TestSystem,
    worker: Db,
    shop: Shop,
    created: Vec<Duration>,
    settled: Vec<Duration>,
}

impl Side {
    async fn new() -> Self {
        let system = TestSystem::idle().await;
        let shop = system.shop(&Goods { capacity: 1_000_000, ..Goods::default() }).await;
        let worker = system.worker_db().await;
        let gateway = GatewayRegistration { code: "benchmark".to_owned(), weight: 1, currencies: None };
        worker.register_gateways(&[gateway]).await.expect("it is registered");
        Self { system, worker, shop, created: Vec::new(), settled: Vec::new() }
    }

    /// A batch of bookings of one hot slot, from accepted to captured.
    async fn round(&mut self) {
        let commands: Vec<_> = (0..BATCH).map(|_| order(&self.shop)).collect();
        let begun = Instant::now();
        let outcomes = self.system.api.write(&commands).await.expect("they are written");
        self.created.push(begun.elapsed());
        assert!(outcomes.iter().all(|outcome| outcome.refusal.is_none()), "{outcomes:?}");

        let begun = Instant::now();
        // Authorize, then capture.
        for _ in 0..2 {
            let claims = self.worker.claim_steps(&request()).await.expect("claims");
            assert_eq!(claims.len(), BATCH);
            let done = |claim: &db::Claim| {
                let gateway_ref = claim.call.as_ref().expect("a call").gateway_key.clone();
                StepOutcome::of(claim, StepResult::Done { gateway_ref, expires_at: None })
            };
            let outcomes: Vec<_> = claims.iter().map(done).collect();
            self.worker.record_steps(&outcomes, None).await.expect("they are recorded");
        }
        self.settled.push(begun.elapsed());
    }
}

fn request() -> ClaimRequest {
    ClaimRequest {
        worker: "benchmark".to_owned(),
        batch: 100,
        lease_seconds: 60,
        gateways: vec!["benchmark".to_owned()],
        actions: StepAction::ALL.to_vec(),
    }
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark"]
async fn what_the_ledgers_cost_the_write_path() {
    let mut with = Side::new().await;
    let mut without = Side::new().await;
    // The same routines, but nothing is written in the two ledgers.
    let plant = |routine, text, bug| without.system.plant(routine, text, bug);
    plant(
        "inventory.move(uuid[], uuid[], integer[], text, text)",
        "join inventory.slot s on s.id = m.slot_id;",
        "join inventory.slot s on s.id = m.slot_id where false;",
    )
    .await;
    plant("payment.post(jsonb)", "where t.amount_minor > 0", "where false").await;
    plant("payment.post_operations(uuid[])", "o.state = 'SUCCEEDED'", "false").await;
    for round in 0..ROUNDS {
        // Taking turns, and turns at being first, both meet the same noise.
        if round % 2 == 0 {
            with.round().await;
            without.round().await;
        } else {
            without.round().await;
            with.round().await;
        }
    }
    for (what, with, without) in
        [("accepted", &with.created, &without.created), ("settled", &with.settled, &without.settled)]
    {
        let (with, without) = (median(with), median(without));
        println!(
            "{BATCH} bookings {what}: {:.1} ms with ledgers, {:.1} ms without, ratio {:.3}",
            with.as_secs_f64() * 1e3,
            without.as_secs_f64() * 1e3,
            with.as_secs_f64() / without.as_secs_f64()
        );
    }
    let total = |side: &Side| median(&side.created) + median(&side.settled);
    let ratio = total(&with).as_secs_f64() / total(&without).as_secs_f64();
    println!("both: ratio {ratio:.3}; the limit is 1.2");
    for side in [with, without] {
        side.worker.close().await;
        side.system.abandon().await;
    }
}
