//! What is wrong with an input can be said before the database is asked.

use crate::graphql::{
    money::{MoneyInput, code_of},
    scalars::CurrencyCode,
    text::{has_card_digits, has_card_number},
    user_error::{UserError, UserErrorCode},
};

/// Longest idempotency key, in characters.
const LONGEST_KEY: usize = 200;
/// Longest remark, in characters.
pub(super) const LONGEST_NOTE: usize = 2_000;
/// Longest token of a payment method, code of a rate plan or slug, in characters.
const LONGEST_TOKEN: usize = 100;

/// Gathers everything that is wrong, so that a form can show it all at once.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<UserError>);

impl Problems {
    /// All that was found; empty when the input may be written.
    pub(super) fn into_errors(self) -> Vec<UserError> {
        self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn add(&mut self, code: UserErrorCode, path: &[&str], message: impl Into<String>) {
        let path = path.iter().map(|&part| part.to_owned()).collect();
        self.0.push(UserError::input(code, message.into(), path));
    }

    fn require(&mut self, good: bool, path: &[&str], message: impl FnOnce() -> String) {
        if !good {
            self.add(UserErrorCode::InvalidInput, path, message());
        }
    }

    pub(super) fn key(&mut self, key: &str) {
        let good = (1..=LONGEST_KEY).contains(&key.chars().count()) && !key.chars().any(char::is_control);
        self.require(good, &["idempotencyKey"], || {
            format!("An idempotency key has 1 to {LONGEST_KEY} characters, none of them a control character.")
        });
    }

    pub(super) fn count(&mut self, count: usize, most: usize, path: &[&str]) {
        self.require((1..=most).contains(&count), path, || format!("Name 1 to {most} of them."));
    }

    /// A text for people: line breaks and tabs are fine in it.
    pub(super) fn text(&mut self, text: &str, most: usize, path: &[&str]) {
        let bad = |char: char| char.is_control() && !matches!(char, '\n' | '\r' | '\t');
        let good = text.chars().count() <= most && !text.chars().any(bad);
        self.require(good, path, || {
            format!("This takes at most {most} characters and no control characters.")
        });
    }

    /// A text of one line that has to say something.
    pub(super) fn line(&mut self, text: &str, most: usize, path: &[&str]) {
        let good = (1..=most).contains(&text.chars().count())
            && !text.trim().is_empty()
            && !text.chars().any(char::is_control);
        self.require(good, path, || format!("This takes 1 to {most} characters on one line."));
    }

    pub(super) fn note(&mut self, note: Option<&str>) {
        let Some(note) = note else { return };
        self.text(note, LONGEST_NOTE, &["note"]);
        self.require(!has_card_number(note), &["note"], || {
            "This looks like a card number. Card numbers must never be sent here.".to_owned()
        });
    }

    /// The gateway's token of a payment method; never a card number.
    pub(super) fn payment_method(&mut self, token: &str) {
        let path = &["paymentMethod"];
        if has_card_digits(token) {
            let message = "This looks like a card number. Send a token of the payment gateway instead.";
            return self.add(UserErrorCode::InvalidInput, path, message);
        }
        let good = (1..=LONGEST_TOKEN).contains(&token.len())
            && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        self.require(good, path, || {
            format!("A payment method is a token of 1 to {LONGEST_TOKEN} letters, digits and underscores.")
        });
    }

    /// A name that fits into an address.
    pub(super) fn slug(&mut self, slug: &str, path: &[&str]) {
        let body = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let good =
            (1..=LONGEST_TOKEN).contains(&slug.len()) && slug.bytes().all(body) && !slug.starts_with('-');
        self.require(good, path, || {
            format!("This is 1 to {LONGEST_TOKEN} lower-case letters, digits and dashes, no dash first.")
        });
    }

    /// A code that other inputs refer to, such as a rate plan's.
    pub(super) fn code(&mut self, code: &str, path: &[&str]) {
        self.line(code, LONGEST_TOKEN, path);
    }

    pub(super) fn time_zone(&mut self, name: &str) {
        self.require(name.parse::<chrono_tz::Tz>().is_ok(), &["timeZone"], || {
            "This is no IANA time zone such as \"Europe/Lisbon\".".to_owned()
        });
    }

    pub(super) fn currency(&mut self, code: &CurrencyCode, path: &[&str]) {
        if let Err(error) = code.0.parse::<db::Currency>() {
            self.add(code_of(&error), path, error.to_string());
        }
    }

    /// The money meant; none when it is a problem.
    pub(super) fn money(&mut self, money: &MoneyInput, path: &[&str]) -> Option<db::Money> {
        money.read().map_err(|(code, error)| self.add(code, path, error.to_string())).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(check: impl FnOnce(&mut Problems)) -> usize {
        let mut problems = Problems::default();
        check(&mut problems);
        problems.into_errors().len()
    }

    #[test]
    fn a_payment_method_is_a_token_and_never_a_card() {
        for token in ["pm_card_visa", "pm_1Mx", &"a".repeat(100)] {
            assert_eq!(problems(|all| all.payment_method(token)), 0, "{token}");
        }
        for token in [
            "",
            "pm card",
            "4242424242424242",
            "4242-4242-4242-4242",
            "pm_4242424242424242",
            "é",
            &"a".repeat(101),
        ] {
            assert_eq!(problems(|all| all.payment_method(token)), 1, "{token}");
        }
    }

    #[test]
    fn a_key_is_short_and_printable() {
        for (key, wrong) in [("k", 0), ("ключ 1", 0), ("", 1), ("a\0", 1), ("a\n", 1), (&"k".repeat(201), 1)]
        {
            assert_eq!(problems(|all| all.key(key)), wrong, "{key:?}");
        }
    }

    #[test]
    fn a_note_may_have_lines_but_no_card() {
        for (note, wrong) in [("late\narrival", 0), ("nul\0", 1), ("pay 4242 4242 4242 4242", 1)] {
            assert_eq!(problems(|all| all.note(Some(note))), wrong, "{note:?}");
        }
    }

    #[test]
    fn a_slug_fits_in_an_address() {
        for (slug, wrong) in [("room-a", 0), ("7", 0), ("-a", 1), ("Room", 1), ("a_b", 1), ("", 1)] {
            assert_eq!(problems(|all| all.slug(slug, &["slug"])), wrong, "{slug:?}");
        }
    }

    #[test]
    fn a_zone_is_one_of_the_tz_database() {
        for (zone, wrong) in [("Europe/Lisbon", 0), ("UTC", 0), ("Lisbon", 1), ("", 1)] {
            assert_eq!(problems(|all| all.time_zone(zone)), wrong, "{zone:?}");
        }
    }
}
