//! Times on the clock of the place, in a language's form.

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use chrono_tz::Tz;

use super::Language;

const ENGLISH_DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const GERMAN_DAYS: [&str; 7] =
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// A day: `Friday, 4 December 2026`.
pub(super) fn day(at: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let local = at.with_timezone(&zone);
    let (weekday, month) = (local.weekday().num_days_from_monday() as usize, local.month0() as usize);
    let (day, year) = (local.day(), local.year());
    match language {
        Language::English => format!("{}, {day} {} {year}", ENGLISH_DAYS[weekday], ENGLISH_MONTHS[month]),
        Language::German => format!("{}, {day}. {} {year}", GERMAN_DAYS[weekday], GERMAN_MONTHS[month]),
    }
}

/// The hour: `19:30`, and in German `19:30 Uhr`.
pub(super) fn clock(at: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let local = at.with_timezone(&zone);
    let clock = format!("{:02}:{:02}", local.hour(), local.minute());
    match language {
        Language::English => clock,
        Language::German => format!("{clock} Uhr"),
    }
}

/// A moment: `Friday, 4 December 2026, 19:30`.
pub(super) fn moment(at: DateTime<Utc>, zone: Tz, language: Language) -> String {
    format!("{}, {}", day(at, zone, language), clock(at, zone, language))
}

/// From one time until another; the day is said once when it is one day.
pub(super) fn span(from: DateTime<Utc>, until: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let is_one_day = from.with_timezone(&zone).date_naive() == until.with_timezone(&zone).date_naive();
    let end = if is_one_day { clock(until, zone, language) } else { moment(until, zone, language) };
    let start = moment(from, zone, language);
    match language {
        Language::English => format!("{start} to {end}"),
        Language::German => format!("{start} bis {end}"),
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::{America::New_York, Europe::Berlin};

    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn a_time_is_told_by_the_clock_of_the_place() {
        let at = time("2026-12-04T18:30:00Z");
        assert_eq!(moment(at, Berlin, Language::English), "Friday, 4 December 2026, 19:30");
        assert_eq!(moment(at, Berlin, Language::German), "Freitag, 4. Dezember 2026, 19:30 Uhr");
        assert_eq!(moment(at, New_York, Language::English), "Friday, 4 December 2026, 13:30");
        assert_eq!(
            moment(time("2026-12-31T23:30:00Z"), Berlin, Language::English),
            "Friday, 1 January 2027, 00:30"
        );
    }

    #[test]
    fn a_span_of_one_day_names_it_once_and_follows_the_change_of_the_clocks() {
        let (from, until) = (time("2026-12-04T18:30:00Z"), time("2026-12-04T21:00:00Z"));
        assert_eq!(
            span(from, until, Berlin, Language::German),
            "Freitag, 4. Dezember 2026, 19:30 Uhr bis 22:00 Uhr"
        );
        // The night in which the clocks go back.
        let (from, until) = (time("2026-10-24T13:00:00Z"), time("2026-10-25T10:00:00Z"));
        assert_eq!(
            span(from, until, Berlin, Language::English),
            "Saturday, 24 October 2026, 15:00 to Sunday, 25 October 2026, 11:00"
        );
    }
}
