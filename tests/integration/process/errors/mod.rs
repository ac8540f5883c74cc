//! What the binary says when it can't do what it is asked, and that it has then done nothing.

mod configuration;
mod database;
mod import_file;
mod no_postgres;
mod replay_file;

use std::process::Command;

use super::support::Running;

/// What a command writes to standard error that is refused.
fn refused(command: &mut Command) -> String {
    failed(1, command)
}

/// What a command writes to standard error whose flags can't be understood.
fn misused(command: &mut Command) -> String {
    failed(2, command)
}

fn failed(code: i32, command: &mut Command) -> String {
    let ended = Running::start(command).end();
    assert_eq!(ended.code, Some(code), "{command:?}: {}\n{}", ended.stdout, ended.stderr);
    assert!(!ended.stderr.contains("panicked"), "{command:?}: {}", ended.stderr);
    println!("{}\n", ended.stderr);
    ended.stderr
}

/// Fails the test unless the text has all these parts.
#[track_caller]
fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}
