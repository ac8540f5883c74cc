//! What messages read of an event's document and of what is known beside it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::money::Money;

/// An event of a booking.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Document {
    pub(super) booking_id: Uuid,
    pub(super) sequence: i64,
    pub(super) occurred_at: DateTime<Utc>,
    pub(super) from_status: Option<String>,
    #[serde(default)]
    pub(super) change: Change,
    pub(super) booking: Booking,
}

/// What the event itself says.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Change {
    pub(super) code: Option<String>,
    pub(super) attempts_left: Option<u32>,
}

/// The booking as it was after the event.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Booking {
    pub(super) reference: String,
    pub(super) status: String,
    pub(super) reason: Option<String>,
    pub(super) total: Money,
    pub(super) owed: Money,
    pub(super) hold_expires_at: Option<DateTime<Utc>>,
    pub(super) lines: Vec<Line>,
    pub(super) payments: Vec<Payment>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Line {
    pub(super) listing_id: Uuid,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
    pub(super) quantity: u32,
    pub(super) unit_price: Money,
    #[serde(default)]
    pub(super) seats: Vec<Seat>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Seat {
    pub(super) section: Option<String>,
    pub(super) row: Option<String>,
    #[serde(rename = "seat")]
    pub(super) label: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Payment {
    pub(super) status: String,
    pub(super) captured: Money,
    pub(super) refunded: Money,
}

/// What is known beside the event.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Context {
    #[serde(default)]
    pub(super) organiser: Organiser,
    pub(super) listings: HashMap<Uuid, Listing>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Organiser {
    #[serde(default)]
    pub(super) name: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Listing {
    pub(super) title: String,
    pub(super) time_zone: String,
}

impl Booking {
    /// What was taken and comes back: what is paid beyond what is still owed.
    pub(super) fn refund(&self) -> Money {
        let paid: i64 = self
            .payments
            .iter()
            .map(|payment| payment.captured.amount_minor.saturating_sub(payment.refunded.amount_minor))
            .sum();
        let back = paid.saturating_sub(self.owed.amount_minor).max(0);
        Money { amount_minor: back, currency: self.owed.currency.clone() }
    }

    /// Whether a bank may still hold money aside for it.
    pub(super) fn has_reserved_money(&self) -> bool {
        let reserved = ["AUTHORIZING", "AUTHORIZED", "CAPTURING", "UNKNOWN"];
        self.payments.iter().any(|payment| reserved.contains(&payment.status.as_str()))
    }
}
