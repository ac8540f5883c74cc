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
    let lag = lag(&stage).await;
    assert!(lag > outage.as_secs_f64() * 0.8, "the lag is how long the oldest waits: {lag} s");

    let expected = events(&stage.system).await;
    broker.start().await;
    let listens = Instant::now();
    let limit = outage.max(Duration::from_mins(1));
    // It listens before it has read what it left, and takes nothing until then.
    stage.is_served("booking", limit).await;
    let back = Instant::now();
    let backlog = expected - told;
    let left = async |most: usize| {
        patiently("the backlog is drained", limit, async || {
            (unpublished(&stage).await <= most).then_some(back.elapsed())
        })
        .await
    };
    let drained = async { (left(backlog - 1).await, left(0).await) };
    let seen = async {
        patiently("the consumer has it all", limit, async || {
            (reader.distinct() == expected).then_some(back.elapsed())
        })
        .await
    };
    let ((begun, drained), seen) = tokio::join!(drained, seen);
    let [produced, sent] = [outage, drained.saturating_sub(begun).max(Duration::from_millis(1))]
        .map(|time| f64::from(u32::try_from(backlog).expect("a count")) / time.as_secs_f64());
    println!(
        "away for {outage:.0?}: {backlog} events drained in {drained:.1?}, {:.3} of it (the goal is 0.1), {:.1?} after the \
         broker listened and {seen:.1?} until the consumer had them; {produced:.0} events a second were written, and \
         {sent:.0} a second sent from {begun:.1?} on, ratio {:.1}",
        drained.as_secs_f64() / outage.as_secs_f64(),
        back.duration_since(listens),
        sent / produced
    );
    println!("bookings with the broker: {with}; without: {without}; {}", without.by(&with));
    // An hour's events are gone in six minutes, whatever the machine.
    assert!(sent >= produced * 10.0, "{sent:.0} a second is too slow for {produced:.0}");
    assert_eq!((with.failed, without.failed), (0, 0), "each booking was made");
    assert!(
        without.percentile(50) <= with.percentile(50) * 3 + Duration::from_millis(20),
        "bookings wait for the broker"
    );
    every_booking_is_told(&stage.system, &reader.seen()).await;
    let drained = lag_is_gone(&stage);
    patiently("nothing lags", LIMIT, drained).await;
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
    assert!(sale.book_one(&stage.system, 0).await, "there is room");
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
async fn unpublished(stage: &Stage) -> usize {
    let count: i64 = stage
        .system
        .database
        .value(
            "select coalesce(sum(b.version - coalesce(s.published, 0)), 0)::bigint from booking.booking b
             left join outbox.subject s on s.kind = 'BOOKING' and s.id = b.id",
        )
        .await;
    usize::try_from(count).expect("a count")
}

/// For how long the oldest event of bookings and deliveries has waited, in seconds, as the metric tells it.
async fn lag(stage: &Stage) -> f64 {
    let db = stage.system.worker_db().await;
    let lags = db.outbox_lag().await.expect("the lag can be asked for");
    db.close().await;
    lags.iter().find(|lag| lag.queue == "outbox").expect("the queue is there").oldest_seconds
}

fn lag_is_gone(stage: &Stage) -> impl AsyncFnMut() -> Option<()> {
    async || (lag(stage).await == 0.0).then_some(())
}

/// How bookings fared.
struct Fared {
    /// Sorted.
    times: Vec<Duration>,
    failed: usize,
}

impl Fared {
    fn percentile(&self, percent: usize) -> Duration {
        self.times[(self.times.len() - 1) * percent / 100]
    }

    /// In words, with another.
    fn by(&self, other: &Self) -> String {
        let ratio =
            |percent| self.percentile(percent).as_secs_f64() / other.percentile(percent).as_secs_f64();
        format!("ratio {:.2} (p50), {:.2} (p99)", ratio(50), ratio(99))
    }
}

impl std::fmt::Display for Fared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [p50, p99] = [50, 99].map(|percent| self.percentile(percent).as_secs_f64() * 1e3);
        let made = self.times.len() - self.failed;
        write!(f, "{made} of {} made, {p50:.1} ms (p50), {p99:.1} ms (p99)", self.times.len())
    }
}

/// Books at a steady rate for a time, over HTTP.
async fn book_for(time: Duration, stage: &Stage, sale: &Sale) -> Fared {
    let count = time.as_secs() * RATE;
    let began = tokio::time::Instant::now();
    let booked: Vec<_> = stream::iter(0..count)
        .map(|number| async move {
            tokio::time::sleep_until(
                began + Duration::from_secs(number) / u32::try_from(RATE).expect("small"),
            )
            .await;
            let sent = Instant::now();
            let is_made = sale.book_one(&stage.system, usize::try_from(number).expect("a count")).await;
            (sent.elapsed(), is_made)
        })
        .buffer_unordered(16)
        .collect()
        .await;
    let failed = booked.iter().filter(|(_, is_made)| !is_made).count();
    let mut times: Vec<_> = booked.into_iter().map(|(took, _)| took).collect();
    times.sort_unstable();
    Fared { times, failed }
}
