//! What is asked for again and again is read anew before it ends, many keys at once: else each of a thousand slots would
//! be one call a second, and each time somebody would have to wait for it.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{FutureExt as _, future};
use tokio::time::Instant;

use super::{Entry, Flight, Perishable, ReadError, State, lock};

/// Parts of the time that a value is good. One of them passes between two looks at what is about to end.
const PARTS: u32 = 4;
/// In how many of them, the last ones, it may be read anew.
const LAST_PARTS: u32 = 2;
/// Keys in one such read: it has to land before they end.
const BATCH: usize = 100;

impl<K: Clone + Eq + Hash, V: Perishable> State<K, V> {
    /// Forgets what has ended, and names what is about to and is wanted, with the beginning of its flight.
    pub(super) fn about_to_end(&mut self, fresh: Duration, now: Instant) -> Vec<(K, Instant)> {
        if self.renewing || now.duration_since(self.looked) < fresh / PARTS {
            return Vec::new();
        }
        self.looked = now;
        self.entries.retain(|key, entry| entry.flight.is_good(key, fresh, now));
        let soon = now + fresh * LAST_PARTS / PARTS;
        let ends = |key: &K, entry: &Entry<K, V>| {
            entry.is_wanted && entry.flight.answer.peek().is_some() && !entry.flight.is_good(key, fresh, soon)
        };
        let ending = self.entries.iter().filter(|(key, entry)| ends(key, entry));
        let ending: Vec<_> = ending.map(|(key, entry)| (key.clone(), entry.flight.begun)).collect();
        self.renewing = !ending.is_empty();
        ending
    }
}

/// Reads these anew, and shows it in place of what they were; not of those that were forgotten meanwhile.
pub(super) async fn renew<K, V, F>(
    state: Arc<Mutex<State<K, V>>>,
    fresh: Duration,
    ending: Vec<(K, Instant)>,
    read: impl Fn(Vec<K>, Instant) -> F,
) where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Perishable,
    F: Future<Output = Result<HashMap<K, V>, ReadError>>,
{
    let _renewing = Renewing(&state);
    for some in ending.chunks(BATCH) {
        let begun = Instant::now();
        let keys = some.iter().map(|(key, _)| key.clone()).collect();
        // Whoever asks for them once they have ended will hear of an error.
        let Ok(found) = read(keys, begun + fresh * LAST_PARTS / PARTS).await else { return };
        let answer = future::ready(Ok(Arc::new(found))).boxed().shared();
        // Only what somebody has waited for can be peeked at.
        drop(answer.clone().await);
        let flight = Flight { begun, answer };
        let mut state = lock(&state);
        for (key, was) in some {
            if let Some(entry) = state.entries.get_mut(key).filter(|entry| entry.flight.begun == *was) {
                *entry = Entry { flight: flight.clone(), is_wanted: false };
            }
        }
    }
}

/// That something is being renewed, however that ends.
struct Renewing<'a, K, V>(&'a Mutex<State<K, V>>);

impl<K, V> Drop for Renewing<'_, K, V> {
    fn drop(&mut self) {
        lock(self.0).renewing = false;
    }
}
