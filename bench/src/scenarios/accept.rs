//! `spread` and `hot`: bookings that are accepted, over many slots and on one.

use db::{Actor, Command, CreateBooking, Db, DbRole, LineRequest, PoolOptions, Role, SlotId};
use uuid::Uuid;

use crate::{
    Error, Scenario,
    load::{self, Tally, count},
    meter::{Cost, Cpu, Meter},
    outcome::{Each, Latency, Outcome, median},
    pgbench::Script,
    shop::{Goods, Shop},
    stage::{Stage, say},
    stat,
    system::System,
    wire::Connection,
};

/// Places of each slot: as many as a slot may have.
pub(super) const PLENTY: usize = 1_000_000;
/// Commands in one call of the routine, where it is measured by itself.
const BATCH: usize = 100;
/// Availability queries a second beside the load.
const QUERIES: u64 = 200;
/// Connections that they come over.
const QUERIERS: usize = 32;

/// What rounds of load and yardstick in turns have shown.
struct Rounds {
    tally: Tally,
    cost: Cost,
    accepted: Vec<f64>,
    routine: Vec<f64>,
    /// Milliseconds of Postgres' CPU for each booking of the yardstick.
    routine_cpu_ms: Vec<f64>,
}

/// Over 1,000 slots; then what one booking costs, and how queries fare meanwhile.
pub(super) async fn spread(stage: &mut Stage) -> Result<Outcome, Error> {
    let slots = stage.options.scale.slots;
    let mut system = stage.system("spread").await?;
    let shop = Shop::open(&system, &stage.options, Goods::Places { slots, capacity: PLENTY }).await?;
    system.gauge.name_slots(&shop.uuids()).await?;
    let mut customers = system.customers(&stage.options, stage.options.scale.clients).await?;
    let rounds = rounds(stage, &mut system, &shop, &mut customers).await?;
    let mut outcome = outcome(Scenario::Spread, &rounds);
    let each = Each::of(&rounds.cost, rounds.tally.done());

    say("  the routine by itself, 100 bookings a call");
    let (alone_ms, alone_per_second) = routine_alone(stage, &system, &shop).await?;
    outcome.figure("routine_at_batch_100_cpu_ms", alone_ms);
    outcome.figure("routine_at_batch_100_per_second", alone_per_second);
    outcome.figure("cpu_ratio", each.cpu_ms / alone_ms);
    outcome.each = Some(each);

    say("  queries beside the bookings");
    let mut queriers = system.customers(&stage.options, QUERIERS).await?;
    let (bookings, availability) = (shop.bookings(1, None), shop.availability());
    let (booked, queried) = tokio::join!(
        load::closed(&mut customers, stage.time(), &bookings),
        load::open(&mut queriers, QUERIES, stage.time(), &availability),
    );
    let (booked, queried) = (booked?, queried?);
    let latency = Latency::of(&queried.times);
    outcome.figure("read_under_load_p99_ms", latency.p99_ms);
    outcome.figure("bookings_per_second_beside_queries", booked.done_per_second());
    outcome.latency.insert("read_under_load", latency);
    system.conclude(&mut outcome).await?;
    stage.finish(system).await?;
    Ok(outcome)
}

/// On one slot.
pub(super) async fn hot(stage: &mut Stage) -> Result<Outcome, Error> {
    let mut system = stage.system("hot").await?;
    let shop = Shop::open(&system, &stage.options, Goods::Places { slots: 1, capacity: PLENTY }).await?;
    system.gauge.name_slots(&shop.uuids()).await?;
    let mut customers = system.customers(&stage.options, stage.options.scale.clients).await?;
    let rounds = rounds(stage, &mut system, &shop, &mut customers).await?;
    let mut outcome = outcome(Scenario::Hot, &rounds);
    outcome.each = Some(Each::of(&rounds.cost, rounds.tally.done()));
    system.conclude(&mut outcome).await?;
    stage.finish(system).await?;
    Ok(outcome)
}

