//! `saga`: bookings that are paid, all the way to captured, and to published where there is a broker.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use futures::future::try_join_all;

use crate::{
    Error, Scenario,
    load::{Tally, count},
    meter::Meter,
    outcome::{Each, Outcome},
    pgbench::Script,
    scenarios::accept::PLENTY,
    shop::{Goods, Shop},
    stage::Stage,
    system::System,
    wire::{self, Connection},
};

/// A fixed number of bookings: the clock stops when the last of them is settled.
pub(super) async fn run(stage: &mut Stage) -> Result<Outcome, Error> {
    let slots = stage.options.scale.slots;
    let mut system = stage.system("saga").await?;
    let shop = Shop::open(&system, &stage.options, Goods::Places { slots, capacity: PLENTY }).await?;
    let mut customers = system.customers(&stage.options, stage.options.scale.clients).await?;
    // The first ones find cold caches and no plans.
    book(&mut customers, &shop, stage.options.scale.sagas / 20).await?;
    settled(stage, &mut system).await?;
    system.gauge.analyze().await?;
    let before = system.gauge.captured().await?;

    let first = stage.yardstick(Script::TpcB).await?;
    let (begun, meter) = (Instant::now(), Meter::start(&mut system).await?);
    let tally = book(&mut customers, &shop, stage.options.scale.sagas).await?;
    let accepted = begun.elapsed();
    settled(stage, &mut system).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let cost = meter.stop(&mut system).await?;
    let second = stage.yardstick(Script::TpcB).await?;

    let captured = system.gauge.captured().await? - before;
    let expected = i64::try_from(tally.done()).unwrap_or(i64::MAX);
    if captured != expected {
        return Err(Error::Count { scenario: "saga", what: "bookings captured", found: captured, expected });
    }
    if stage.options.kafka_brokers.is_some() {
        let found = system.gauge.unpublished().await?;
        if found > 0 {
            return Err(Error::Count {
                scenario: "saga",
                what: "bookings not published",
                found,
                expected: 0,
            });
        }
    }
    let mut outcome = Outcome::of(Scenario::Saga);
    let (rate, yardstick) = (count(tally.done()) / seconds, f64::midpoint(first, second));
    outcome.figure("captured_per_second", rate);
    outcome.figure("pgbench_tpcb_per_second", yardstick);
    outcome.figure("ratio", rate / yardstick);
    outcome.figure("accepted_after_seconds", accepted.as_secs_f64());
    outcome.figure("settled_after_seconds", seconds);
    outcome.figure("published", f64::from(u8::from(stage.options.kafka_brokers.is_some())));
    outcome.heard("accepted", &tally);
    outcome.each = Some(Each::of(&cost, tally.done()));
    system.conclude(&mut outcome).await?;
    stage.finish(system).await?;
    Ok(outcome)
}

async fn settled(stage: &Stage, system: &mut System) -> Result<(), Error> {
    system.at_rest().await?;
    if stage.options.kafka_brokers.is_some() { system.all_published().await } else { Ok(()) }
}

/// So many bookings by all clients together.
async fn book(customers: &mut Vec<Connection>, shop: &Shop, number: usize) -> Result<Tally, Error> {
    let (bodies, next, begun) =
        (shop.bookings(1, Some("pm_card_visa")), Arc::new(AtomicUsize::new(0)), Instant::now());
    let tasks = customers.drain(..).enumerate().map(|(client, mut connection)| {
        let (bodies, next) = (Arc::clone(&bodies), Arc::clone(&next));
        tokio::spawn(async move {
            let mut tally = Tally::new();
            while next.fetch_add(1, Ordering::Relaxed) < number {
                let asked = Instant::now();
                let answer = wire::read(&connection.ask(bodies(client)).await?);
                tally.record(&answer, asked.elapsed());
            }
            Ok::<_, Error>((connection, tally))
        })
    });
    let mut all = Tally::new();
    for ended in try_join_all(tasks).await? {
        let (connection, tally) = ended?;
        all.add(&tally);
        customers.push(connection);
    }
    all.seconds = begun.elapsed().as_secs_f64();
    Ok(all)
}
