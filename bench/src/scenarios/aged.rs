//! `aged`: the load of `spread` on a database full of old bookings, in turns with one that is empty.

use std::time::{Duration, Instant};

use db::bench::Bulk;

use crate::{
    Error, Scenario,
    load::{self, Tally, count},
    outcome::{Outcome, median},
    scenarios::accept::{PLENTY, warm_up},
    shop::{Goods, Shop},
    stage::{Stage, say},
    system::System,
    wire::Connection,
};

/// How long the gateway's own list may take to be read.
const RECONCILED: Duration = Duration::from_mins(2);
const LOOK: Duration = Duration::from_millis(100);

/// A system, and what it sells to whom.
struct Side {
    system: System,
    shop: Shop,
    customers: Vec<Connection>,
}

/// One run for each number of old bookings; the last one's ratio counts.
pub(super) async fn run(stage: &mut Stage) -> Result<Outcome, Error> {
    let mut outcome = Outcome::of(Scenario::Aged);
    for old in stage.options.scale.aged.clone() {
        compare(stage, old, &mut outcome).await?;
    }
    Ok(outcome)
}

async fn compare(stage: &mut Stage, old: i64, outcome: &mut Outcome) -> Result<(), Error> {
    let mut aged = age(stage, old, outcome).await?;
    let mut fresh = fresh(stage).await?;
    for side in [&mut aged, &mut fresh] {
        warm_up(stage, &side.shop, &mut side.customers).await?;
        side.system.gauge.analyze().await?;
    }
    let (mut with, mut without, mut tally) = (Vec::new(), Vec::new(), Tally::new());
    for _ in 0..stage.options.scale.rounds {
        let bodies = fresh.shop.bookings(1, None);
        without.push(load::closed(&mut fresh.customers, stage.time(), &bodies).await?.done_per_second());
        let bodies = aged.shop.bookings(1, None);
        let round = load::closed(&mut aged.customers, stage.time(), &bodies).await?;
        with.push(round.done_per_second());
        tally.add(&round);
    }
    let (with, without) = (median(with), median(without));
    outcome.figure("accepted_per_second", with);
    outcome.figure("accepted_per_second_when_empty", without);
    outcome.figure("ratio", with / without);
    outcome.heard("accepted", &tally);
    let begun = Instant::now();
    aged.system.conclude(outcome).await?;
    outcome.figure("seconds_to_check_invariants", begun.elapsed().as_secs_f64());
    for side in [aged, fresh] {
        stage.finish(side.system).await?;
    }
    Ok(())
}

async fn fresh(stage: &mut Stage) -> Result<Side, Error> {
    let system = stage.system("fresh").await?;
    let shop = shop(stage, &system).await?;
    let customers = system.customers(&stage.options, stage.options.scale.clients).await?;
    Ok(Side { system, shop, customers })
}

async fn shop(stage: &Stage, system: &System) -> Result<Shop, Error> {
    let slots = stage.options.scale.slots;
    Shop::open(system, &stage.options, Goods::Places { slots, capacity: PLENTY }).await
}

/// The system makes and settles one booking, which is then copied while nobody is connected.
async fn age(stage: &mut Stage, old: i64, outcome: &mut Outcome) -> Result<Side, Error> {
    let mut system = stage.system("aged").await?;
    let shop = shop(stage, &system).await?;
    system.gauge.name_slots(&shop.uuids()).await?;
    let mut customers = system.customers(&stage.options, 1).await?;
    customers[0].must("the booking to copy", shop.bookings(1, Some("pm_card_visa"))(0)).await?;
    system.at_rest().await?;
    // Both its operations are on the gateway's own list, and so will those of its copies.
    let begun = Instant::now();
    while system.gauge.reconciled().await? < 2 {
        if begun.elapsed() > RECONCILED {
            return Err(Error::Late("the reading of the gateway's list"));
        }
        tokio::time::sleep(LOOK).await;
    }
    let (database, url) = (system.database.clone(), system.url.clone());
    let organiser = system.organiser;
    system.stop().await?;

    let begun = Instant::now();
    let mut bulk = Bulk::open(&url, stage.machine.cores).await?;
    bulk.copy(old, |so_far| say(&format!("  {so_far} of {old} old bookings"))).await?;
    #[expect(clippy::cast_precision_loss, reason = "a count of bookings")]
    outcome.figure("old_bookings", old as f64);
    outcome.figure("seconds_to_load", begun.elapsed().as_secs_f64());

    let mut system = stage.system_again(&database).await?;
    system.organiser = organiser;
    let bytes = u64::try_from(system.gauge.bytes().await?).unwrap_or(0);
    outcome.figure("database_gb", count(bytes) / 1e9);
    let customers = system.customers(&stage.options, stage.options.scale.clients).await?;
    Ok(Side { system, shop, customers })
}
