//! The file: a table of bookings as CSV, plain or gzipped, into stays.

use std::{borrow::Cow, io::Read};

use chrono::{NaiveDate, TimeDelta};
use flate2::read::MultiGzDecoder;

use super::{
    columns::{Cells, Columns},
    error::TableError,
    lines::Lines,
    values,
};

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// A century before the arrival; more is a typing error.
const MOST_LEAD_DAYS: u32 = 36_500;
/// The API takes at most so many lines in one booking, and a night is a line.
const MOST_NIGHTS: u32 = 100;

/// What a cancellation gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RatePlan {
    /// Everything.
    Flexible,
    /// Nothing.
    NonRefundable,
}

impl RatePlan {
    /// Its code in the listings that the replay makes.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Flexible => "flexible",
            Self::NonRefundable => "non-refundable",
        }
    }
}

/// One booking of the file, of at least one night.
#[derive(Clone, Debug)]
pub(super) struct Stay {
    /// Number of the data row, from 1: the customer's name and part of every key.
    pub(super) row: usize,
    /// Line of the file, for people.
    pub(super) line: u64,
    /// What was reserved.
    pub(super) room_type: String,
    /// The first night.
    pub(super) arrival: NaiveDate,
    /// How many nights.
    pub(super) nights: u32,
    /// The day of the booking.
    pub(super) booked: NaiveDate,
    /// The day of the cancellation.
    pub(super) cancelled: Option<NaiveDate>,
    /// Price of a night in euro cents.
    pub(super) night_cents: i64,
    /// What a cancellation gives back.
    pub(super) rate_plan: RatePlan,
}

impl Stay {
    /// Price of the whole stay in euro cents.
    pub(super) fn total_cents(&self) -> i64 {
        self.night_cents * i64::from(self.nights)
    }
}

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Data rows read.
    pub(super) rows: usize,
    /// Those of them without a night.
    pub(super) skipped_zero_night: usize,
    /// The others, in file order.
    pub(super) stays: Vec<Stay>,
}

/// Reads the first `limit` rows of a file, or all; nothing when any of them is broken.
pub(super) fn read(file: &[u8], limit: Option<usize>) -> Result<Table, TableError> {
    let text = unpacked(file)?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
    // Rows of a wrong length are told by column, not by csv's own count.
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text);
    let columns = Columns::find(reader.headers()?)?;
    let mut table = Table::default();
    let mut lines = Lines::of(text);
    for record in reader.records().take(limit.unwrap_or(usize::MAX)) {
        let record = record?;
        table.rows += 1;
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        match stay(table.rows, &columns.of(&record, line)?)? {
            Some(stay) => table.stays.push(stay),
            None => table.skipped_zero_night += 1,
        }
    }
    Ok(table)
}

fn unpacked(file: &[u8]) -> Result<Cow<'_, [u8]>, TableError> {
    if !file.starts_with(&GZIP_MAGIC) {
        return Ok(Cow::Borrowed(file));
    }
    let mut text = Vec::new();
    MultiGzDecoder::new(file).read_to_end(&mut text).map_err(TableError::Gzip)?;
    Ok(Cow::Owned(text))
}

fn stay(row: usize, cells: &Cells) -> Result<Option<Stay>, TableError> {
    let year = cells.read("arrival_date_year", values::year)?;
    let month = cells.read("arrival_date_month", values::month)?;
    let arrival = cells.read("arrival_date_day_of_month", |text| {
        NaiveDate::from_ymd_opt(year, month, values::count(text, 31)?)
            .ok_or_else(|| "no day of that month".to_owned())
    })?;
    let weekend_nights = cells.read("stays_in_weekend_nights", |text| values::count(text, MOST_NIGHTS))?;
    let most_week_nights = MOST_NIGHTS - weekend_nights;
    let nights =
        weekend_nights + cells.read("stays_in_week_nights", |text| values::count(text, most_week_nights))?;
    let lead_days = cells.read("lead_time", |text| values::count(text, MOST_LEAD_DAYS))?;
    let rate_plan = cells.read("deposit_type", |text| {
        Ok(if text == "Non Refund" { RatePlan::NonRefundable } else { RatePlan::Flexible })
    })?;
    let status_date = cells.read("reservation_status_date", values::date)?;
    let cancelled = cells.read("reservation_status", |text| match text {
        "Canceled" => Ok(Some(status_date)),
        "Check-Out" | "No-Show" => Ok(None),
        _ => Err("none of Canceled, Check-Out, No-Show".to_owned()),
    })?;
    let stay = Stay {
        row,
        line: cells.line(),
        room_type: cells.read("reserved_room_type", values::room_type)?,
        arrival,
        nights,
        booked: arrival - TimeDelta::days(i64::from(lead_days)),
        cancelled,
        night_cents: cells.read("adr", values::cents)?,
        rate_plan,
    };
    Ok((nights > 0).then_some(stay))
}
