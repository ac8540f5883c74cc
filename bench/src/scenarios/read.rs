//! `read`: how many places of a slot are free.

use crate::{
    Error, Scenario,
    load::{self, Tally},
    meter::{Cost, Meter},
    outcome::{Each, Outcome, median},
    pgbench::Script,
    scenarios::accept::PLENTY,
    shop::{Goods, Shop},
    stage::Stage,
};

/// Queries as fast as they are answered, in turns with `pgbench -S`.
pub(super) async fn run(stage: &mut Stage) -> Result<Outcome, Error> {
    let slots = stage.options.scale.slots;
    let mut system = stage.system("read").await?;
    let shop = Shop::open(&system, &stage.options, Goods::Places { slots, capacity: PLENTY }).await?;
    let mut customers = system.customers(&stage.options, stage.options.scale.clients).await?;
    let bodies = shop.availability();
    load::closed(&mut customers, stage.time() / 5, &bodies).await?;
    let (mut all, mut cost) = (Tally::new(), Cost::default());
    let (mut queries, mut selects) = (Vec::new(), Vec::new());
    for _ in 0..stage.options.scale.rounds {
        selects.push(stage.yardstick(Script::Select).await?);
        let meter = Meter::start(&mut system).await?;
        let tally = load::closed(&mut customers, stage.time(), &bodies).await?;
        cost = cost.and(meter.stop(&mut system).await?);
        queries.push(tally.done_per_second());
        all.add(&tally);
    }
    let mut outcome = Outcome::of(Scenario::Read);
    let (queries, selects) = (median(queries), median(selects));
    outcome.figure("queries_per_second", queries);
    outcome.figure("pgbench_select_per_second", selects);
    outcome.figure("ratio", queries / selects);
    outcome.heard("query", &all);
    outcome.each = Some(Each::of(&cost, all.done()));
    system.conclude(&mut outcome).await?;
    stage.finish(system).await?;
    Ok(outcome)
}
