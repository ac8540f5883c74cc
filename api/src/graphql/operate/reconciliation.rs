//! What the gateways' own lists and our books do not have alike.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use crate::graphql::{connection::connection, ids::GlobalId as _};

/// How a line of a gateway's list and our books compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::Verdict")]
pub(crate) enum ReconciliationVerdict {
    /// They agree.
    Matched,
    /// The gateway moved more than we asked for, or another currency.
    Over,
    /// It moved less.
    Under,
    /// It bears one of our keys, and our books do not have it as done.
    Orphaned,
    /// It bears none of our keys: the account may have other users.
    Foreign,
    /// Our books have it as done, and the gateway does not list it.
    Missing,
}

/// What is done about a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::Handling")]
pub(crate) enum ReconciliationHandling {
    /// Nothing has to be.
    None,
    /// Something will be, in the next round.
    Waiting,
    /// Its operation is being looked up.
    UnderWay,
    /// Later lines have taken it back.
    Covered,
    /// Stray money, being given back.
    Found,
    /// Stray money that was given back.
    GivenBack,
    /// Stray money that could not be given back: an operator's case.
    Failed,
    /// An operator's case.
    Case,
    /// An operator has seen to it.
    Resolved,
}

/// Something that a gateway's own list and our books do not have alike.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ReconciliationDifference {
    /// Which gateway.
    gateway: String,
    /// The gateway's name for it. Null for what it does not list.
    reference: Option<String>,
    /// The booking it is about, where our books know one.
    booking_id: Option<ID>,
    /// The key of our operation.
    operation_key: Option<String>,
    /// How the two compare.
    verdict: ReconciliationVerdict,
    /// What is done about it.
    handling: ReconciliationHandling,
    /// What the gateway moved, in minor units as a string.
    amount_minor: String,
    /// What it moved by our books, in minor units as a string.
    expected_minor: String,
    /// Of which currency, as the gateway writes it.
    currency: String,
    /// When it happened, in UTC.
    happened_at: DateTime<Utc>,
    /// When it was found, in UTC.
    found_at: DateTime<Utc>,
}

impl From<db::Difference> for ReconciliationDifference {
    fn from(found: db::Difference) -> Self {
        Self {
            gateway: found.gateway,
            reference: found.reference,
            booking_id: found.booking_id.map(|booking| booking.to_global()),
            operation_key: found.operation_key,
            verdict: found.verdict.into(),
            handling: found.handling.into(),
            amount_minor: found.amount_minor.to_string(),
            expected_minor: found.expected_minor.to_string(),
            currency: found.currency,
            happened_at: found.happened_at,
            found_at: found.found_at,
        }
    }
}

connection!(
    ReconciliationConnection,
    ReconciliationEdge,
    ReconciliationDifference,
    db::Difference,
    "A page of differences, newest first.",
    "A difference and its place in the list."
);
