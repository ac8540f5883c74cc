//! The figures of a replay, for programs and for people.

use std::{collections::BTreeMap, path::Path, time::Duration};

use serde::Serialize;

use super::{drive::Fate, error::ReplayError, plan::Plan, settle::Ended};

/// What a replay ended with. Its names are those of the JSON.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Summary {
    /// Data rows of the file, or as many as the limit let through.
    pub(crate) rows: usize,
    /// Rows of no night, which nothing was booked for.
    pub(crate) skipped_zero_night: usize,
    /// Rooms of each type.
    pub(crate) capacity: BTreeMap<String, u32>,
    /// Bookings that the server took.
    pub(crate) accepted: usize,
    /// Those of them that cost nothing.
    pub(crate) free: usize,
    /// Bookings that found a night sold out.
    pub(crate) refused_sold_out: usize,
    /// Bookings that ended as cancelled.
    pub(crate) cancelled: usize,
    /// Bookings that ended as confirmed.
    pub(crate) confirmed_at_end: usize,
    /// Places of the lines of confirmed bookings.
    pub(crate) room_nights_held_at_end: u64,
    /// Euro cents taken, whatever was given back later.
    pub(crate) captured_minor: i64,
    /// Euro cents given back.
    pub(crate) refunded_minor: i64,
    /// Violations of all invariants together; none when no operator's token was given to see them.
    pub(crate) invariants_violated: Option<u64>,
    /// Wall-clock time of this process's part of the run, setup and settling included.
    pub(crate) seconds: f64,
}

impl Summary {
    /// Counts what the server says, in the end, of every booking.
    pub(super) fn new(
        plan: &Plan,
        fates: &[Fate],
        ended: &[Ended],
        violations: Option<u64>,
        took: Duration,
    ) -> Self {
        let with_status = |status: &'static str| ended.iter().filter(move |booking| booking.status == status);
        Self {
            rows: plan.rows,
            skipped_zero_night: plan.skipped_zero_night,
            capacity: plan.room_types.iter().map(|one| (one.name.clone(), one.capacity)).collect(),
            accepted: ended.len(),
            free: ended.iter().filter(|booking| booking.total == 0).count(),
            refused_sold_out: fates.iter().filter(|fate| **fate == Fate::Refused).count(),
            cancelled: with_status("CANCELLED").count(),
            confirmed_at_end: with_status("CONFIRMED").count(),
            room_nights_held_at_end: with_status("CONFIRMED")
                .map(|booking| u64::from(booking.room_nights))
                .sum(),
            captured_minor: ended.iter().map(|booking| booking.captured).sum(),
            refunded_minor: ended.iter().map(|booking| booking.refunded).sum(),
            invariants_violated: violations,
            seconds: took.as_secs_f64(),
        }
    }

    /// Writes the JSON.
    pub(super) fn write_json(&self, path: &Path) -> Result<(), ReplayError> {
        let json = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        std::fs::write(path, json).map_err(ReplayError::file(path))
    }

    /// The table for people: names to the left, figures to the right.
    pub(super) fn table(&self) -> String {
        let mut lines = vec![
            ("rows", grouped(self.rows as u64)),
            ("skipped, no night", grouped(self.skipped_zero_night as u64)),
        ];
        let rooms: Vec<_> = self
            .capacity
            .iter()
            .map(|(name, rooms)| (format!("rooms of type {name}"), grouped(u64::from(*rooms))))
            .collect();
        lines.extend(rooms.iter().map(|(name, figure)| (name.as_str(), figure.clone())));
        lines.extend([
            ("accepted", grouped(self.accepted as u64)),
            ("  of them free", grouped(self.free as u64)),
            ("refused as sold out", grouped(self.refused_sold_out as u64)),
            ("cancelled", grouped(self.cancelled as u64)),
            ("confirmed at the end", grouped(self.confirmed_at_end as u64)),
            ("room-nights held at the end", grouped(self.room_nights_held_at_end)),
            ("captured, EUR", euros(self.captured_minor)),
            ("refunded, EUR", euros(self.refunded_minor)),
            ("invariants violated", self.invariants_violated.map_or("not checked".to_owned(), grouped)),
            ("seconds", format!("{:.1}", self.seconds)),
        ]);
        let name_width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let width = lines.iter().map(|(_, figure)| figure.len()).max().unwrap_or(0);
        let line = |(name, figure): &(&str, String)| format!("{name:name_width$}  {figure:>width$}\n");
        lines.iter().map(line).collect::<Vec<_>>().concat()
    }
}

/// Digits in groups of three: `10,198`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn euros(cents: i64) -> String {
    format!("{}.{:02}", grouped(cents.unsigned_abs() / 100), cents.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped_by_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(euros(123_456_705), "1,234,567.05");
    }

    #[test]
    fn the_table_is_aligned_and_says_what_was_not_checked() {
        let plan = Plan::new(super::super::rows::Table::default());
        let summary = Summary::new(&plan, &[], &[], None, Duration::from_secs(1));
        let table = summary.table();
        let widths: Vec<_> = table.lines().map(str::len).collect();
        assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{table}");
        assert!(table.contains("not checked"));
        let json = serde_json::to_value(&summary).expect("a summary as JSON");
        assert!(json["invariants_violated"].is_null());
    }
}
