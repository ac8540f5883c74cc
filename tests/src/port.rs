//! Ports of this machine.

use std::{
    net::{Ipv4Addr, TcpListener},
    sync::atomic::{AtomicU16, Ordering},
};

/// Below the ports that outgoing connections are given, so that they stay free while a server is dead.
const FIRST: u16 = 30_000;
const COUNT: u16 = 2_700;

/// A port for a server that is killed and comes back; none is given twice in a run.
pub fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    // Two runs of these tests at once begin at different places.
    let offset = u16::try_from(std::process::id() % 27).expect("below 27") * 100;
    (0..COUNT)
        .map(|_| FIRST + (offset + GIVEN.fetch_add(1, Ordering::Relaxed)) % COUNT)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("a port is free")
}
