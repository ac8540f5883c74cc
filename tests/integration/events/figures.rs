//! How many events a relay sends a second, and how long one takes from its booking to a consumer.
//!
//! A short form runs with the tests; `docs/benchmarks/events.md` says how to run a longer one. `HOLDFAST_EVENTS` sets
//! how many bookings wait for the relay, and how many are timed one by one.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use tests::Broker;

use super::{
    from_env,
    judge::{events, every_booking_is_told},
    load::Sale,
    patiently,
    stage::{Form, Stage},
};

/// Between two bookings that are timed.
const PACE: Duration = Duration::from_millis(10);
const LIMIT: Duration = Duration::from_mins(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_a_second_of_one_relay_and_the_time_to_a_consumer() {
    let Some(broker) = Broker::shared().await else { return };
    let bookings = usize::try_from(from_env("HOLDFAST_EVENTS", 3_000)).expect("a count");
    let stage = Stage::open(broker.address(), Form::Registered).await;
    let sale = Sale::open(&stage.system).await;
    sale.book(&stage.system, bookings, 0).await;
    let waiting = events(&stage.system).await;

    let relay = stage.relay();
    let reader = stage.reader("booking", 1);
    patiently("the first has come", LIMIT, async || (reader.distinct() > 0).then_some(())).await;
    let (first, began) = (reader.distinct(), Instant::now());
    patiently("all have come", LIMIT, async || (reader.distinct() == waiting).then_some(())).await;
    let rate = f64::from(u32::try_from(waiting - first).expect("a count")) / began.elapsed().as_secs_f64();
    println!("one relay, {waiting} events waiting: {rate:.0} events a second");

    let paced = bookings / 10;
    for number in 0..paced {
        assert!(sale.book_one(&stage.system, number).await, "there is room");
        tokio::time::sleep(PACE).await;
    }
    let all = events(&stage.system).await;
    patiently("the timed ones have come", LIMIT, async || (reader.distinct() == all).then_some(())).await;
    let seen = reader.seen();
    let mut ids = BTreeSet::new();
    let mut times: Vec<Duration> = seen
        .iter()
        .filter(|one| ids.insert(&one.id))
        .skip(waiting)
        .map(|one| {
            let happened: DateTime<Utc> = one.headers["ce_time"].parse().expect("a time");
            (one.at - happened).to_std().unwrap_or_default()
        })
        .collect();
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    println!(
        "{} events, one booking every {PACE:?}: {:.0} ms (p50), {:.0} ms (p99) from the event's \
              time to the consumer",
        times.len(),
        at(50),
        at(99)
    );
    every_booking_is_told(&stage.system, &seen).await;
    relay.stop().await;
    stage.finish().await;
}
