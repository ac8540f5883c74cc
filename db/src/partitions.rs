//! The months of the tables that grow with every booking.

use serde::Deserialize;

use crate::{Db, Error};

/// Months that there is a place for, beyond the present one: so long may nobody tend them.
pub const MONTHS_AHEAD: i32 = 3;

/// What was done to the partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Tended {
    /// Partitions that were added.
    pub added: u32,
    /// Partitions whose rows are no longer kept.
    pub dropped: u32,
}

impl Db {
    /// Adds the months to come, and drops those that are no longer kept.
    ///
    /// Fails with [`Error::LockTimeout`] rather than make others wait; the next time will do.
    pub async fn tend_partitions(&self) -> Result<Tended, Error> {
        let argument = serde_json::json!({ "months_ahead": MONTHS_AHEAD });
        let tended = self.row("select holdfast.tend_partitions($1)", &argument).await?;
        Ok(tended.unwrap_or(Tended { added: 0, dropped: 0 }))
    }
}
