//! The scalars that GraphQL does not have.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{NaiveDate, NaiveTime};

/// Texts longer than this are neither an amount nor a currency.
const LONGEST: usize = 64;

/// An exact decimal number as a string, such as `"129.00"`: never a float.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal(pub String);

/// An exact decimal number as a string, such as `"129.00"`. Never a float: read it with a decimal library.
#[Scalar(name = "Decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        short_text(value).map(Self)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A currency code as a client sends it; whether there is such a currency is judged with the amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CurrencyCode(pub String);

/// A currency code of ISO 4217, such as `"EUR"`, in capitals.
#[Scalar(name = "CurrencyCode", specified_by_url = "https://www.iso.org/iso-4217-currency-codes.html")]
impl ScalarType for CurrencyCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        short_text(value).map(Self)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl From<db::Currency> for CurrencyCode {
    fn from(currency: db::Currency) -> Self {
        Self(currency.code().to_owned())
    }
}

/// A day of the calendar, without a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date(pub NaiveDate);

/// A day of the calendar, such as `2026-07-01`, in whatever time zone the field says.
#[Scalar(name = "Date", specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = short_text::<Self>(value)?;
        let read = NaiveDate::parse_from_str(&text, "%Y-%m-%d");
        read.map(Self).map_err(|_| InputValueError::custom("a day is written like 2026-07-01"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

/// A time on a wall clock, without a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LocalTime(pub NaiveTime);

/// A time on a wall clock, such as `20:00`, in whatever time zone the field says.
#[Scalar(name = "LocalTime")]
impl ScalarType for LocalTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = short_text::<Self>(value)?;
        let read = NaiveTime::parse_from_str(&text, "%H:%M");
        read.map(Self).map_err(|_| InputValueError::custom("a time is written like 20:00"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%H:%M").to_string())
    }
}

fn short_text<T: ScalarType + async_graphql::InputType>(value: Value) -> Result<String, InputValueError<T>> {
    match value {
        Value::String(text) if text.len() <= LONGEST => Ok(text),
        Value::String(_) => Err(InputValueError::custom(format!("longer than {LONGEST} characters"))),
        other => Err(InputValueError::expected_type(other)),
    }
}
