//! Ports of this machine.

use std::{
    net::{Ipv4Addr, TcpListener},
    sync::atomic::{AtomicU16, Ordering},
};

/// A free port that no outgoing connection is given by chance, so that it stays free while a
/// server on it is down. Each is given once.
pub(crate) fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    // Two runs of these tests at once begin at different places.
    let first = 20_000 + u16::try_from(std::process::id() % 100).expect("below 100") * 100;
    (0..100)
        .map(|_| first + GIVEN.fetch_add(1, Ordering::Relaxed) % 100)
        .find(|port| is_free(*port))
        .expect("one of 100 ports is free")
}

/// Whether nobody listens on this port.
pub(in crate::process) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}
