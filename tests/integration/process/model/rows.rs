//! The rows of the file.

use std::{fs::File, path::Path};

use chrono::{Days, NaiveDate};

use super::cents::cents;

/// One booking of the hotel.
#[derive(Debug)]
pub(super) struct Row {
    /// The type of room that was booked.
    pub(super) room: String,
    /// The first night.
    pub(super) arrival: NaiveDate,
    /// How many nights.
    pub(super) nights: u32,
    /// When it was booked.
    pub(super) booked: NaiveDate,
    /// When it was cancelled, if it was.
    pub(super) cancelled: Option<NaiveDate>,
    /// Whether a cancellation gives nothing back.
    pub(super) non_refundable: bool,
    /// The price of a night.
    pub(super) cents_per_night: i64,
}

/// All rows, in file order.
pub(super) fn read(file: &Path) -> Vec<Row> {
    let file = File::open(file).expect("the bookings are in the repository");
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let header = reader.headers().expect("a header").clone();
    reader.records().map(|record| row(&header, &record.expect("a row"))).collect()
}

fn row(header: &csv::StringRecord, record: &csv::StringRecord) -> Row {
    let cell = |column: &str| {
        let place = header.iter().position(|name| name == column);
        &record[place.unwrap_or_else(|| panic!("no column {column}"))]
    };
    let count =
        |column: &str| cell(column).parse::<u32>().unwrap_or_else(|_| panic!("no count: {}", cell(column)));
    let arrival = ["year", "month", "day_of_month"].map(|part| cell(&format!("arrival_date_{part}")));
    let arrival = NaiveDate::parse_from_str(&arrival.join(" "), "%Y %B %d").expect("a day of arrival");
    Row {
        room: cell("reserved_room_type").to_owned(),
        arrival,
        nights: count("stays_in_weekend_nights") + count("stays_in_week_nights"),
        booked: arrival - Days::new(count("lead_time").into()),
        cancelled: (cell("reservation_status") == "Canceled").then(|| day(cell("reservation_status_date"))),
        non_refundable: cell("deposit_type") == "Non Refund",
        cents_per_night: cents(cell("adr")),
    }
}

/// `2015-07-01` or `7/1/2015`.
fn day(text: &str) -> NaiveDate {
    ["%Y-%m-%d", "%m/%d/%Y"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
        .unwrap_or_else(|| panic!("no date: {text}"))
}
