//! What a slot and a series of slots have in common.

use chrono::NaiveDate;
use chrono_tz::Tz;
use db::{Currency, Money};

use super::{error::ImportError, fields::Fields};
use crate::client::MoneyText;

/// What the fields of a slot are read with.
pub(super) struct Place {
    /// The listing's zone.
    pub(super) zone: Tz,
    /// The listing's currency.
    pub(super) currency: Currency,
    /// What `+1` counts from: the day it is now in the zone.
    pub(super) today: NaiveDate,
}

/// The field `price`, a decimal text in the listing's currency.
pub(super) fn price(fields: &mut Fields, currency: Currency) -> Result<MoneyText, ImportError> {
    fields.parsed("price", |text| {
        let money = Money::parse(text, currency).map_err(|error| error.to_string())?;
        if money.minor < 0 { Err("a price is not negative".to_owned()) } else { Ok(money.into()) }
    })
}

/// The field `capacity`.
pub(super) fn capacity(fields: &mut Fields) -> Result<u32, ImportError> {
    Ok(fields.number("capacity", 0..=1_000_000, None)?.unsigned_abs())
}
