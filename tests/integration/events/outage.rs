//! The broker away under load: bookings go on as if nothing had happened, and what waits is drained soon after.
//!
//! `HOLDFAST_OUTAGE_SECONDS` sets for how long it is away (30 unless said otherwise).

use std::time::{Duration, Instant};

use futures::{StreamExt as _, stream};
use tests::Broker;

use super::{
    from_env,
    judge::{events, every_booking_is_told},
    load::Sale,
    patiently,
    stage::{Form, Stage},
};

/// Bookings a second.
const RATE: u64 = 60;
/// The time with the broker there, to compare with.
const BEFORE: Duration = Duration::from_secs(8);

/// How long a test of few events may take.
const LIMIT: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bookings_do_not_notice_that_the_broker_is_away() {
    let Some(mut broker) = Broker::own().await else { return };
    let outage = Duration::from_secs(from_env("HOLDFAST_OUTAGE_SECONDS", 30));
    let stage = Stage::open(broker.address(), Form::Registered).await;
    let relay = stage.relay();
    let reader = stage.reader("booking", 1);
    let sale = Sale::open(&stage.system).await;

    let with = book_for(BEFORE, &stage, &sale).await;
    let expected = events(&stage.system).await;
    patiently("what was booked is told", tests::LIMIT, async || {
        (reader.distinct() == expected).then_some(())
    })
    .await;
    broker.kill().await;
    let told = reader.distinct();
    let without = book_for(outage, &stage, &sale).await;
    assert_eq!(reader.distinct(), told, "nobody was there to tell it");

    let expected = events(&stage.system).await;
    broker.start().await;
    let listens = Instant::now();
    let limit = outage.max(Duration::from_mins(1));
    // It listens before it has read what it left, and takes nothing until then.
    stage.is_served("booking", limit).await;
    let back = Instant::now();
    let drained = async {
        patiently("the backlog is drained", limit, async || {
            (unpublished(&stage).await == 0).then_some(back.elapsed())
        })
        .await
    };
    let seen = async {
        patiently("the consumer has it all", limit, async || {
            (reader.distinct() == expected).then_some(back.elapsed())
        })
        .await
    };
    let (drained, seen) = tokio::join!(drained, seen);
    println!(
        "away for {outage:.0?}: {} events drained in {drained:.1?}, {:.3} of it (the goal is 0.1), {:.1?} after the \
         broker listened and {seen:.1?} until the consumer had them; a booking took {:.1} ms (median) without the \
         broker and {:.1} ms with it, ratio {:.2}",
        expected - told,
        drained.as_secs_f64() / outage.as_secs_f64(),
        back.duration_since(listens),
        median(&without).as_secs_f64() * 1e3,
        median(&with).as_secs_f64() * 1e3,
        median(&without).as_secs_f64() / median(&with).as_secs_f64()
    );
    // Generous, since other tests may have the machine.
    assert!(drained <= (outage / 10).max(Duration::from_secs(15)), "{drained:?}");
    assert!(
        median(&without) <= median(&with) * 3 + Duration::from_millis(20),
        "bookings wait for the broker"
    );
    every_booking_is_told(&stage.system, &reader.seen()).await;
    relay.stop().await;
    stage.finish().await;
}

/// That it can fail: without renewed leases the other lane of the relay takes the batch over after two seconds, and sends
/// each event again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_takes_its_time_is_sent_nothing_twice() {
    let Some(mut broker) = Broker::own().await else { return };
    let stage = Stage::open(broker.address(), Form::Registered).await;
    let relay = stage.relay();
    let reader = stage.reader("booking", 1);
    let sale = Sale::open(&stage.system).await;
    sale.book_one(&stage.system, 0).await.expect("there is room");
    patiently("the relay is at work", tests::LIMIT, async || (reader.distinct() > 0).then_some(())).await;

    broker.pause().await;
    sale.book(&stage.system, 50, 0).await;
    let claimed = "select count(*) > 0 from outbox.subject where lease_until is not null";
    stage.system.until_true(claimed).await;
    // Longer than the leases of two seconds, and shorter than the five after which a message counts as not sent.
    tokio::time::sleep(Duration::from_millis(3_500)).await;
    let is_late: bool = stage.system.database.value(claimed).await;
    assert!(is_late, "the batch has waited for the broker");
    broker.resume().await;

    let expected = events(&stage.system).await;
    patiently("all has come", LIMIT, async || (reader.distinct() == expected).then_some(())).await;
    let found = every_booking_is_told(&stage.system, &reader.seen()).await;
    println!("{} events, {} of them twice", found.events, found.duplicates);
    assert_eq!(found.duplicates, 0, "leases were lost while the batch was under way");
    relay.stop().await;
    stage.finish().await;
}

/// How many events of bookings the broker has not acknowledged.
async fn unpublished(stage: &Stage) -> i64 {
    stage
        .system
        .database
        .value(
            "select coalesce(sum(b.version - coalesce(s.published, 0)), 0)::bigint from booking.booking b
             left join outbox.subject s on s.kind = 'BOOKING' and s.id = b.id",
        )
        .await
}

/// Books at a steady rate for a time; how long each booking took, all of which are made.
async fn book_for(time: Duration, stage: &Stage, sale: &Sale) -> Vec<Duration> {
    let count = time.as_secs() * RATE;
    let began = tokio::time::Instant::now();
    stream::iter(0..count)
        .map(|number| async move {
            tokio::time::sleep_until(
                began + Duration::from_secs(number) / u32::try_from(RATE).expect("small"),
            )
            .await;
            let sent = Instant::now();
            let number = usize::try_from(number).expect("a count");
            sale.book_one(&stage.system, number)
                .await
                .expect("it is booked whether the broker is there or not");
            sent.elapsed()
        })
        .buffer_unordered(16)
        .collect()
        .await
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2]
}
