//! The booking rules, as a model in Rust that knows nothing of the SQL, against the real database.
//!
//! A case is a list of operations, made by proptest and shrunk by it. It plays in a universe of its own:
//! an organiser with listings, slots and customers, which nobody else touches, so that after every
//! operation everything in it can be held against the model. Many universes share one database, and
//! beside them a universe that everybody uses at once ([`shared`]).
//!
//! A case is named by its seed and its number, such as `7/12`, and is the same whenever it is made.
//! A case that failed is played again in an empty database, by itself, and shrunk there; what fails only
//! in company is reported as it was played.
//!
//! - `HOLDFAST_OPERATIONS`: how many operations to play (15,000)
//! - `HOLDFAST_SEED`: from which seeds on; otherwise they are fixed, so that the checks are the same for everybody.
//!   Any other seed is worth a try: they are printed
//! - `HOLDFAST_CASE`: the case that [`one_case`] plays

mod change;
mod compare;
pub(crate) mod goods;
mod money;
pub(crate) mod ops;
mod queue;
mod sale;
mod seen;
mod shared;
pub(crate) mod state;
mod universe;
mod world;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::join_all;
use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};
use tokio::{runtime::Handle, task::block_in_place};

use ops::Op;
use shared::Shared;
pub(crate) use world::World;

/// Operations of a case.
const LENGTH: usize = 90;
/// Workers that each play one universe after the other.
const WORKERS: u64 = 6;
/// Customers of the shared universe who act at the same moment.
const CROWD: u64 = 3;
/// Operations between two looks at the invariants.
const BETWEEN_CHECKS: usize = 500;

/// A case's name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    seed: u64,
    number: u64,
}

fn rng(seed: u64, number: u64) -> TestRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

impl Name {
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        Self { seed, number }
    }

    fn runner(self) -> TestRunner {
        let config = Config {
            failure_persistence: None,
            max_shrink_iters: 1_000,
            max_shrink_time: 60_000,
            ..Config::default()
        };
        TestRunner::new_with_rng(config, rng(self.seed, self.number))
    }

    /// The operations of this case.
    pub(crate) fn ops(self) -> Vec<Op> {
        ops::case(LENGTH).new_tree(&mut self.runner()).expect("a case").current()
    }

    /// Plays this case by itself, and shrinks it when it fails; what it then comes down to.
    fn shrink(self, world: &Arc<World>) -> Option<String> {
        let mut runner = self.runner();
        let tree = ops::case(LENGTH).new_tree(&mut runner).expect("a case");
        let play = |ops: Vec<Op>| {
            let result = block_in_place(|| Handle::current().block_on(world.play(&ops)));
            result.map_err(TestCaseError::fail)
        };
        match runner.run_one(tree, play) {
            Ok(_) => None,
            Err(TestError::Fail(reason, ops)) => Some(format!("{} operations: {reason}", ops.len())),
            Err(TestError::Abort(reason)) => Some(reason.to_string()),
        }
    }
}

