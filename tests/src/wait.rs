//! Waiting for a state.

use std::time::{Duration, Instant};

/// How long a state may take to come about: generous, since other work may have the machine.
pub const LIMIT: Duration = Duration::from_secs(40);

/// How often a state is looked at.
const LOOK: Duration = Duration::from_millis(15);

/// Looks until `look` gives something; none when that takes longer than [`LIMIT`].
pub(crate) async fn in_time<T, F>(mut look: impl FnMut() -> F) -> Option<T>
where
    F: Future<Output = Option<T>>,
{
    let started = Instant::now();
    loop {
        match look().await {
            None if started.elapsed() < LIMIT => tokio::time::sleep(LOOK).await,
            found => return found,
        }
    }
}

/// Looks until `look` gives something, and fails the test when that takes longer than [`LIMIT`].
///
/// # Panics
/// When the state does not come about in time; `what` says what was waited for.
pub async fn until<T, F>(what: &str, look: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let found = in_time(look).await;
    found.unwrap_or_else(|| panic!("waited {LIMIT:?} in vain until {what}"))
}
