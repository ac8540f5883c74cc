//! The rules of the replay, read from `DESIGN.md` ("The replay") and worked one booking after the
//! other, in memory: what a correct system ends with.
//!
//! It shares no code with the product, and was written without a look at the product's own replay.

mod cents;
mod figures;
mod rows;
mod simulate;

use std::path::PathBuf;

pub(super) use figures::Figures;

/// The file that comes with the repository.
pub(super) fn bookings_file() -> PathBuf {
    super::support::repository().join("data/resort-hotel-bookings.csv.gz")
}

/// What a correct system ends with when it replays the first `limit` rows of that file.
pub(super) fn expected(limit: Option<usize>) -> Figures {
    let mut rows = rows::read(&bookings_file());
    rows.truncate(limit.unwrap_or(usize::MAX));
    simulate::play(&rows)
}
