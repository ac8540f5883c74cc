//! The payment of a booking.

use async_graphql::{Enum, SimpleObject};

use super::money::Money;

/// Where the money of a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::PaymentStatus")]
pub(crate) enum PaymentStatus {
    /// No method yet, or the last one was declined and another may be tried: call `payBooking`.
    RequiresMethod,
    /// The money is being reserved.
    Authorizing,
    /// The money is reserved.
    Authorized,
    /// The money is being taken.
    Capturing,
    /// The money was taken.
    Captured,
    /// A part of the money was given back.
    PartiallyRefunded,
    /// All of the money was given back.
    Refunded,
    /// The reserved money was let go; none was taken.
    Voided,
    /// No money moved and none will.
    Failed,
    /// The gateway did not say what became of the payment; it is being looked up. Wait, do not pay again.
    Unknown,
}

/// A payment of a booking, or all of them in one.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Payment {
    /// Where the money stands.
    status: PaymentStatus,
    /// What is to be paid.
    amount: Money,
    /// What was taken so far.
    captured: Money,
    /// What was given back so far.
    refunded: Money,
    /// How many payment methods were tried, at most 3.
    attempts: i32,
    /// Why the last method was declined, in the gateway's code, such as `card_declined`. Null when none was.
    failure: Option<String>,
}

impl From<db::Payment> for Payment {
    fn from(payment: db::Payment) -> Self {
        let money = |minor| Money::new(minor, payment.currency);
        Self {
            status: payment.status.into(),
            amount: money(payment.amount_minor),
            captured: money(payment.captured_minor),
            refunded: money(payment.refunded_minor),
            attempts: payment.attempts,
            failure: payment.failure,
        }
    }
}
