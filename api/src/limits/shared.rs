//! The buckets that instances share.

use std::time::Duration;

use redis::Script;

use super::{bucket::Bucket, budget::Exhausted};
use crate::shared::SharedStore;

/// The buckets in the shared store, each drawn from by one script.
pub(super) struct Shared {
    store: SharedStore,
    script: Script,
}

impl Shared {
    pub(super) fn new(store: SharedStore) -> Self {
        Self { store, script: Script::new(include_str!("take.lua")) }
    }

    /// Takes from all buckets at once; what is left in each. None when the store does not say.
    pub(super) async fn take(&self, buckets: &[Bucket], cost: u32) -> Option<Result<Vec<u32>, Exhausted>> {
        let mut call = self.script.prepare_invoke();
        for bucket in buckets {
            call.key(self.store.key("limit", &format!("{}:{}", bucket.kind.name(), bucket.name)));
            call.arg(bucket.size).arg(bucket.share(cost));
        }
        let answer: Vec<u64> =
            self.store.ask(async |mut connection| call.invoke_async(&mut connection).await).await?;
        let (refused, rest) = answer.split_first()?;
        if *refused == 0 {
            return Some(Ok(rest.iter().map(|left| u32::try_from(*left).unwrap_or(u32::MAX)).collect()));
        }
        let bucket = buckets.get(usize::try_from(*refused).ok()?.checked_sub(1)?)?;
        let wait = Duration::from_millis(*rest.first()?);
        Some(Err(Exhausted { kind: bucket.kind, size: bucket.size, wait }))
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("store", &self.store).finish_non_exhaustive()
    }
}
