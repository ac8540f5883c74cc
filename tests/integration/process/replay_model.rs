//! `holdfast replay` against the rules, worked independently.

use serde_json::{Value, json};

use super::{
    model::{bookings_file, expected},
    support::{DataDir, Running, holdfast},
};

#[test]
fn the_model_knows_what_a_correct_system_ends_with() {
    let capacity = json!({
        "A": 100, "C": 7, "D": 37, "E": 23, "F": 9, "G": 7, "H": 5, "L": 1
    });
    let figures = json!({
        "rows": 10_198,
        "skipped_zero_night": 80,
        "capacity": capacity,
        "accepted": 9_987,
        "free": 89,
        "refused_sold_out": 131,
        "cancelled": 6_238,
        "confirmed_at_end": 3_749,
        "room_nights_held_at_end": 17_923,
        "captured_minor": 445_524_223_i64,
        "refunded_minor": 263_659_901_i64,
        "invariants_violated": 0,
    });
    assert_eq!(expected(None).json(), figures);
}

#[test]
fn a_replay_ends_with_what_the_model_says() {
    let data = DataDir::new();
    let model = expected(Some(2_000)).json();
    let replayed = replay(&data, &["--limit=2000"]);
    println!("the model: {model}\nthe system: {replayed}");
    assert_eq!(replayed, model);
    data.assert_no_postgres();
}

/// Replays the file to its end, and gives what it wrote, the seconds aside.
pub(super) fn replay(data: &DataDir, flags: &[&str]) -> Value {
    let process = start(data, flags);
    result(data, process)
}

/// Starts a replay of the file.
pub(super) fn start(data: &DataDir, flags: &[&str]) -> Running {
    let file = bookings_file().display().to_string();
    let json = format!("--json={}", data.file("result.json").display());
    let mut command = holdfast(&["replay", &file, &data.flag(), &json]);
    Running::start(command.args(flags))
}

/// What a replay that ends well has written, the seconds aside.
pub(super) fn result(data: &DataDir, process: Running) -> Value {
    let ended = process.end();
    println!("{}", ended.stdout);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let text = std::fs::read_to_string(data.file("result.json")).expect("it was to write JSON");
    let mut result: Value = serde_json::from_str(&text).expect("it is JSON");
    let seconds = result.as_object_mut().and_then(|keys| keys.remove("seconds"));
    let seconds = seconds.as_ref().and_then(Value::as_f64);
    assert!(seconds.is_some_and(|seconds| seconds > 0.0), "{text}");
    result
}
