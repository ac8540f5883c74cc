//! Events at the other end: a real broker, relays and consumers as processes, and what must be true of the topic.
//!
//! One broker serves the whole run, each test under a prefix of its own; tests that kill it have their own. Where no
//! broker can be had they are skipped by name, which fails where `CI=true`.

mod ailing;
mod documented;
mod figures;
mod forms;
mod ground;
pub(crate) mod judge;
mod lives;
pub(crate) mod load;
mod outage;
mod parked;
mod planted;
mod proof;
pub(crate) mod reader;
mod replay;
mod secured;
mod slots;
pub(crate) mod stage;
mod topics;

use std::time::{Duration, Instant};

/// Looks until `look` gives something, for as long as a test of many events may take.
pub(crate) async fn patiently<T>(what: &str, limit: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(began.elapsed() < limit, "waited {limit:?} in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A number from the environment, for longer runs than continuous integration has time for.
pub(crate) fn from_env(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(value) => value.parse().unwrap_or_else(|error| panic!("{name}={value}: {error}")),
        Err(_) => otherwise,
    }
}
