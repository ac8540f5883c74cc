//! What a replay is told.

use std::path::PathBuf;

/// The settings of one replay.
#[derive(Clone, Debug)]
pub(crate) struct ReplayOptions {
    /// The bookings: CSV, plain or gzipped.
    pub(crate) file: PathBuf,
    /// The server, such as `http://127.0.0.1:8080`.
    pub(crate) url: String,
    /// Books on behalf of customers and owns the listings.
    pub(crate) organiser_token: String,
    /// Reads the invariants; without it they are not checked.
    pub(crate) operator_token: Option<String>,
    /// Most requests in flight at once.
    pub(crate) concurrency: usize,
    /// Replays the first so many rows only.
    pub(crate) limit: Option<usize>,
    /// Goes on with the last run of this file and limit.
    pub(crate) resume: bool,
    /// Where the summary goes as JSON, besides the table.
    pub(crate) json: Option<PathBuf>,
    /// Where the run remembers what was answered.
    pub(crate) state_dir: PathBuf,
    /// Where the hotel stands: nights begin and end by its clocks.
    pub(crate) time_zone: chrono_tz::Tz,
}
