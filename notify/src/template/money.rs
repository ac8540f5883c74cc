//! Money in a language's form, from whole minor units and without a float.

use serde::Deserialize;

use super::{Language, RenderError};

/// Between an amount and its currency: a space at which no line ends.
const NO_BREAK: char = '\u{a0}';

/// An amount, as documents write it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Money {
    /// In minor units.
    pub(super) amount_minor: i64,
    /// A code of ISO 4217.
    pub(super) currency: String,
}

impl Money {
    /// As people who read this language write it: `€1,234.50`, `1.234,50 €`.
    pub(super) fn show(&self, language: Language) -> Result<String, RenderError> {
        let decimals = iso_currency::Currency::from_code(&self.currency)
            .and_then(iso_currency::Currency::exponent)
            .ok_or_else(|| RenderError::Currency(self.currency.clone()))?;
        let (group, point) = match language {
            Language::English => (',', '.'),
            Language::German => ('.', ','),
        };
        let number = number(self.amount_minor.unsigned_abs(), decimals.into(), group, point);
        let sign = if self.amount_minor < 0 { "-" } else { "" };
        // Signs that more than one currency goes by say less than its code.
        let symbol = match self.currency.as_str() {
            "EUR" => Some("€"),
            "GBP" => Some("£"),
            _ => None,
        };
        Ok(match (language, symbol) {
            (Language::English, Some(symbol)) => format!("{sign}{symbol}{number}"),
            (Language::English, None) => format!("{}{NO_BREAK}{sign}{number}", self.currency),
            (Language::German, symbol) => {
                format!("{sign}{number}{NO_BREAK}{}", symbol.unwrap_or(&self.currency))
            }
        })
    }
}

fn number(minor: u64, decimals: usize, group: char, point: char) -> String {
    let digits = format!("{minor:0>width$}", width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(group);
        }
        text.push(digit);
    }
    if decimals > 0 {
        text.push(point);
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_the_language_writes_it_in_the_decimals_of_its_currency() {
        for (minor, currency, english, german) in [
            (123_450, "EUR", "€1,234.50", "1.234,50\u{a0}€"),
            (0, "EUR", "€0.00", "0,00\u{a0}€"),
            (5, "GBP", "£0.05", "0,05\u{a0}£"),
            (-1_999, "EUR", "-€19.99", "-19,99\u{a0}€"),
            (1_500, "JPY", "JPY\u{a0}1,500", "1.500\u{a0}JPY"),
            (1_234_567, "KWD", "KWD\u{a0}1,234.567", "1.234,567\u{a0}KWD"),
            (99_999, "USD", "USD\u{a0}999.99", "999,99\u{a0}USD"),
            (i64::MAX, "EUR", "€92,233,720,368,547,758.07", "92.233.720.368.547.758,07\u{a0}€"),
            (i64::MIN, "JPY", "JPY\u{a0}-9,223,372,036,854,775,808", "-9.223.372.036.854.775.808\u{a0}JPY"),
        ] {
            let money = Money { amount_minor: minor, currency: currency.to_owned() };
            assert_eq!(money.show(Language::English).expect("known"), english);
            assert_eq!(money.show(Language::German).expect("known"), german);
        }
    }

    #[test]
    fn money_of_no_currency_is_not_written() {
        for currency in ["", "XXX", "EURO"] {
            let money = Money { amount_minor: 1, currency: currency.to_owned() };
            assert!(matches!(money.show(Language::English), Err(RenderError::Currency(_))));
        }
    }
}
