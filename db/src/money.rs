//! Checked money: whole minor units and a currency, never a float.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Why a text is no amount or no currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a code of ISO 4217 that has minor units.
    #[error("`{0}` is not an ISO 4217 currency code")]
    UnknownCurrency(String),
    /// Not a plain decimal number.
    #[error("`{0}` is not a decimal amount such as \"129.00\"")]
    NotADecimal(String),
    /// More decimals than the currency has.
    #[error("`{amount}` has more than the {decimals} decimals of {currency}")]
    TooPrecise {
        /// The amount as given.
        amount: String,
        /// The currency meant.
        currency: Currency,
        /// Decimals of that currency.
        decimals: usize,
    },
    /// Past what 64 bits of minor units hold.
    #[error("`{0}` is out of range")]
    OutOfRange(String),
}

/// A currency of ISO 4217.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals the minor unit stands for: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn decimals(self) -> usize {
        usize::from(self.0.exponent().unwrap_or(0))
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(code)
            .filter(|currency| currency.exponent().is_some())
            .map(Self)
            .ok_or_else(|| MoneyError::UnknownCurrency(code.to_owned()))
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(code: String) -> Result<Self, MoneyError> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in minor units of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Minor units: euro cents for EUR.
    pub minor: i64,
    /// The currency they are of.
    pub currency: Currency,
}

impl Money {
    /// Minor units of a currency.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads a decimal amount of major units, such as `129.00`.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        let not_a_decimal = || MoneyError::NotADecimal(amount.to_owned());
        let unsigned = amount.strip_prefix('-').unwrap_or(amount);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || unsigned.ends_with('.') {
            return Err(not_a_decimal());
        }
        let decimals = currency.decimals();
        if fraction.trim_end_matches('0').len() > decimals {
            return Err(MoneyError::TooPrecise { amount: amount.to_owned(), currency, decimals });
        }
        let fraction: String = fraction.chars().chain("0000".chars()).take(decimals).collect();
        let sign = if unsigned.len() < amount.len() { "-" } else { "" };
        let minor = format!("{sign}{whole}{fraction}")
            .parse()
            .map_err(|_| MoneyError::OutOfRange(amount.to_owned()))?;
        Ok(Self { minor, currency })
    }

    /// The amount of major units as a decimal text, such as `129.00`.
    pub fn decimal(&self) -> String {
        let decimals = self.currency.decimals();
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.decimal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: &str, code: &str) -> Result<Money, MoneyError> {
        Money::parse(amount, code.parse()?)
    }

    #[test]
    fn an_amount_survives_the_round_trip_in_the_decimals_of_its_currency() {
        for (amount, code, minor, text) in [
            ("129.00", "EUR", 12_900, "129.00"),
            ("129", "EUR", 12_900, "129.00"),
            ("-0.5", "EUR", -50, "-0.50"),
            ("0.0100", "EUR", 1, "0.01"),
            ("1500", "JPY", 1_500, "1500"),
            ("1.234", "KWD", 1_234, "1.234"),
        ] {
            let read = money(amount, code).expect("a valid amount");
            assert_eq!((read.minor, read.decimal().as_str()), (minor, text), "{amount} {code}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_its_reason() {
        for amount in ["", ".", "1.", ".5", "1e3", "NaN", "+1", "--1", "1,00", " 1", "١"] {
            assert!(matches!(money(amount, "EUR"), Err(MoneyError::NotADecimal(_))), "{amount:?}");
        }
        assert!(matches!(money("0.001", "EUR"), Err(MoneyError::TooPrecise { .. })));
        assert!(matches!(money("0.5", "JPY"), Err(MoneyError::TooPrecise { .. })));
        assert!(matches!(money("99999999999999999999", "EUR"), Err(MoneyError::OutOfRange(_))));
        for code in ["eur", "EURO", "XXX", "", "ZZZ"] {
            assert!(matches!(money("1", code), Err(MoneyError::UnknownCurrency(_))), "{code:?}");
        }
    }
}
