//! What those who watch may expect.

use std::time::Duration;

use clap::Args as ClapArgs;

#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Live")]
pub(crate) struct LiveArgs {
    /// Milliseconds that slots shown by queries may be old, at most; 0 reads them anew for each query.
    #[arg(long, env = "HOLDFAST_SLOTS_MAX_AGE_MS", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(0..=1000))]
    pub(crate) slots_max_age_ms: u64,
    /// Seconds that a client may take to read one message of a WebSocket, before it is closed with 1013.
    #[arg(long, env = "HOLDFAST_SLOW_AFTER_SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=300))]
    pub(crate) slow_after_seconds: u64,
}

impl LiveArgs {
    /// The settings with what is said here.
    pub(crate) fn apply(&self, settings: api::Settings) -> api::Settings {
        api::Settings {
            slots_max_age: Duration::from_millis(self.slots_max_age_ms),
            slow_after: Duration::from_secs(self.slow_after_seconds),
            ..settings
        }
    }
}