fn outcome(scenario: Scenario, rounds: &Rounds) -> Outcome {
    let mut outcome = Outcome::of(scenario);
    let (accepted, routine) = (median(rounds.accepted.clone()), median(rounds.routine.clone()));
    outcome.figure("accepted_per_second", accepted);
    outcome.figure("pgbench_routine_per_second", routine);
    outcome.figure("pgbench_routine_cpu_ms", median(rounds.routine_cpu_ms.clone()));
    outcome.figure("ratio", accepted / routine);
    outcome.heard("accepted", &rounds.tally);
    outcome
}

/// The load and the yardstick take turns in the same database: both meet the same noise, and the same tables.
async fn rounds(
    stage: &Stage,
    system: &mut System,
    shop: &Shop,
    customers: &mut Vec<Connection>,
) -> Result<Rounds, Error> {
    let (accepted, routine, routine_cpu_ms) = (Vec::new(), Vec::new(), Vec::new());
    let mut rounds = Rounds { tally: Tally::new(), cost: Cost::default(), accepted, routine, routine_cpu_ms };
    let bodies = shop.bookings(1, None);
    warm_up(stage, shop, customers).await?;
    system.gauge.analyze().await?;
    let script = Script::Create(shop.slots.len());
    for round in 1..=stage.options.scale.rounds {
        say(&format!("  round {round} of {}", stage.options.scale.rounds));
        let before = stat::cpu_of_family(system.postgres);
        let rate = stage.pgbench.measure(&system.database, script, stage.time()).await?;
        let cpu_ms = (stat::cpu_of_family(system.postgres) - before) * 1e3;
        rounds.routine_cpu_ms.push(cpu_ms / (rate * stage.time().as_secs_f64()));
        rounds.routine.push(rate);
        let meter = Meter::start(system).await?;
        let tally = load::closed(customers, stage.time(), &bodies).await?;
        rounds.cost = rounds.cost.and(meter.stop(system).await?);
        rounds.accepted.push(tally.done_per_second());
        rounds.tally.add(&tally);
    }
    Ok(rounds)
}

/// Plans are made, caches filled and connections opened before anything counts.
pub(super) async fn warm_up(
    stage: &Stage,
    shop: &Shop,
    customers: &mut Vec<Connection>,
) -> Result<(), Error> {
    load::closed(customers, stage.time() / 5, &shop.bookings(1, None)).await.map(drop)
}

/// Milliseconds of Postgres' CPU for one booking when the routine gets 100 at once from nobody but us, and how many a second
/// that gives.
async fn routine_alone(stage: &Stage, system: &System, shop: &Shop) -> Result<(f64, f64), Error> {
    let options = PoolOptions { connections: 1, ..PoolOptions::default() };
    let db = Db::connect(&system.url, DbRole::Api, &options).await?;
    let slots = shop.uuids();
    let (before, begun) = (Cpu::now(system), std::time::Instant::now());
    let mut bookings: u64 = 0;
    while begun.elapsed() < stage.time() {
        let commands: Vec<_> = (0..BATCH).map(|number| command(slots[number * 7 % slots.len()])).collect();
        let outcomes = db.write(&commands).await?;
        bookings += outcomes.iter().filter(|outcome| outcome.refusal.is_none()).map(|_| 1).sum::<u64>();
    }
    let seconds = begun.elapsed().as_secs_f64();
    let cpu = stat::cpu_of_family(system.postgres) - before.postgres;
    db.close().await;
    Ok((cpu * 1e3 / count(bookings), count(bookings) / seconds))
}

fn command(slot: Uuid) -> Command<CreateBooking> {
    let line = LineRequest {
        slot_id: SlotId(slot),
        quantity: 1,
        seats: None,
        section: None,
        price_class: None,
        rate_plan: None,
        unit_price_minor: None,
        unit_price_currency: None,
    };
    let write = CreateBooking { customer_id: None, payment_method: None, note: None, lines: vec![line] };
    let actor = Actor { role: Role::Customer, subject: "routine".to_owned(), organiser_id: None };
    let (key, fingerprint) = (Uuid::new_v4().to_string(), "routine".to_owned());
    Command { actor, key, fingerprint, trace: None, write }
}
