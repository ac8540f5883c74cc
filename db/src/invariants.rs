//! The views that are always empty.

use std::time::Duration;

use chrono::{DateTime, Utc};
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
    /// When they were counted.
    pub checked_at: DateTime<Utc>,
}

/// What is known of a view without looking.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct LastCheck {
    name: String,
    is_due: bool,
    #[serde(flatten)]
    found: Found,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Found {
    description: String,
    violations: Option<i64>,
    checked_at: Option<DateTime<Utc>>,
}

impl LastCheck {
    fn check(self) -> Option<InvariantCheck> {
        let Found { description, violations, checked_at } = self.found;
        Some(InvariantCheck {
            name: self.name,
            description,
            violations: violations?,
            checked_at: checked_at?,
        })
    }
}

impl Db {
    /// Counts the rows of every view under `invariant`.
    pub async fn invariants(&self) -> Result<Vec<InvariantCheck>, Error> {
        self.rows("select invariant.check_all($1)", &()).await
    }

    /// The same, for those who can't wait for long: where the history has become too long to be counted within a
    /// statement's time, what the workers found last.
    pub async fn invariants_soon(&self) -> Result<Vec<InvariantCheck>, Error> {
        match self.invariants().await {
            Err(Error::Timeout(_)) => self.last_invariants().await,
            counted => counted,
        }
    }

    /// What the workers found last, of the views that they have looked at.
    pub async fn last_invariants(&self) -> Result<Vec<InvariantCheck>, Error> {
        Ok(self.last_checks().await?.into_iter().filter_map(LastCheck::check).collect())
    }

    /// Counts the rows of each view that is due, those first that were not looked at for longest, until one takes so long that
    /// those that take long rest. What others count at the same time is left to them. Gives the first error, after all.
    pub async fn check_due_invariants(&self) -> Result<(), Error> {
        let mut due = self.last_checks().await?;
        due.retain(|last| last.is_due);
        due.sort_by_key(|last| last.found.checked_at);
        let mut failed = Ok(());
        for due in due {
            let argument = serde_json::json!({ "name": due.name });
            let counted =
                self.rows::<_, serde_json::Value>("select invariant.check_one($1)", &argument).await;
            // The others are counted all the same: this one stays the one that was not looked at for longest.
            failed = failed.and(counted.map(drop));
        }
        failed
    }

    async fn last_checks(&self) -> Result<Vec<LastCheck>, Error> {
        self.rows("select invariant.last_checks($1)", &()).await
    }

    /// The same database on one connection of its own, whose statements may run for so long.
    #[must_use]
    pub fn patient(&self, statement: Duration) -> Self {
        let millis = format!("{}ms", statement.as_millis());
        let connect = self.pool.connect_options().as_ref().clone().options([("statement_timeout", millis)]);
        let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1).connect_lazy_with(connect);
        Self { pool, ..self.clone() }
    }
}
