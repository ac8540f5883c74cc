//! Who watches what, in this process.

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

/// One thing that is watched: the latest of it, and what its watchers share besides.
#[derive(Debug)]
struct Spot<V, S> {
    latest: watch::Sender<V>,
    shared: Arc<S>,
    /// Counted under the lock: receivers that are being dropped at the same moment would each see the other.
    watchers: usize,
}

type Spots<K, V, S> = HashMap<K, Spot<V, S>>;

/// Everything that is watched, and the latest that is known of it; cheap to clone.
pub(super) struct Watched<K, V, S = ()>(Arc<Mutex<Spots<K, V, S>>>);

impl<K, V, S> Clone for Watched<K, V, S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, V, S> Default for Watched<K, V, S> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K, V, S> fmt::Debug for Watched<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").finish_non_exhaustive()
    }
}

impl<K: Copy + Eq + Hash, V: Default, S: Default> Watched<K, V, S> {
    /// Watches something until the watch is dropped.
    pub(super) fn watch(&self, key: K) -> Watch<K, V, S> {
        let mut spots = self.lock();
        let spot = spots.entry(key).or_insert_with(|| Spot {
            latest: watch::channel(V::default()).0,
            shared: Arc::default(),
            watchers: 0,
        });
        spot.watchers += 1;
        let (latest, shared) = (spot.latest.subscribe(), Arc::clone(&spot.shared));
        Watch { watched: self.clone(), key, latest, shared }
    }
}

impl<K: Copy + Eq + Hash, V, S> Watched<K, V, S> {
    /// All that is watched.
    pub(super) fn all(&self) -> Vec<K> {
        self.lock().keys().copied().collect()
    }

    /// Those of these that are watched.
    pub(super) fn of(&self, keys: impl IntoIterator<Item = K>) -> Vec<K> {
        let watched = self.lock();
        keys.into_iter().filter(|key| watched.contains_key(key)).collect()
    }

    /// Changes what is known; watchers wake when `change` says that it did.
    pub(super) fn update(&self, key: K, change: impl FnOnce(&mut V) -> bool) {
        if let Some(spot) = self.lock().get(&key) {
            spot.latest.send_if_modified(change);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Spots<K, V, S>> {
        // Nothing panics while it holds the lock, and a map is never half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One subscriber's eye on one thing.
pub(crate) struct Watch<K: Copy + Eq + Hash, V, S> {
    watched: Watched<K, V, S>,
    pub(super) key: K,
    pub(super) latest: watch::Receiver<V>,
    pub(super) shared: Arc<S>,
}

impl<K: Copy + Eq + Hash, V, S> Watch<K, V, S> {
    /// Says what its own subscriber has learnt, for all others.
    pub(super) fn tell(&self, change: impl FnOnce(&mut V) -> bool) {
        self.watched.update(self.key, change);
    }
}

impl<K: Copy + Eq + Hash, V, S> Drop for Watch<K, V, S> {
    fn drop(&mut self) {
        let mut watched = self.watched.lock();
        let Some(spot) = watched.get_mut(&self.key) else { return };
        spot.watchers -= 1;
        if spot.watchers == 0 {
            watched.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_watches_is_forgotten() {
        let watched: Watched<u8, i32> = Watched::default();
        let (one, two) = (watched.watch(7), watched.watch(7));
        drop(one);
        assert_eq!(watched.all(), [7]);
        assert_eq!(watched.of([6, 7, 8]), [7]);
        drop(two);
        assert!(watched.all().is_empty());
    }

    #[test]
    fn what_many_leave_at_once_is_forgotten_too() {
        let watched: Watched<u8, i32> = Watched::default();
        for _ in 0..1_000 {
            let barrier = std::sync::Barrier::new(2);
            let (one, two) = (watched.watch(7), watched.watch(7));
            std::thread::scope(|scope| {
                for watch in [one, two] {
                    let barrier = &barrier;
                    scope.spawn(move || {
                        barrier.wait();
                        drop(watch);
                    });
                }
            });
            assert!(watched.all().is_empty());
        }
    }
}
