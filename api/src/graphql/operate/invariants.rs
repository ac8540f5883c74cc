//! The promises that are checked in SQL.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};

/// A promise of the system that is checked in SQL. For operators.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct InvariantCheck {
    /// The name of the view under `invariant`.
    name: String,
    /// What holds while the view is empty, in one sentence.
    description: String,
    /// How many rows break it; 0 in a correct system.
    violations: i32,
    /// When they were counted, in UTC. Now, as a rule; where the history is so long that counting takes seconds, when a
    /// worker last did.
    checked_at: DateTime<Utc>,
}

impl From<db::InvariantCheck> for InvariantCheck {
    fn from(check: db::InvariantCheck) -> Self {
        Self {
            name: check.name,
            description: check.description,
            // What GraphQL can't count is no better for being more.
            violations: i32::try_from(check.violations).unwrap_or(i32::MAX),
            checked_at: check.checked_at,
        }
    }
}
