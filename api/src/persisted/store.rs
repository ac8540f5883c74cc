//! Where documents are kept under their hashes: in this process, and where instances share.

use std::sync::Arc;

use moka::sync::Cache;
use redis::AsyncCommands as _;

use super::{Found, Hash, PersistedQueries};
use crate::shared::SharedStore;

/// Bytes of text of all documents that this process keeps.
const ALL: u64 = 8 * 1024 * 1024;
/// Bytes of text of one document; longer ones are sent each time.
const LONGEST: usize = 64 * 1024;
/// How long the shared store keeps a document, in seconds: a week. It is sent again after that.
const KEPT: u64 = 7 * 24 * 60 * 60;
/// The kind of its keys there.
const KIND: &str = "document";

/// The documents that were sent; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    mode: Arc<PersistedQueries>,
    near: Cache<Hash, Arc<str>>,
    shared: Option<SharedStore>,
}

impl Store {
    pub(crate) fn new(mode: PersistedQueries, shared: Option<SharedStore>) -> Self {
        let weight = |_: &Hash, text: &Arc<str>| u32::try_from(text.len()).unwrap_or(u32::MAX);
        let near = Cache::builder().name("persisted queries").weigher(weight).max_capacity(ALL).build();
        Self { mode: Arc::new(mode), near, shared }
    }

    pub(super) fn mode(&self) -> &PersistedQueries {
        &self.mode
    }

    /// The document of a hash, if somebody sent it before.
    pub(super) async fn get(&self, hash: &Hash) -> Option<Arc<str>> {
        if let Some(text) = self.near.get(hash) {
            return Some(text);
        }
        let shared = self.shared.as_ref()?;
        let key = shared.key(KIND, &hash.0);
        let text: Option<String> = shared.ask(async |mut store| store.get(key).await).await?;
        // Whatever else the store says under that name is not what the client means.
        let text: Arc<str> = text.filter(|text| Hash::of(text) == *hash)?.into();
        self.near.insert(hash.clone(), Arc::clone(&text));
        Some(text)
    }

    /// Keeps a document that was parsed, counted and not refused.
    pub(crate) async fn keep(&self, found: &Found) {
        let Found { text, keep: Some(hash) } = found else { return };
        if text.len() > LONGEST || self.near.contains_key(hash) {
            return;
        }
        self.near.insert(hash.clone(), Arc::clone(text));
        if let Some(shared) = &self.shared {
            let key = shared.key(KIND, &hash.0);
            // Without an answer it is kept here alone; other instances ask for the text once more.
            let _: Option<()> = shared.ask(async |mut store| store.set_ex(key, &**text, KEPT).await).await;
        }
    }
}
