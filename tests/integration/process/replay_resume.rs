//! Replays that are struck in the middle.

use nix::sys::signal::Signal;
use serde_json::Value;
use simulator::{Kind, Settings, Simulator};

use super::{
    model::{Figures, expected},
    replay_model::{replay, result, start},
    support::{DataDir, Dev, free_port, sql, until},
};

const LIMIT: usize = 600;
const LIMIT_FLAG: &str = "--limit=600";

#[test]
fn a_killed_replay_is_resumed_where_it_was() {
    let data = DataDir::new();
    let model = expected(Some(LIMIT));
    let mut first = start(&data, &[LIMIT_FLAG]);
    until("a part of it is done", || (data.journal_lines() > 100).then_some(()));
    assert!(first.kill(), "it ended before it was killed");
    assert_in_the_middle(&data, &model);
    assert!(!data.file("result.json").exists(), "it had got to its end");

    let resumed = replay(&data, &[LIMIT_FLAG, "--resume"]);
    assert_eq!(resumed, model.json());
    data.assert_no_postgres();
    let dev = Dev::start(&data);
    assert_nothing_doubled(&data, &model);
    assert_eq!(dev.stop(Signal::SIGINT).code, Some(0));
    assert_charged_once(&data, &model);
    data.assert_no_postgres();
}

#[test]
fn a_replay_outlives_its_server() {
    let data = DataDir::new();
    let model = expected(Some(LIMIT));
    let port = free_port();
    let dev = Dev::start_on(&data, port);
    let url = format!("--url={}", dev.url());
    let mut client = start(&data, &[LIMIT_FLAG, &url]);
    until("a part of it is done", || (data.journal_lines() > 100).then_some(()));
    dev.kill();
    assert_in_the_middle(&data, &model);
    assert!(!client.has_ended(), "the client gave up at once");

    let dev = Dev::start_on(&data, port);
    println!("ready again after {} s", dev.seconds());
    let replayed: Value = result(&data, client);
    assert_eq!(replayed, model.json());
    assert_nothing_doubled(&data, &model);
    assert_eq!(dev.stop(Signal::SIGINT).code, Some(0));
    assert_charged_once(&data, &model);
    data.assert_no_postgres();
}

/// Proves that the fault struck while there was work to lose.
fn assert_in_the_middle(data: &DataDir, model: &Figures) {
    let done = u64::try_from(data.journal_lines()).expect("few lines");
    println!("killed after {done} of {} operations", model.operations());
    assert!(done > 50, "killed too early: {done} operations done");
    assert!(done < model.operations(), "killed too late: all is done");
}

/// Counts in the books of the system, while the database runs.
fn assert_nothing_doubled(data: &DataDir, model: &Figures) {
    let url = data.database_url();
    let count = |statement: &str| sql(&url, statement).parse::<i64>().expect("a number");
    let is = |accepted: u64| i64::try_from(accepted).expect("few bookings");
    assert_eq!(count("select count(*) from booking.booking"), is(model.accepted));
}

/// Counts in the gateway's own books, once the process that has them has ended.
fn assert_charged_once(data: &DataDir, model: &Figures) {
    let ledger = data.path().join("simulator.redb");
    let simulator = Simulator::open(Some(&ledger), Settings::default()).expect("nobody has the ledger");
    let rows = simulator.entries(0, usize::MAX).entries;
    let of = |kind| rows.iter().filter(move |row| row.call.kind == kind).map(|row| row.call.amount_minor);
    assert_eq!(of(Kind::Capture).count() as u64, model.accepted - model.free);
    assert_eq!(of(Kind::Capture).sum::<i64>(), model.captured_minor);
    assert_eq!(of(Kind::Refund).sum::<i64>(), model.refunded_minor);
}
