//! Real bookings as input: a file of them, played through the public API as a client would.
//!
//! `rows` and `columns` read the file, `plan` says what will happen in which
//! order, `graph` which of it competes. `drive` sends it, `captures` waits for
//! the payments, `journal` remembers the answers; `settle` and `audit` look at
//! the end, `report` tells it. Nothing here knows any figure to come out.

mod audit;
mod captures;
mod columns;
mod drive;
mod error;
mod graph;
mod journal;
mod lines;
mod nodes;
mod options;
mod plan;
mod progress;
mod report;
mod rows;
mod send;
mod settle;
mod setup;
mod state;
#[cfg(test)]
mod tests;
mod values;

use std::{path::Path, time::Instant};

use chrono::{NaiveDate, Utc};
use chrono_tz::Tz;

use crate::client::Client;

pub(crate) use error::ReplayError;
pub(crate) use options::ReplayOptions;
pub(crate) use report::Summary;

use drive::{Drive, Fate};
use journal::{Answers, Journal};
use plan::Plan;
use progress::Progress;
use setup::Calendar;
use state::{State, Store};

/// How many of the contradictions found an error names.
const NAMED_AT_MOST: usize = 5;

/// A file that was read and found whole, so that a broken one costs nothing: no server has been started or asked.
pub(crate) struct Bookings {
    file: Vec<u8>,
    plan: Plan,
}

impl Bookings {
    /// Reads a file, or its first `limit` rows.
    pub(crate) fn read(path: &Path, limit: Option<usize>) -> Result<Self, ReplayError> {
        let file = std::fs::read(path).map_err(ReplayError::file(path))?;
        let table = rows::read(&file, limit)
            .map_err(|source| ReplayError::Table { path: path.to_owned(), source })?;
        Ok(Self { plan: Plan::new(table), file })
    }
}

/// Replays a file: bar on stderr, table on stdout, and the JSON if it was asked for.
///
/// The table and the JSON are there too when the server contradicts itself in
/// the end. What violated invariants mean is for the caller to say.
pub(crate) async fn run(options: ReplayOptions, bookings: Bookings) -> Result<Summary, ReplayError> {
    let began = Instant::now();
    let Bookings { file, plan } = bookings;
    let client = Client::new(&options.url, &options.organiser_token)?;
    let store = Store::new(&options.state_dir, &file, options.limit);
    let run = if options.resume {
        resume(&options, &store, &plan, &client).await?
    } else {
        begin(&options, &store, &plan)?
    };

    let slot_ids = setup::open(&client, &plan, &run.calendar).await?;
    let fates = play(&client, &plan, &slot_ids, run, options.concurrency).await?;
    let ended = settle::settle(&client, &plan, &fates).await?;
    let contradictions = audit::contradictions(&client, &plan, &slot_ids, &fates, &ended).await?;
    let violations = match &options.operator_token {
        Some(token) => Some(audit::violations(&Client::new(&options.url, token)?).await?),
        None => None,
    };

    let summary = Summary::new(&plan, &fates, &ended, violations, began.elapsed());
    print!("{}", summary.table());
    if let Some(path) = &options.json {
        summary.write_json(path)?;
    }
    if contradictions.is_empty() {
        Ok(summary)
    } else {
        Err(ReplayError::Contradiction(named(&contradictions)))
    }
}

/// A run about to be played, or played on.
struct Run {
    calendar: Calendar,
    journal: Journal,
    answers: Answers,
}

fn today(zone: Tz) -> NaiveDate {
    Utc::now().with_timezone(&zone).date_naive()
}

fn begin(options: &ReplayOptions, store: &Store, plan: &Plan) -> Result<Run, ReplayError> {
    let today = today(options.time_zone);
    let calendar = Calendar {
        run: format!("{:08x}", rand::random::<u32>()),
        shift_weeks: setup::shift_weeks(plan, today),
        zone: options.time_zone,
    };
    calendar.check(plan, today)?;
    let journal = store.begin(&State {
        run: calendar.run.clone(),
        shift_weeks: calendar.shift_weeks,
        file: options.file.clone(),
        limit: options.limit,
        url: options.url.clone(),
        time_zone: options.time_zone.name().to_owned(),
    })?;
    Ok(Run { calendar, journal, answers: Vec::new() })
}

async fn resume(
    options: &ReplayOptions,
    store: &Store,
    plan: &Plan,
    client: &Client,
) -> Result<Run, ReplayError> {
    let (state, journal, answers) = store.resume()?;
    // The zone of the run, not of the options: under the same keys the same slots have to be meant.
    let zone =
        state.time_zone.parse().map_err(|_| journal.broken(format!("no time zone {}", state.time_zone)))?;
    let calendar = Calendar { run: state.run, shift_weeks: state.shift_weeks, zone };
    if !answers.is_empty() {
        setup::recognise(client, plan, &calendar, &options.url).await?;
    }
    eprintln!("run {} goes on; {} answers are known", calendar.run, answers.len());
    Ok(Run { calendar, journal, answers })
}

async fn play(
    client: &Client,
    plan: &Plan,
    slot_ids: &[String],
    run: Run,
    concurrency: usize,
) -> Result<Vec<Fate>, ReplayError> {
    let progress = Progress::phase("bookings & cancellations", plan.sequence.len());
    let sender = send::Sender { client, plan, run: &run.calendar.run, slot_ids };
    let mut drive = Drive::new(&sender, run.journal, &progress);
    drive.recall(run.answers)?;
    drive.run(concurrency).await
}

fn named(found: &[String]) -> String {
    let first: Vec<&str> = found.iter().take(NAMED_AT_MOST).map(String::as_str).collect();
    let more = found.len() - first.len();
    let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("{}{rest}", first.join("; "))
}
