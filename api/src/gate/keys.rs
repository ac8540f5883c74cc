//! Which idempotency keys may have an answer already.

use std::collections::HashSet;

use db::{Actor, Db, KeyOf};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    gathered::{Gathered, Oracle},
    graphql::chain,
};

/// Looks keys up in the database, all that are asked for at the same moment in one call: it reads an index and locks
/// nothing that a sale needs.
#[derive(Clone, Debug)]
pub(super) struct Keys(Gathered<Lookup>);

#[derive(Debug)]
struct Lookup(Db);

impl Keys {
    pub(super) fn start(db: &Db, tracker: &TaskTracker, stop: &CancellationToken) -> Self {
        Self(Gathered::start(Lookup(db.clone()), tracker, stop))
    }

    /// Whether no command with this key was ever accepted, nor is at work. False when nobody can say.
    pub(super) async fn is_fresh(&self, actor: &Actor, key: &str) -> bool {
        let key = KeyOf { scope: actor.subject.clone(), key: key.to_owned() };
        match self.0.ask(key).await {
            Ok(is_known) => !is_known,
            Err(error) => {
                tracing::debug!(error = chain(&error), "keys could not be looked up");
                false
            }
        }
    }
}

impl Oracle for Lookup {
    type Question = KeyOf;
    /// Whether it is known.
    type Answer = bool;
    const BATCH: usize = 500;

    async fn answer(&self, asked: &[KeyOf]) -> Result<Vec<bool>, db::Error> {
        let known: HashSet<KeyOf> = self.0.known_keys(asked).await?.into_iter().collect();
        Ok(asked.iter().map(|key| known.contains(key)).collect())
    }
}
