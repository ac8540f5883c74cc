//! `holdfast dev`: the first thing that anybody starts.

use std::net::TcpListener;

use nix::sys::signal::Signal;

use super::model::bookings_file;
use super::support::{DataDir, Dev, Running, get, holdfast, is_free, until};

#[test]
fn what_it_prints_works_and_its_data_stays() {
    let data = DataDir::new();
    let dev = Dev::start(&data);
    println!("first start: ready after {} s", dev.seconds());
    assert_eq!(get(dev.address("GraphiQL")).0, 200);
    assert_eq!(get(dev.address("Health")).0, 200);
    let (status, metrics) = get(dev.address("Metrics"));
    assert_eq!(status, 200);
    assert!(metrics.contains("# TYPE "), "no metrics: {metrics}");
    for role in ["customer", "organiser", "operator"] {
        assert_eq!(dev.client(role).role(), role.to_uppercase());
    }
    let reference = dev.book();
    let booking = dev.client("customer").captured(&reference);
    assert_eq!(booking["status"], "CONFIRMED");
    assert_eq!(assert_stops(dev, Signal::SIGINT, &data), "");

    let dev = Dev::start(&data);
    println!("second start: ready after {} s", dev.seconds());
    assert_eq!(dev.client("customer").booking(&reference)["id"], booking["id"]);
    assert_ne!(dev.book(), reference);
    assert_eq!(assert_stops(dev, Signal::SIGTERM, &data), "");
}

#[test]
fn an_acknowledged_booking_outlives_a_kill() {
    let data = DataDir::new();
    let dev = Dev::start(&data);
    let reference = dev.book();
    dev.kill();
    assert!(data.has_postgres(), "the kill left nothing to take over");

    let dev = Dev::start(&data);
    println!("after a kill: ready after {} s", dev.seconds());
    let booking = dev.client("customer").captured(&reference);
    assert_eq!(booking["status"], "CONFIRMED");
    assert_eq!(booking["payment"]["captured"], booking["total"]);
    assert_stops(dev, Signal::SIGINT, &data);
}

#[test]
fn one_process_per_data_directory() {
    let data = DataDir::new();
    let dev = Dev::start(&data);
    let (bookings, flag) = (bookings_file().display().to_string(), data.flag());
    let named = data.path().display().to_string();
    let holder = format!("is in use by another process (pid {})", dev.pid());
    for command in [&["dev", &flag, "--port=0"], &["replay", &flag, &bookings]] {
        let second = Running::start(&mut holdfast(command)).end();
        assert_eq!(second.code, Some(1));
        assert!(second.stderr.contains(&holder), "{}", second.stderr);
        assert!(second.stderr.contains(&named), "{}", second.stderr);
    }
    assert_eq!(get(dev.address("Health")).0, 200);
    assert_stops(dev, Signal::SIGINT, &data);
}

#[test]
fn a_port_in_use_costs_nothing() {
    let data = DataDir::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("its address").port();
    let flag = format!("--port={port}");
    let refused = Running::start(&mut holdfast(&["dev", &data.flag(), &flag])).end();
    assert_eq!(refused.code, Some(1));
    let message = format!("127.0.0.1:{port} is in use by another program");
    assert!(refused.stderr.contains(&message), "{}", refused.stderr);
    assert!(refused.stderr.contains("--port (0 takes any free one)"), "{}", refused.stderr);
    assert!(!data.path().exists(), "something was made before the port was known to be free");
}

#[test]
fn an_interrupted_start_leaves_nothing_running() {
    let data = DataDir::new();
    let starting = Running::start(&mut holdfast(&["dev", &data.flag(), "--port=0"]));
    until("its Postgres is under way", || data.has_postgres().then_some(()));
    starting.signal(Signal::SIGINT);
    let ended = starting.end();
    data.assert_no_postgres();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

/// Stops it with a signal, and proves that nothing is left. Gives what it had to complain about.
fn assert_stops(dev: Dev, signal: Signal, data: &DataDir) -> String {
    let port = dev.port();
    let ended = dev.stop(signal);
    assert_eq!(ended.code, Some(0), "{signal}: {}", ended.stderr);
    data.assert_no_postgres();
    assert!(is_free(port), "port {port} is still taken");
    ended.stderr
}
