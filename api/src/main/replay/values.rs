//! The texts of single cells: days, months, counts and amounts.

use chrono::{Datelike, Month, NaiveDate};

/// Dates outside these years are typing errors, such as `7/1/15`.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;
/// Keeps one night's amount far inside 64 bits, whatever is later summed.
const MOST_EURO_DIGITS: usize = 9;

/// Reads `2015-07-01` or `7/1/2015` (month, day, year).
pub(super) fn date(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .or_else(|_| NaiveDate::parse_from_str(text, "%m/%d/%Y"))
        .ok()
        .filter(|date| YEARS.contains(&date.year()))
        .ok_or_else(|| "not a date such as 2015-07-01 or 7/1/2015".to_owned())
}

/// Reads an English month name as its number, 1 to 12.
pub(super) fn month(text: &str) -> Result<u32, String> {
    text.parse::<Month>()
        .map(|month| month.number_from_month())
        .map_err(|_| "not the English name of a month".to_owned())
}

/// Reads a year of the range that dates may be of.
pub(super) fn year(text: &str) -> Result<i32, String> {
    text.parse()
        .ok()
        .filter(|year| YEARS.contains(year))
        .ok_or_else(|| format!("not a year from {} to {}", YEARS.start(), YEARS.end()))
}

/// Reads a whole number from 0 to `most`.
pub(super) fn count(text: &str, most: u32) -> Result<u32, String> {
    text.parse()
        .ok()
        .filter(|count| *count <= most)
        .ok_or_else(|| format!("not a whole number from 0 to {most}"))
}

/// Reads a room type: it becomes part of an address, so that two must not differ in case only.
pub(super) fn room_type(text: &str) -> Result<String, String> {
    let fits = (1..=20).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if fits {
        Ok(text.to_owned())
    } else {
        Err("not a room type of 1 to 20 capital letters or digits".to_owned())
    }
}

/// Reads a decimal text of euros as cents, rounded half to even.
///
/// Digit by digit: a binary float does not hold 0.125, let alone the halves that decide.
pub(super) fn cents(text: &str) -> Result<i64, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = !whole.is_empty() && digits(whole) && digits(fraction);
    if !plain || whole.trim_start_matches('0').len() > MOST_EURO_DIGITS {
        return Err("not a plain decimal number of euros, 0 or more".to_owned());
    }
    let mut places = fraction.bytes().map(|byte| i64::from(byte - b'0'));
    let euros = whole.bytes().fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0'));
    let cents = euros * 100 + places.next().unwrap_or(0) * 10 + places.next().unwrap_or(0);
    let next = places.next().unwrap_or(0);
    let more = places.any(|digit| digit > 0);
    let up = next > 5 || (next == 5 && (more || cents % 2 == 1));
    Ok(cents + i64::from(up))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_are_rounded_half_to_even_on_the_text() {
        for (text, expected) in [
            ("75", 7_500),
            ("0", 0),
            ("0.00", 0),
            ("75.", 7_500),
            ("61.5", 6_150),
            ("107.42", 10_742),
            ("0.125", 12),
            ("0.135", 14),
            ("0.1250", 12),
            ("0.12500000000000000001", 13),
            ("0.1349999999999999999999", 13),
            ("0.996", 100),
            ("0.995", 100),
            ("1.005", 100),
            ("000123456789.015", 12_345_678_902),
        ] {
            assert_eq!(cents(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for text in ["", ".5", "-1", "-0.00", "+1", "1e3", "1,5", "NaN", "NULL", "1.2.3", "9999999999"] {
            assert!(cents(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn both_forms_of_a_date_are_the_same_day() {
        let expected = NaiveDate::from_ymd_opt(2015, 7, 1);
        for text in ["2015-07-01", "7/1/2015", "07/01/2015"] {
            assert_eq!(date(text).ok(), expected, "{text}");
        }
        for text in ["", "13/1/2015", "2/30/2016", "7/1/15", "2015/07/01", "1.7.2015", "2015-07-01T00:00:00"]
        {
            assert!(date(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn months_have_names_and_counts_have_ends() {
        assert_eq!(month("July"), Ok(7));
        assert!(month("Juli").is_err() && month("7").is_err());
        assert_eq!(count("3", 3), Ok(3));
        assert!(count("4", 3).is_err() && count("-1", 3).is_err() && count("1.0", 3).is_err());
        assert!(room_type("A").is_ok() && room_type("a").is_err() && room_type("").is_err());
    }
}
