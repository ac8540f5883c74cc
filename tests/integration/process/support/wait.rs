//! Waiting for a state.

use std::time::{Duration, Instant};

/// How long a state may take to come about: generous, since other work may have the machine.
pub(super) const LIMIT: Duration = Duration::from_mins(1);

/// How often a state is looked at.
pub(super) const LOOK: Duration = Duration::from_millis(5);

/// Looks until `look` gives something; fails the test when that takes longer than [`LIMIT`].
pub(in crate::process) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < LIMIT, "waited {LIMIT:?} in vain until {what}");
        std::thread::sleep(LOOK);
    }
}