fn number_from(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// One universe after the other, until there were enough operations or somebody has failed.
async fn work(world: Arc<World>, seed: u64, enough: usize, stop: Arc<AtomicBool>) -> Option<(Name, String)> {
    for number in 0.. {
        if world.played() >= enough || stop.load(Ordering::Relaxed) {
            break;
        }
        let name = Name::new(seed, number);
        if let Err(difference) = world.play(&name.ops()).await {
            stop.store(true, Ordering::Relaxed);
            return Some((name, difference));
        }
    }
    None
}

/// The crowd in the shared universe, until the workers are done.
async fn crowd(world: Arc<World>, shared: Arc<Shared>, seed: u64, enough: usize, stop: Arc<AtomicBool>) {
    let mut rng = rng(seed, u64::MAX);
    while world.played() < enough && !stop.load(Ordering::Relaxed) {
        shared
            .act(&mut rng)
            .await
            .unwrap_or_else(|difference| panic!("in the shared universe: {difference}"));
    }
}

async fn gateway(world: Arc<World>, shared: Arc<Shared>, enough: usize, stop: Arc<AtomicBool>) {
    let mut round = 0;
    while world.played() < enough && !stop.load(Ordering::Relaxed) {
        let served = shared.serve_gateway(round).await;
        let served = served.unwrap_or_else(|difference| panic!("at the gateway: {difference}"));
        round += 1;
        if served == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Looks at the invariants as it goes; how often.
async fn watch(world: Arc<World>, enough: usize, stop: Arc<AtomicBool>) -> usize {
    let mut looks = 0;
    while world.played() < enough && !stop.load(Ordering::Relaxed) {
        if world.played() >= (looks + 1) * BETWEEN_CHECKS {
            assert_eq!(world.violations().await, [], "broken after {} operations", world.played());
            looks += 1;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    looks
}

fn print_figures(world: &World, shared: &Shared, started: Instant, looks: usize) {
    let figures = world.figures();
    for ((name, answer), count) in &figures {
        println!("{name:>16} {answer:<22} {count:>6}");
    }
    let refusals: usize =
        figures.iter().filter(|((_, answer), _)| answer != "accepted").map(|(_, n)| n).sum();
    let (bought, sold_out) = shared.told();
    println!(
        "{} operations, {refusals} refused, in {:.1} s; the invariants were looked at {looks} times; in the shared \
         universe {bought} bookings, {sold_out} times sold out",
        world.played(),
        started.elapsed().as_secs_f64()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thousands_of_operations_at_once_are_as_the_model_says() {
    let enough = number_from("HOLDFAST_OPERATIONS").map_or(15_000, |n| usize::try_from(n).expect("a number"));
    let world = World::open(11).await;
    let shared = Shared::open(&world).await;
    let stop = Arc::new(AtomicBool::new(false));
    // The last worker's seed is another each time, so that what is tried grows with the runs.
    let seed = |worker: u64| match number_from("HOLDFAST_SEED") {
        Some(seed) => seed + worker,
        None => worker,
    };
    let seeds: Vec<u64> = (0..WORKERS).map(seed).collect();
    println!("seeds {seeds:?}");

    let started = Instant::now();
    let near = |number: u64| {
        let crowd =
            crowd(Arc::clone(&world), Arc::clone(&shared), seeds[0] + number, enough, Arc::clone(&stop));
        tokio::spawn(crowd)
    };
    let crowds: Vec<_> = (0..CROWD).map(near).collect();
    let gateway = tokio::spawn(gateway(Arc::clone(&world), Arc::clone(&shared), enough, Arc::clone(&stop)));
    let watch = tokio::spawn(watch(Arc::clone(&world), enough, Arc::clone(&stop)));
    let work = |seed: &u64| tokio::spawn(work(Arc::clone(&world), *seed, enough, Arc::clone(&stop)));
    let failed: Vec<_> = join_all(seeds.iter().map(work)).await;
    stop.store(true, Ordering::Relaxed);
    for failed in failed {
        if let Some((name, difference)) = failed.expect("a worker's answer") {
            let world = World::open(2).await;
            let shrunk =
                name.shrink(&world).unwrap_or_else(|| "it passes by itself: it takes company".to_owned());
            panic!("case {}/{}: {difference}\n\nshrunk to {shrunk}", name.seed, name.number);
        }
    }
    let looks = watch.await.expect("the invariants hold");
    gateway.await.expect("the gateway answers");
    for crowd in crowds {
        crowd.await.expect("the crowd goes home");
    }

    while shared.serve_gateway(0).await.expect("the gateway answers") > 0 {}
    world.expire_holds().await.expect("a sweep");
    world.offer_places().await.expect("offers");
    while shared.serve_gateway(0).await.expect("the gateway answers") > 0 {}
    print_figures(&world, &shared, started, looks);
    shared.check().await.unwrap_or_else(|difference| panic!("in the shared universe: {difference}"));
    assert_eq!(world.violations().await, [], "invariants are broken in the end");
    assert_eq!(world.deadlocks().await, 0);
    world.close().await;
}

/// Plays one case by itself, and shrinks it when it fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_case() {
    let case = std::env::var("HOLDFAST_CASE").unwrap_or_else(|_| "100/0".to_owned());
    let name =
        case.split_once('/').and_then(|(seed, number)| Some((seed.parse().ok()?, number.parse().ok()?)));
    let (seed, number) = name.expect("HOLDFAST_CASE is a seed and a number, such as 7/12");
    let world = World::open(2).await;
    if let Some(shrunk) = Name::new(seed, number).shrink(&world) {
        panic!("case {case} comes down to {shrunk}");
    }
    world.close().await;
}
