use std::io::Write;

use chrono::NaiveDate;

use super::{
    super::{
        error::TableError,
        rows::{RatePlan, read},
    },
    file,
};

const SOUND: &str = "A|July 1|2|10|75.5|No Deposit|Check-Out|2016-07-03";

fn message(text: &str) -> String {
    read(text.as_bytes(), None).expect_err("a broken file").to_string()
}

#[test]
fn a_row_is_read_from_columns_in_any_order() {
    let text = file(&[SOUND, "B|December 31|1|0|0|Non Refund|Canceled|12/31/2016"]);
    let table = read(text.as_bytes(), None).expect("a sound file");
    assert_eq!((table.rows, table.skipped_zero_night), (2, 0));
    let [first, second] = &table.stays[..] else { panic!("two stays") };
    assert_eq!((first.row, first.line, first.room_type.as_str()), (1, 2, "A"));
    assert_eq!((first.night_cents, first.total_cents()), (7_550, 15_100));
    assert_eq!(first.booked, NaiveDate::from_ymd_opt(2016, 6, 21).expect("a date"));
    assert_eq!((first.cancelled, first.rate_plan), (None, RatePlan::Flexible));
    assert_eq!((second.row, second.line, second.total_cents()), (2, 3, 0));
    assert_eq!(second.cancelled, NaiveDate::from_ymd_opt(2016, 12, 31));
    assert_eq!(second.rate_plan, RatePlan::NonRefundable);
}

#[test]
fn rows_of_no_night_are_counted_and_left_out() {
    let text = file(&["A|July 1|0|10|75|No Deposit|Check-Out|2016-07-01", SOUND]);
    let table = read(text.as_bytes(), None).expect("a sound file");
    assert_eq!((table.rows, table.skipped_zero_night, table.stays.len()), (2, 1, 1));
    assert_eq!(table.stays[0].row, 2);
}

#[test]
fn a_limit_counts_rows_and_leaves_the_rest_unread() {
    let text = file(&[SOUND, "A|July 1|2|ten|75|No Deposit|Check-Out|2016-07-03"]);
    assert_eq!(read(text.as_bytes(), Some(1)).expect("one sound row").rows, 1);
    assert!(read(text.as_bytes(), Some(2)).is_err());
}

#[test]
fn gzip_is_known_by_its_first_bytes_and_a_byte_order_mark_is_no_part_of_a_name() {
    let text = format!("\u{feff}{}", file(&[SOUND]).replace('\n', "\r\n"));
    assert_eq!(read(text.as_bytes(), None).expect("plain").stays[0].line, 2);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(text.as_bytes()).expect("packed");
    let packed = packed.finish().expect("packed");
    assert_eq!(read(&packed, None).expect("gzipped").rows, 1);
    assert!(matches!(read(&packed[..packed.len() / 2], None), Err(TableError::Gzip(_))));
}

#[test]
fn a_broken_cell_is_told_with_its_line_its_column_and_what_stands_there() {
    for (row, expected) in [
        (
            "A|Juli 1|2|10|75|No Deposit|Check-Out|2016-07-03",
            "line 3, column arrival_date_month: `Juli` is not",
        ),
        (
            "A|June 31|2|10|75|No Deposit|Check-Out|2016-07-03",
            "line 3, column arrival_date_day_of_month: `31` is no day",
        ),
        (
            "A|July 1|-2|10|75|No Deposit|Check-Out|2016-07-03",
            "line 3, column stays_in_week_nights: `-2` is not",
        ),
        ("A|July 1|2|ten|75|No Deposit|Check-Out|2016-07-03", "line 3, column lead_time: `ten` is not"),
        ("A|July 1|2|10|-6.38|No Deposit|Check-Out|2016-07-03", "line 3, column adr: `-6.38` is not"),
        (
            "A|July 1|2|10|75|No Deposit|Gone|2016-07-03",
            "line 3, column reservation_status: `Gone` is none of",
        ),
        (
            "A|July 1|2|10|75|No Deposit|Canceled|2016-02-30",
            "line 3, column reservation_status_date: `2016-02-30` is",
        ),
        ("|July 1|2|10|75|No Deposit|Canceled|2016-02-20", "line 3, column reserved_room_type: `` is not"),
    ] {
        let told = message(&file(&[SOUND, row]));
        assert!(told.starts_with(expected), "{told}");
    }
}

#[test]
fn a_line_is_counted_past_blank_ones_and_windows_ends() {
    let broken = file(&[SOUND, "A|July 1|2|ten|75|No Deposit|Check-Out|2016-07-03"]);
    let windows = broken.replace('\n', "\r\n");
    assert!(message(&windows).starts_with("line 3, column lead_time"), "{}", message(&windows));
    let blank = broken.replace("\n75", "\n\n75");
    assert!(message(&blank).starts_with("line 5, column lead_time"), "{}", message(&blank));
}

#[test]
fn a_row_that_does_not_fit_the_header_is_refused() {
    let sound = file(&[SOUND]);
    let told = message(&format!("{sound}75,Resort\n"));
    assert_eq!(told, "line 3, column reservation_status_date: the row ends before it");
    let told = message(&sound.replace(",10\n", ",10,11\n"));
    assert_eq!(told, "line 2: 13 cells under 12 columns");
}

#[test]
fn missing_and_doubled_columns_are_named() {
    let text = file(&[SOUND]).replacen("adr", "rate", 1).replacen("lead_time", "lead", 1);
    assert_eq!(message(&text), "line 1: missing columns: lead_time, adr");
    let text = file(&[SOUND]).replacen("hotel", "adr", 1);
    assert_eq!(message(&text), "line 1: column adr is there twice");
    assert!(message("").starts_with("line 1: missing columns"));
}
