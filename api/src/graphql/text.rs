//! Rules for texts that come from outside.

use super::errors::{Fault, Result};

/// Longest search term, slug, reference or subject that a read takes, in characters.
const LONGEST_TERM: usize = 200;

/// A text to look something up by: short, and without what Postgres can't store.
pub(crate) fn term<'a>(name: &str, text: &'a str) -> Result<&'a str> {
    if text.chars().count() > LONGEST_TERM || text.chars().any(char::is_control) {
        let message =
            format!("`{name}` takes at most {LONGEST_TERM} characters, none of them a control character.");
        return Err(Fault::BadUserInput(message));
    }
    Ok(text)
}

/// A text to look something up by, when there is one.
pub(crate) fn optional(name: &str, text: Option<String>) -> Result<Option<String>> {
    if let Some(text) = &text {
        term(name, text)?;
    }
    Ok(text)
}

/// Whether a text has 13 to 19 digits in a row, spaces and dashes between them left aside.
pub(crate) fn has_card_digits(text: &str) -> bool {
    digit_runs(text).iter().any(|run| is_card_length(run))
}

/// Whether a text for people has a run of digits that is a card number by its check digit.
/// Booking codes and telephone numbers may have as many digits, so length alone says little.
pub(crate) fn has_card_number(text: &str) -> bool {
    digit_runs(text).iter().any(|run| is_card_length(run) && passes_luhn(run))
}

fn is_card_length(run: &[u32]) -> bool {
    (13..=19).contains(&run.len())
}

fn digit_runs(text: &str) -> Vec<Vec<u32>> {
    let mut runs = vec![Vec::new()];
    for char in text.chars() {
        match (char.to_digit(10), char) {
            (Some(digit), _) => runs.last_mut().expect("one run is always there").push(digit),
            (None, ' ' | '-') => {}
            (None, _) => runs.push(Vec::new()),
        }
    }
    runs
}

fn passes_luhn(run: &[u32]) -> bool {
    let weigh = |(place, digit): (usize, &u32)| match place % 2 {
        0 => *digit,
        _ => (digit * 2) / 10 + (digit * 2) % 10,
    };
    run.iter().rev().enumerate().map(weigh).sum::<u32>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_number_is_seen_through_its_spaces() {
        for text in ["4242424242424242", "4242 4242 4242 4242", "my card: 3782-822463-10005!"] {
            assert!(has_card_number(text) && has_card_digits(text), "{text}");
        }
        for text in ["4242424242424241", "1234567890123"] {
            assert!(!has_card_number(text) && has_card_digits(text), "{text}");
        }
        for text in ["pm_card_visa", "room 12, +49 30 1234567", "", "20260101000000000000000"] {
            assert!(!has_card_number(text) && !has_card_digits(text), "{text}");
        }
    }

    #[test]
    fn what_postgres_cannot_store_is_refused() {
        assert_eq!(term("slug", "room-a"), Ok("room-a"));
        assert!(term("slug", "a\0b").is_err());
        assert!(term("search", &"x".repeat(201)).is_err());
    }
}
