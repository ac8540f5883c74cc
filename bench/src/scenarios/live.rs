//! `live`: from a commit to the push of a subscription, while others book.

use std::time::{Duration, Instant};

use chrono::Utc;
use futures::{StreamExt as _, TryStreamExt as _, future::try_join_all, stream};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Scenario,
    load::{self, Tally, count},
    meter::Meter,
    outcome::{Each, Latency, Outcome},
    scenarios::{accept::PLENTY, subscriber::Subscriber},
    shop::{Goods, Shop},
    stage::{Stage, say},
    system::{System, customer},
    wire::{self, Answer, Connection, Document},
};

/// Bookings a second that nobody watches, beside those that are watched.
const OTHERS: u64 = 200;
/// Connections that they come over.
const OTHER_CLIENTS: usize = 32;
/// Connections that payments come over.
const PAYERS: usize = 64;
/// How long a subscriber waits for the end of its booking's way.
const PATIENCE: Duration = Duration::from_mins(2);
/// What is the end of it.
const LAST: &str = "payment.captured";

/// Each subscriber follows a booking of its own; all of them are paid, at a steady rate, and each change is timed from the
/// moment that it bears, which is a little before its commit.
pub(super) async fn run(stage: &mut Stage) -> Result<Outcome, Error> {
    let number = stage.options.scale.subscribers;
    let slots = stage.options.scale.slots;
    let mut system = stage.system("live").await?;
    let shop = Shop::open(&system, &stage.options, Goods::Places { slots, capacity: PLENTY }).await?;
    say(&format!("  {number} subscribers"));
    let customers = system.customers(&stage.options, number).await?;
    let bodies = shop.bookings(1, None);
    let booked = stream::iter(customers)
        .map(|customer| book(customer, bodies(0)))
        .buffered(PAYERS)
        .try_collect::<Vec<_>>()
        .await?;
    let (customers, bookings): (Vec<_>, Vec<_>) = booked.into_iter().unzip();
    let subscribers = subscribe(stage, &system, &bookings).await?;

    let mut others = system.customers(&stage.options, OTHER_CLIENTS).await?;
    let time = stage.time();
    let followed: Vec<_> = subscribers.into_iter().map(|one| tokio::spawn(follow(one))).collect();
    let (begun, meter) = (Instant::now(), Meter::start(&mut system).await?);
    let (paid, others) =
        tokio::join!(pay(customers, &bookings, time), load::open(&mut others, OTHERS, time, &bodies),);
    let (paid, others) = (paid?, others?);
    let (mut pushes, mut missed) = (Tally::new(), 0_u64);
    for ended in try_join_all(followed).await? {
        match ended? {
            Some(times) => {
                for time in times {
                    pushes.record(&Answer::Done(String::new()), time);
                }
            }
            None => missed += 1,
        }
    }
    let cost = meter.stop(&mut system).await?;
    let mut outcome = Outcome::of(Scenario::Live);
    let latency = Latency::of(&pushes.times);
    outcome.figure("subscribers", count(number as u64));
    outcome.figure("subscribers_that_missed_something", count(missed));
    outcome.figure("pushes", count(pushes.done()));
    outcome.figure("pushes_per_second", count(pushes.done()) / begun.elapsed().as_secs_f64());
    outcome.figure("push_p99_ms", if missed == 0 { latency.p99_ms } else { f64::NAN });
    outcome.figure("other_bookings_per_second", others.done_per_second());
    outcome.latency.insert("push", latency);
    outcome.latency.insert("paid", Latency::of(&paid.times));
    outcome.latency.insert("other_bookings", Latency::of(&others.times));
    outcome.answers = paid.answers;
    outcome.each = Some(Each::of(&cost, pushes.done()));
    system.conclude(&mut outcome).await?;
    stage.finish(system).await?;
    Ok(outcome)
}

async fn book(mut customer: Connection, body: hyper::body::Bytes) -> Result<(Connection, String), Error> {
    let payload = customer.must("a booking to follow", body).await?;
    let id = payload["subject"]["id"].as_str().unwrap_or_default().to_owned();
    Ok((customer, id))
}

async fn subscribe(stage: &Stage, system: &System, bookings: &[String]) -> Result<Vec<Subscriber>, Error> {
    let open = |(number, booking): (usize, String)| async move {
        let token = stage.options.tokens.of(&customer(number))?;
        Subscriber::open(system.address, &token, &booking).await
    };
    let all: Vec<_> = bookings.iter().cloned().enumerate().collect();
    stream::iter(all).map(open).buffered(PAYERS).try_collect().await
}

/// The times of all changes up to the last one; none when it did not come.
async fn follow(mut subscriber: Subscriber) -> Result<Option<Vec<Duration>>, Error> {
    let mut times = Vec::new();
    let all = tokio::time::timeout(PATIENCE, async {
        loop {
            let change = subscriber.change().await?;
            times.push((Utc::now() - change.occurred_at).to_std().unwrap_or_default());
            if change.r#type == LAST {
                return Ok::<_, Error>(());
            }
        }
    });
    match all.await {
        Ok(ended) => ended.map(|()| Some(times)),
        Err(_) => Ok(None),
    }
}

/// Everybody pays, one after the other, evenly over the time.
async fn pay(customers: Vec<Connection>, bookings: &[String], time: Duration) -> Result<Tally, Error> {
    let document = Document::new(
        "mutation Pay($input: PayBookingInput!) { payload: payBooking(input: $input) { \
         subject: booking { id status version } userErrors { code message path retryable retryAfterMs } } }",
    );
    let body = |booking: &String| {
        let input = json!({ "idempotencyKey": Uuid::new_v4(), "bookingId": booking, "paymentMethod": "pm_card_visa" });
        document.with(&json!({ "input": input }).to_string())
    };
    let bodies: Vec<_> = bookings.iter().map(body).collect();
    let interval = time / u32::try_from(bookings.len()).unwrap_or(u32::MAX).max(1);
    let begun = Instant::now();
    let tasks = customers.into_iter().zip(bodies).enumerate().map(|(number, (mut customer, body))| {
        tokio::spawn(async move {
            let due = begun + interval * u32::try_from(number).unwrap_or(u32::MAX);
            tokio::time::sleep_until(due.into()).await;
            let answer = wire::read(&customer.ask(body).await?);
            Ok::<_, Error>((answer, due.elapsed()))
        })
    });
    let mut all = Tally::new();
    for ended in try_join_all(tasks).await? {
        let (answer, time) = ended?;
        all.record(&answer, time);
    }
    Ok(all)
}
