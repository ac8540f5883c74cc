//! The flows of `web-demo/e2e`, each against a `holdfast dev` of its own, in Debian's Chromium.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

use nix::sys::signal::Signal;

use crate::process::support::{DataDir, Dev};

/// A browser fills a core by itself: one flow at a time.
static BROWSER: Mutex<()> = Mutex::new(());

/// Pictures, and what Playwright writes down of a flow that failed: beside what cargo has built.
fn artifacts() -> PathBuf {
    let tests = std::env::current_exe().expect("our own path");
    tests.ancestors().nth(3).expect("the tests lie in cargo's folder").join("web-demo")
}

/// Runs one file of flows to its end; what it prints is in the log of the test.
fn flow(name: &str) {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web-demo");
    let playwright = demo.join("node_modules/@playwright/test/cli.js");
    assert!(playwright.is_file(), "Playwright is installed by ./test: run it once");
    let turn = BROWSER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let data = DataDir::new();
    let dev = Dev::start(&data);
    let output = Command::new("node")
        .arg(playwright)
        .args(["test", name])
        .current_dir(demo)
        .env("HOLDFAST_URL", dev.url())
        .env("HOLDFAST_ARTIFACTS", artifacts())
        .env("HOLDFAST_RUN", name)
        .env("NO_COLOR", "1")
        .output()
        .expect("Node can be started");
    drop(turn);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{said}");
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(" passed"), "nothing was run: {said}");
    let ended = dev.stop(Signal::SIGINT);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

#[test]
fn booking_from_the_hold_to_the_refund() {
    flow("book");
}

#[test]
fn two_browsers_on_one_seat_map_and_the_waiting_list() {
    flow("seats");
}

#[test]
fn a_hall_of_two_thousand_seats() {
    flow("hall");
}

#[test]
fn a_worker_killed_in_the_middle_of_a_payment() {
    flow("worker");
}

#[test]
fn the_connection_cut_and_restored_during_a_hold() {
    flow("connection");
}

#[test]
fn operating_through_trouble() {
    flow("operate");
}

#[test]
fn five_hundred_customers_rush_one_event() {
    flow("rush");
}

#[test]
fn every_page_is_accessible_at_every_width() {
    flow("pages");
}
