//! `flash`: many more clients than places, all at once.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures::future::try_join_all;

use crate::{
    Error, Scenario,
    load::{Tally, count},
    meter::Meter,
    outcome::{Each, Latency, Outcome},
    shop::{Goods, Shop},
    stage::{Stage, say},
    wire::{self, Answer, Connection},
};

/// The time in which they all come, evenly. Each one's time to its last answer is counted from when it came, whatever the
/// server or this client were doing then.
const RUSH: Duration = Duration::from_secs(1);
/// How long a client keeps trying.
const PATIENCE: Duration = Duration::from_mins(1);
/// What a client that is told nothing about it waits before it tries again.
const PAUSE_MS: u64 = 100;

/// Opens a connection for everybody, and lets them come.
pub(super) async fn run(stage: &mut Stage) -> Result<Outcome, Error> {
    let scale = &stage.options.scale;
    let (clients, places) = (scale.flash_clients, scale.flash_places);
    let mut system = stage.system("flash").await?;
    let shop = Shop::open(&system, &stage.options, Goods::Places { slots: 1, capacity: places }).await?;
    say(&format!("  {clients} connections"));
    let customers = system.customers(&stage.options, clients).await?;
    let (bodies, meter) = (shop.bookings(1, None), Meter::start(&mut system).await?);
    // A moment for the tasks to be there when their time comes.
    let begun = Instant::now() + Duration::from_millis(200);
    let share = RUSH / u32::try_from(clients).unwrap_or(u32::MAX);
    let tasks = customers.into_iter().enumerate().map(|(number, connection)| {
        let due = begun + share * u32::try_from(number).unwrap_or(u32::MAX);
        tokio::spawn(buy(connection, bodies(number), due))
    });
    let (mut accepted, mut refused) = (Tally::new(), Tally::new());
    let (mut answered, mut turned_away) = (0_u64, BTreeMap::new());
    for bought in try_join_all(tasks).await? {
        for code in bought.turned_away {
            *turned_away.entry(code).or_insert(0_u64) += 1;
        }
        let Some(answer) = bought.answer else { continue };
        answered += 1;
        match answer {
            Answer::Done(_) => accepted.record(&answer, bought.after),
            // Its time is kept, too: being told no at once is a part of being served.
            Answer::Not { .. } => refused.record(&Answer::Done(String::new()), bought.after),
        }
    }
    let cost = meter.stop(&mut system).await?;
    let unanswered = (clients as u64).saturating_sub(answered);
    let (taken, expected) = (system.gauge.taken().await?, signed(accepted.done()));
    // Who was never answered may have been served all the same.
    if taken < expected || taken > expected + signed(unanswered) {
        return Err(Error::Count { scenario: "flash", what: "places taken", found: taken, expected });
    }
    let mut outcome = Outcome::of(Scenario::Flash);
    outcome.figure("clients", count(clients as u64));
    outcome.figure("answered", count(answered));
    outcome.figure("unanswered", count(unanswered));
    outcome.figure("accepted", count(accepted.done()));
    outcome.figure("places", count(places as u64));
    outcome.figure("sold_out", count(refused.done()));
    outcome.figure("times_turned_away", count(turned_away.values().sum()));
    outcome.latency.insert("accepted", Latency::of(&accepted.times));
    outcome.latency.insert("sold_out", Latency::of(&refused.times));
    // A quick answer to some is no figure while others have none.
    let p99_ms = if unanswered == 0 { outcome.latency["accepted"].p99_ms } else { f64::NAN };
    outcome.figure("accepted_p99_ms", p99_ms);
    outcome.answers = turned_away;
    outcome.answers.insert("DONE".to_owned(), accepted.done());
    outcome.answers.insert("SOLD_OUT".to_owned(), refused.done());
    outcome.each = Some(Each::of(&cost, answered));
    system.conclude(&mut outcome).await?;
    outcome.figure("api_idle_mb", outcome.memory_mb.api.idle);
    outcome.figure("api_peak_mb", outcome.memory_mb.api.peak);
    stage.finish(system).await?;
    Ok(outcome)
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// How it went for one client.
struct Bought {
    /// The last word; none when patience was over before it came.
    answer: Option<Answer>,
    /// From when it came to when it heard that.
    after: Duration,
    /// The codes that it was told before, and came back.
    turned_away: Vec<String>,
}

/// Comes when it is due, and again under the same key for as long as it is told to.
async fn buy(mut connection: Connection, body: hyper::body::Bytes, due: Instant) -> Bought {
    let mut turned_away = Vec::new();
    tokio::time::sleep_until(due.into()).await;
    while due.elapsed() < PATIENCE {
        // A connection that breaks is opened again: the key is the same.
        let answer = match connection.ask(body.clone()).await {
            Ok(answer) => wire::read(&answer),
            Err(_) => Answer::Not { code: "NO_ANSWER".to_owned(), again_ms: None },
        };
        let after = due.elapsed();
        match answer {
            Answer::Not { code, again_ms } if code != "SOLD_OUT" => {
                turned_away.push(code);
                tokio::time::sleep(Duration::from_millis(again_ms.unwrap_or(PAUSE_MS))).await;
            }
            answer => return Bought { answer: Some(answer), after, turned_away },
        }
    }
    Bought { answer: None, after: due.elapsed(), turned_away }
}
