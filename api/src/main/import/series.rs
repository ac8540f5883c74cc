//! Slots that repeat: every night, every Friday.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

use super::{
    error::ImportError,
    fields::Fields,
    slot_fields::{FileSlot, Place, Terms},
};
use crate::client::local_instant;

const DAYS_AT_MOST: i32 = 3650;
const MINUTES_AT_MOST: i32 = 60 * 24 * 30;

/// One slot each `every` days, from the first day on, within so many days.
///
/// Starts and ends are what the clocks of the place show, so that check-out
/// stays at 11:00 on the nights when the clocks change.
pub(super) fn expand(fields: &mut Fields, place: &Place) -> Result<Vec<FileSlot>, ImportError> {
    let first = fields.parsed("firstDay", |text| first_day(text, place.today))?;
    let days = fields.number("days", 1..=DAYS_AT_MOST, None)?.unsigned_abs();
    let every = fields.number("every", 1..=DAYS_AT_MOST, Some(1))?.unsigned_abs();
    let starts = fields.parsed("starts", |text| {
        NaiveTime::parse_from_str(text, "%H:%M")
            .map_err(|_| format!("`{text}` is no time of day such as 15:00"))
    })?;
    let minutes = i64::from(fields.number("minutes", 1..=MINUTES_AT_MOST, None)?);
    let terms = Terms::read(fields, place)?;
    let days = (0..days).step_by(every as usize);
    Ok(days
        .map(|day| {
            let local = (first + Days::new(u64::from(day))).and_time(starts);
            let starts_at = local_instant(place.zone, local);
            let by_the_clock = local_instant(place.zone, local + TimeDelta::minutes(minutes));
            // Within the hour that is shown twice, the clock alone would end a slot before it starts.
            let ends_at =
                if by_the_clock > starts_at { by_the_clock } else { starts_at + TimeDelta::minutes(minutes) };
            terms.slot(starts_at, ends_at)
        })
        .collect())
}

/// `+1` counts from today; anything else is a date.
fn first_day(text: &str, today: NaiveDate) -> Result<NaiveDate, String> {
    let wrong = || format!("`{text}` is neither a date such as 2026-12-24 nor days from today such as +1");
    match text.strip_prefix('+') {
        Some(ahead) => {
            ahead.parse::<u16>().map(|ahead| today + Days::new(u64::from(ahead))).map_err(|_| wrong())
        }
        None => NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| wrong()),
    }
}
