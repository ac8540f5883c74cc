//! Money at the edge: decimal text outside, whole minor units inside.

use async_graphql::{InputObject, SimpleObject};
use db::MoneyError;

use super::{
    scalars::{CurrencyCode, Decimal},
    user_error::UserErrorCode,
};

/// An amount of money.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(shareable)]
pub(crate) struct Money {
    /// The amount in major units (euros, not cents), with exactly the decimals of its currency: `"129.00"`.
    amount: Decimal,
    /// The currency of the amount.
    currency_code: CurrencyCode,
}

impl Money {
    pub(crate) fn new(minor: i64, currency: db::Currency) -> Self {
        let amount = Decimal(db::Money::new(minor, currency).decimal());
        Self { amount, currency_code: currency.into() }
    }
}

/// An amount of money, as a client names it.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct MoneyInput {
    /// The amount in major units (euros, not cents), with no more decimals than its currency has.
    amount: Decimal,
    /// The currency of the amount.
    currency_code: CurrencyCode,
}

impl MoneyInput {
    /// The amount meant, or which user error it is.
    pub(crate) fn read(&self) -> Result<db::Money, (UserErrorCode, MoneyError)> {
        self.currency_code
            .0
            .parse()
            .and_then(|currency| db::Money::parse(&self.amount.0, currency))
            .map_err(|error| (code_of(&error), error))
    }
}

/// Which user error a text that is no money is.
pub(crate) fn code_of(error: &MoneyError) -> UserErrorCode {
    match error {
        MoneyError::UnknownCurrency(_) => UserErrorCode::CurrencyMismatch,
        MoneyError::NotADecimal(_) | MoneyError::TooPrecise { .. } | MoneyError::OutOfRange(_) => {
            UserErrorCode::InvalidPrice
        }
    }
}
