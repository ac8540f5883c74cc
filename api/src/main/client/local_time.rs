//! Wall-clock times of a place as instants.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// No clock has ever been put forward by more than a day.
const LONGEST_GAP_MINUTES: i64 = 25 * 60;

/// The instant at which the clocks of a zone show a time.
///
/// A time shown twice, when clocks go back, means the first. A time never
/// shown, when they go forward, means the first moment after the gap: people
/// who come at 02:30 on that night find the clock at 03:00.
pub(crate) fn local_instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    for minutes in 0..=LONGEST_GAP_MINUTES {
        match zone.from_local_datetime(&(local + TimeDelta::minutes(minutes))) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => return at.to_utc(),
            LocalResult::None => {}
        }
    }
    local.and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin(local: &str) -> String {
        let local = local.parse().expect("a local time");
        local_instant(chrono_tz::Europe::Berlin, local).to_rfc3339()
    }

    #[test]
    fn an_ordinary_time_is_its_instant() {
        assert_eq!(berlin("2026-07-01T15:00:00"), "2026-07-01T13:00:00+00:00");
        assert_eq!(berlin("2026-01-01T15:00:00"), "2026-01-01T14:00:00+00:00");
    }

    #[test]
    fn a_time_in_the_spring_gap_is_the_moment_after_it() {
        assert_eq!(berlin("2026-03-29T02:30:00"), "2026-03-29T01:00:00+00:00");
    }

    #[test]
    fn a_time_shown_twice_in_autumn_is_the_first() {
        assert_eq!(berlin("2026-10-25T02:30:00"), "2026-10-25T00:30:00+00:00");
    }
}
