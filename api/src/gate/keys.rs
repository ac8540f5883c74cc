//! Which idempotency keys may have an answer already.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::{DataLoader, Loader};
use db::{Actor, Db, KeyOf};

use crate::graphql::{Tokio, chain};

/// Looks keys up in the database, all that are asked for at the same moment in one call: it reads an index and locks
/// nothing that a sale needs.
#[derive(Clone)]
pub(super) struct Keys {
    loader: Arc<DataLoader<Lookup>>,
}

struct Lookup {
    db: Db,
}

impl Keys {
    pub(super) fn new(db: &Db) -> Self {
        Self { loader: Arc::new(DataLoader::new(Lookup { db: db.clone() }, Tokio, Tokio)) }
    }

    /// Whether no command with this key was ever accepted, nor is at work. False when nobody can say.
    pub(super) async fn is_fresh(&self, actor: &Actor, key: &str) -> bool {
        let key = KeyOf { scope: actor.subject.clone(), key: key.to_owned() };
        match self.loader.load_one(key).await {
            Ok(found) => found.is_none(),
            Err(error) => {
                tracing::debug!(error = chain(error.as_ref()), "keys could not be looked up");
                false
            }
        }
    }
}

impl Loader<KeyOf> for Lookup {
    type Value = ();
    type Error = Arc<db::Error>;

    async fn load(&self, keys: &[KeyOf]) -> Result<HashMap<KeyOf, ()>, Self::Error> {
        let known = self.db.known_keys(keys).await.map_err(Arc::new)?;
        Ok(known.into_iter().map(|key| (key, ())).collect())
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}
