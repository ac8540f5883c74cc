//! Load: clients that wait for each answer, and clients that come when they come.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::try_join_all;
use hdrhistogram::Histogram;
use hyper::body::Bytes;

use crate::{
    Error,
    wire::{self, Answer, Connection},
};

/// How long a client that was turned away waits, whatever it was told: it has other things to book.
const PAUSE: Duration = Duration::from_millis(5);

/// Makes the body of a client's next request.
pub(crate) type Bodies = Arc<dyn Fn(usize) -> Bytes + Send + Sync>;

/// What clients heard, and after how long.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    /// Microseconds to the answers that did what was asked.
    pub(crate) times: Histogram<u64>,
    /// Answers, by code; `DONE` for what was done.
    pub(crate) answers: BTreeMap<String, u64>,
    /// Seconds from the first request to the last answer.
    pub(crate) seconds: f64,
}

impl Tally {
    pub(crate) fn new() -> Self {
        let mut times = Histogram::new_with_bounds(1, 600_000_000, 3).expect("bounds that a histogram takes");
        times.auto(true);
        Self { times, answers: BTreeMap::new(), seconds: 0.0 }
    }

    /// Answers that did what was asked.
    pub(crate) fn done(&self) -> u64 {
        self.answers.get("DONE").copied().unwrap_or(0)
    }

    pub(crate) fn done_per_second(&self) -> f64 {
        count(self.done()) / self.seconds.max(f64::EPSILON)
    }

    pub(crate) fn record(&mut self, answer: &Answer, time: Duration) {
        let code = match answer {
            Answer::Done(_) => "DONE",
            Answer::Not { code, .. } => code,
        };
        match self.answers.get_mut(code) {
            Some(count) => *count += 1,
            None => drop(self.answers.insert(code.to_owned(), 1)),
        }
        if matches!(answer, Answer::Done(_)) {
            self.times.saturating_record(micros(time));
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.times.add(&other.times).expect("a histogram that grows");
        for (code, count) in &other.answers {
            *self.answers.entry(code.clone()).or_default() += count;
        }
        self.seconds = self.seconds.max(other.seconds);
    }
}

pub(crate) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark")]
pub(crate) fn count(number: u64) -> f64 {
    number as f64
}

/// Each client asks again as soon as it has its answer, until the time is over.
pub(crate) async fn closed(
    clients: &mut Vec<Connection>,
    time: Duration,
    bodies: &Bodies,
) -> Result<Tally, Error> {
    let begun = Instant::now();
    let tasks = clients.drain(..).enumerate().map(|(number, mut connection)| {
        let bodies = Arc::clone(bodies);
        tokio::spawn(async move {
            let mut tally = Tally::new();
            while begun.elapsed() < time {
                let body = bodies(number);
                let asked = Instant::now();
                let answer = wire::read(&connection.ask(body).await?);
                tally.record(&answer, asked.elapsed());
                if matches!(answer, Answer::Not { .. }) {
                    tokio::time::sleep(PAUSE).await;
                }
            }
            Ok::<_, Error>((connection, tally))
        })
    });
    let mut all = Tally::new();
    for ended in try_join_all(tasks).await? {
        let (connection, tally) = ended?;
        all.add(&tally);
        clients.push(connection);
    }
    all.seconds = begun.elapsed().as_secs_f64();
    Ok(all)
}

/// Requests come at a steady rate, whether earlier ones are answered or not: each has its time, and what it takes is counted
/// from then on, so that a server that stands still is not spared those who would have come meanwhile.
pub(crate) async fn open(
    clients: &mut Vec<Connection>,
    per_second: u64,
    time: Duration,
    bodies: &Bodies,
) -> Result<Tally, Error> {
    let requests = usize::try_from(per_second * time.as_secs().max(1)).unwrap_or(usize::MAX);
    let interval = Duration::from_secs(1) / u32::try_from(per_second).unwrap_or(u32::MAX).max(1);
    let (begun, next) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let tasks = clients.drain(..).map(|mut connection| {
        let (bodies, next) = (Arc::clone(bodies), Arc::clone(&next));
        tokio::spawn(async move {
            let mut tally = Tally::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= requests {
                    return Ok::<_, Error>((connection, tally));
                }
                let due = begun + interval * u32::try_from(number).unwrap_or(u32::MAX);
                tokio::time::sleep_until(due.into()).await;
                let answer = wire::read(&connection.ask(bodies(number)).await?);
                tally.record(&answer, due.elapsed());
            }
        })
    });
    let mut all = Tally::new();
    for ended in try_join_all(tasks).await? {
        let (connection, tally) = ended?;
        all.add(&tally);
        clients.push(connection);
    }
    all.seconds = begun.elapsed().as_secs_f64();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_code_and_only_what_was_done_is_timed() {
        let mut tally = Tally::new();
        tally.record(&Answer::Done("a".to_owned()), Duration::from_millis(3));
        tally.record(&Answer::Not { code: "SOLD_OUT".to_owned(), again_ms: None }, Duration::from_secs(9));
        let mut all = Tally::new();
        all.add(&tally);
        all.add(&tally);
        assert_eq!((all.done(), all.answers["SOLD_OUT"], all.times.len()), (2, 2, 2));
        assert!((2_990..=3_010).contains(&all.times.max()), "{}", all.times.max());
    }
}
