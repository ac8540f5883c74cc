//! `holdfast bench --quick`: every scenario runs, tells all that it should, and leaves no invariant broken. Its figures are
//! printed, and say nothing here, where other tests have the machine as well.

use std::fs;

use nix::sys::signal::Signal;
use serde_json::Value;

use super::support::{DataDir, Running, holdfast, sql, until};

/// Each scenario, with the figures and the latencies that it has.
const SCENARIOS: [(&str, &[&str], &[&str]); 8] = [
    (
        "spread",
        &[
            "accepted_per_second",
            "pgbench_routine_per_second",
            "ratio",
            "cpu_ratio",
            "routine_at_batch_100_cpu_ms",
            "routine_at_batch_100_per_second",
            "read_under_load_p99_ms",
            "bookings_per_second_beside_queries",
        ],
        &["accepted", "read_under_load"],
    ),
    ("hot", &["accepted_per_second", "pgbench_routine_per_second", "ratio"], &["accepted"]),
    (
        "flash",
        &[
            "clients",
            "answered",
            "accepted",
            "places",
            "sold_out",
            "accepted_p99_ms",
            "api_idle_mb",
            "api_peak_mb",
        ],
        &["accepted", "sold_out"],
    ),
    ("saga", &["captured_per_second", "pgbench_tpcb_per_second", "ratio"], &["accepted"]),
    ("read", &["queries_per_second", "pgbench_select_per_second", "ratio"], &["query"]),
    ("live", &["subscribers", "pushes", "push_p99_ms", "other_bookings_per_second"], &["push", "paid"]),
    ("seats", &["accepted_per_second", "seats_taken"], &["accepted"]),
    (
        "aged",
        &["accepted_per_second", "accepted_per_second_when_empty", "ratio", "old_bookings", "database_gb"],
        &["accepted"],
    ),
];

#[test]
fn every_scenario_runs_and_breaks_no_invariant() {
    let data = DataDir::new();
    let (json, plots) = (data.file("bench.json"), data.file("plots"));
    let arguments = [
        "bench".to_owned(),
        "--quick".to_owned(),
        data.flag(),
        format!("--json={}", json.display()),
        format!("--out={}", plots.display()),
    ];
    let running = Running::start(&mut holdfast(&arguments.each_ref().map(String::as_str)));
    let ended = running.end_of_long_work(10);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    data.assert_no_postgres();
    println!("{}", ended.stdout);

    let report: Value = serde_json::from_slice(&fs::read(json).expect("the result")).expect("JSON");
    for (name, figures, latencies) in SCENARIOS {
        let scenario = &report["scenarios"][name];
        for figure in figures {
            let value = scenario["figures"][figure].as_f64();
            assert!(value.is_some_and(f64::is_finite), "{name}: {figure} is {value:?}");
        }
        for latency in latencies {
            let times = &scenario["latency"][latency];
            let at = |share: &str| times[share].as_f64().unwrap_or(f64::NAN);
            let shares = ["p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms"].map(at);
            assert!(times["count"].as_u64() > Some(0), "{name}: {latency}: {times}");
            assert!(shares.is_sorted() && shares[0] > 0.0, "{name}: {latency}: {times}");
        }
        assert!(scenario["invariants_checked"].as_u64() >= Some(17), "{name}: {scenario}");
        assert!(scenario["memory_mb"]["api"]["peak"].as_f64() > Some(1.0), "{name}: {scenario}");
    }
    let flash = &report["scenarios"]["flash"]["figures"];
    assert_eq!(flash["answered"], flash["clients"], "{flash}");
    assert_eq!(flash["accepted"], flash["places"], "{flash}");
    let live = &report["scenarios"]["live"]["figures"];
    assert_eq!(live["subscribers_that_missed_something"], 0.0, "{live}");
    let each = &report["scenarios"]["spread"]["each"];
    for cost in ["api_cpu_ms", "postgres_cpu_ms", "client_cpu_ms", "cpu_ms", "wal_bytes", "sql_calls"] {
        assert!(each[cost].as_f64() > Some(0.0), "{cost}: {each}");
    }
    assert_eq!(report["ratios"].as_array().map(Vec::len), Some(11), "{}", report["ratios"]);
    for plot in ["ratios.svg", "latency.svg"] {
        let svg = fs::read_to_string(plots.join(plot)).expect("a plot");
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"), "{plot}: {svg}");
    }
}

#[test]
fn a_benchmark_that_is_broken_off_leaves_nothing_running() {
    let data = DataDir::new();
    let running = Running::start(&mut holdfast(&["bench", "--quick", "spread", &data.flag()]));
    until("its API is there", || data.path().join("bench_spread-serve.log").exists().then_some(()));
    running.signal(Signal::SIGINT);
    let ended = running.end();
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(ended.stderr.contains("interrupted"), "{}", ended.stderr);
    until("its Postgres has ended", || (!data.has_postgres()).then_some(()));
}

#[test]
fn where_an_invariant_is_broken_there_are_no_figures_but_those_of_others() {
    let data = DataDir::new();
    let json = data.file("bench.json");
    let to = format!("--json={}", json.display());
    let arguments = ["bench", "--quick", "--seconds=5", "hot", "read", &data.flag(), &to];
    let running = Running::start(&mut holdfast(&arguments));
    // Its log is there before its slots are, but after its database.
    until("its API is there", || data.path().join("bench_read-serve.log").exists().then_some(()));
    let server = data.database_url();
    let (server, _) = server.rsplit_once('/').expect("a database's name");
    let database = format!("{server}/bench_read");
    until("one of its slots is counted wrong", || {
        let broken =
            "with one as (update inventory.slot set taken = taken + 1 returning 1) select count(*) from one";
        (sql(&database, broken) != "0").then_some(())
    });
    let ended = running.end_of_long_work(10);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(ended.stderr.contains("rows in invariant."), "{}", ended.stderr);
    assert!(ended.stderr.contains("no figures of read"), "{}", ended.stderr);
    let report: Value = serde_json::from_slice(&fs::read(json).expect("the result")).expect("JSON");
    assert!(report["scenarios"]["read"].is_null(), "figures of a system that broke its promise: {report}");
    let why = report["failures"]["read"].as_str().unwrap_or_default();
    assert!(why.contains("rows in invariant."), "{report}");
    let kept = &report["scenarios"]["hot"]["figures"]["accepted_per_second"];
    assert!(kept.as_f64() > Some(0.0), "what was measured before is kept: {report}");
    data.assert_no_postgres();
}
