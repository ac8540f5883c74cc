//! Tokens that were checked before.
//!
//! Clients send the same token with each request, and a signature costs as much to check as many a query to answer. What
//! is remembered is good for no longer than the check itself would be: until the token ends, and while its issuer has the
//! very keys by which it was checked.

use std::{sync::Arc, time::SystemTime};

use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

use super::{Session, ring::KeyRing};

/// How many are remembered; some 400 bytes each.
const MOST: u64 = 10_000;

/// What a token is known by here: who reads this memory finds none that could be used.
pub(super) type Digest = [u8; 32];

/// A token that was good.
pub(super) struct Known {
    pub(super) session: Session,
    /// Whose it is, by its place among the issuers.
    pub(super) issuer: usize,
    /// The keys by which it was checked.
    pub(super) keys: Arc<KeyRing>,
}

/// Sessions by their tokens.
pub(super) struct Sessions(Cache<Digest, Arc<Known>>);

impl Default for Sessions {
    fn default() -> Self {
        Self(Cache::builder().name("sessions").max_capacity(MOST).build())
    }
}

pub(super) fn digest(token: &str) -> Digest {
    Sha256::digest(token).into()
}

impl Sessions {
    /// What is known of a token, unless it has ended, or `keys` says that its issuer has others by now.
    pub(super) fn get(
        &self,
        digest: &Digest,
        keys: impl FnOnce(usize) -> Option<Arc<KeyRing>>,
    ) -> Option<Session> {
        let known = self.0.get(digest)?;
        let is_good = SystemTime::now() < known.session.expires_at
            && keys(known.issuer).is_some_and(|keys| Arc::ptr_eq(&keys, &known.keys));
        is_good.then(|| known.session.clone())
    }

    pub(super) fn keep(&self, digest: Digest, known: Known) {
        self.0.insert(digest, Arc::new(known));
    }
}
