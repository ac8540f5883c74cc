//! Waiting for a state.

use std::time::{Duration, Instant};

/// How long a state may take to come about: generous, since other work may have the machine.
pub(super) const LIMIT: Duration = Duration::from_mins(1);

/// How often a state is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// Looks until `look` gives something; fails the test when that takes longer than [`LIMIT`].
pub(crate) fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within_limit(look).unwrap_or_else(|| panic!("waited {LIMIT:?} in vain until {what}"))
}

/// Looks until `look` gives something, or [`LIMIT`] is over.
pub(super) fn within_limit<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    loop {
        let found = look();
        if found.is_some() || started.elapsed() > LIMIT {
            return found;
        }
        std::thread::sleep(LOOK);
    }
}
