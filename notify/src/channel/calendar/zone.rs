//! A zone's rules around some times, as a VTIMEZONE: each change of its offset as an observance of its own.

use chrono::{DateTime, NaiveDateTime, Offset as _, TimeDelta, TimeZone as _, Utc};
use chrono_tz::{OffsetComponents as _, OffsetName as _, Tz};

use super::lines::Lines;

/// How far around the times rules are written: wide enough for one that was in force when they began.
const AROUND: TimeDelta = TimeDelta::days(370);

/// Writes the rules that are in force at these times.
pub(super) fn write(lines: &mut Lines, zone: Tz, times: impl Iterator<Item = DateTime<Utc>>) {
    let times: Vec<_> = times.collect();
    let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else {
        return;
    };
    let from = *first - AROUND;
    lines.line("BEGIN", "VTIMEZONE");
    lines.line("TZID", zone.name());
    // What was in force at the beginning, as if it had begun then, and every change after it.
    observance(lines, zone, from, offset(zone, from));
    for at in changes(zone, from, *last) {
        observance(lines, zone, at, offset(zone, at - TimeDelta::seconds(1)));
    }
    lines.line("END", "VTIMEZONE");
}

/// Seconds east of UTC at this time.
fn offset(zone: Tz, at: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

/// When the offset changes after `from` and up to `until`, to the second.
fn changes(zone: Tz, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let mut changes = Vec::new();
    let mut before = from;
    while before < until {
        let after = before + TimeDelta::days(1);
        if offset(zone, before) != offset(zone, after) {
            changes.push(change_between(zone, before, after));
        }
        before = after;
    }
    changes
}

/// The first second of the offset that is in force at `high`, which is not that of `low`.
fn change_between(zone: Tz, mut low: DateTime<Utc>, mut high: DateTime<Utc>) -> DateTime<Utc> {
    let new = offset(zone, high);
    while high - low > TimeDelta::seconds(1) {
        let middle = low + TimeDelta::seconds((high - low).num_seconds() / 2);
        if offset(zone, middle) == new { high = middle } else { low = middle }
    }
    high
}

/// What is in force from `at` on, by the clock that was in force until then.
fn observance(lines: &mut Lines, zone: Tz, at: DateTime<Utc>, before: i32) {
    let in_force = zone.offset_from_utc_datetime(&at.naive_utc());
    let kind = if in_force.dst_offset() == TimeDelta::zero() { "STANDARD" } else { "DAYLIGHT" };
    let onset: NaiveDateTime = at.naive_utc() + TimeDelta::seconds(before.into());
    lines.line("BEGIN", kind);
    lines.line("DTSTART", &onset.format("%Y%m%dT%H%M%S").to_string());
    lines.line("TZOFFSETFROM", &utc_offset(before));
    lines.line("TZOFFSETTO", &utc_offset(in_force.fix().local_minus_utc()));
    if let Some(name) = in_force.abbreviation() {
        lines.line("TZNAME", name);
    }
    lines.line("END", kind);
}

/// An offset as files write it, such as `+0530`.
fn utc_offset(seconds: i32) -> String {
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn the_changes_of_a_year_are_found_to_the_second() {
        let zone = chrono_tz::Europe::Berlin;
        let found = changes(zone, time("2026-01-01T00:00:00Z"), time("2026-12-31T00:00:00Z"));
        assert_eq!(found, [time("2026-03-29T01:00:00Z"), time("2026-10-25T01:00:00Z")]);
        let none =
            changes(chrono_tz::Asia::Tokyo, time("2026-01-01T00:00:00Z"), time("2026-12-31T00:00:00Z"));
        assert!(none.is_empty(), "{none:?}");
    }

    #[test]
    fn a_zone_says_what_is_in_force_and_since_when() {
        let mut lines = Lines::default();
        write(&mut lines, chrono_tz::Europe::Berlin, [time("2026-12-04T18:30:00Z")].into_iter());
        let text = lines.into_text();
        let autumn = "BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET";
        let spring = "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST";
        assert!(text.contains(autumn) && text.contains(spring), "{text}");
        assert_eq!([utc_offset(19_800), utc_offset(-12_600), utc_offset(0)], ["+0530", "-0330", "+0000"]);
    }
}
