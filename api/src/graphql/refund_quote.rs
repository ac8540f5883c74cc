//! What a cancellation would give back.

use async_graphql::{ID, SimpleObject};
use chrono::{DateTime, Utc};

use super::{ids::GlobalId as _, money::Money};

/// What cancelling a booking would give back.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct RefundQuote {
    /// The booking.
    booking_id: ID,
    /// What its lines cost together.
    total: Money,
    /// What would come back if it were cancelled at `quotedAt`.
    refund: Money,
    /// When this was computed, in UTC; the amount may shrink with every hour that passes.
    quoted_at: DateTime<Utc>,
}

impl From<db::RefundQuote> for RefundQuote {
    fn from(quote: db::RefundQuote) -> Self {
        Self {
            booking_id: quote.booking_id.to_global(),
            total: Money::new(quote.total_minor, quote.currency),
            refund: Money::new(quote.refund_minor, quote.currency),
            quoted_at: quote.quoted_at,
        }
    }
}
