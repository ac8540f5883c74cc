//! The views that are always empty.

use serde::Deserialize;

use crate::{Db, Error};

/// One view under `invariant` and what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct InvariantCheck {
    /// The view's name.
    pub name: String,
    /// What it says when it is empty, in one sentence.
    pub description: String,
    /// Rows in it; 0 in a correct system.
    pub violations: i64,
}

impl Db {
    /// Counts the rows of every view under `invariant`.
    pub async fn invariants(&self) -> Result<Vec<InvariantCheck>, Error> {
        self.rows("select invariant.check_all($1)", &()).await
    }
}
