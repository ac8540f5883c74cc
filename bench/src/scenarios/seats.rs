//! `seats`: two seats beside one another, the best that are left.

use crate::{
    Error, Scenario, load,
    meter::Meter,
    outcome::{Each, Outcome},
    shop::{Goods, Shop},
    stage::Stage,
};

/// Halls that fill up while they are measured.
pub(super) async fn run(stage: &mut Stage) -> Result<Outcome, Error> {
    let (slots, rows) = stage.options.scale.halls;
    let mut system = stage.system("seats").await?;
    let shop = Shop::open(&system, &stage.options, Goods::Seats { slots, rows }).await?;
    let mut customers = system.customers(&stage.options, stage.options.scale.clients).await?;
    let meter = Meter::start(&mut system).await?;
    let tally = load::closed(&mut customers, stage.time(), &shop.bookings(2, None)).await?;
    let cost = meter.stop(&mut system).await?;
    let mut outcome = Outcome::of(Scenario::Seats);
    outcome.figure("accepted_per_second", tally.done_per_second());
    let (taken, sold) = (system.gauge.taken().await?, i64::try_from(2 * tally.done()).unwrap_or(i64::MAX));
    if taken != sold {
        return Err(Error::Count { scenario: "seats", what: "seats taken", found: taken, expected: sold });
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of seats")]
    outcome.figure("seats_taken", taken as f64);
    outcome.heard("accepted", &tally);
    outcome.each = Some(Each::of(&cost, tally.done()));
    system.conclude(&mut outcome).await?;
    stage.finish(system).await?;
    Ok(outcome)
}
