//! Values of a moment ago, each read once for all who ask for it at the same time.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use tokio::time::Instant;

/// Why nothing could be read; all who waited for it hear the same.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The database did not give it.
    #[error("the database could not be read")]
    Database(#[source] Arc<db::Error>),
    /// The reading ended without an answer.
    #[error("a read ended without an answer")]
    Ended,
}

/// Something that is good for a while.
pub(super) trait Perishable: Clone + Send + Sync + 'static {
    /// Until when it may be shown.
    fn until(&self) -> Instant;
}

type Answer<K, V> = Result<Arc<HashMap<K, V>>, ReadError>;

/// A read on its way, or just done.
struct Flight<K, V> {
    begun: Instant,
    answer: Shared<BoxFuture<'static, Answer<K, V>>>,
}

impl<K, V> Clone for Flight<K, V> {
    fn clone(&self) -> Self {
        Self { begun: self.begun, answer: self.answer.clone() }
    }
}

impl<K: Eq + Hash, V: Perishable> Flight<K, V> {
    /// Whether who asks at `now` may have what it brings.
    fn is_good(&self, key: &K, fresh: Duration, now: Instant) -> bool {
        match self.answer.peek() {
            Some(Ok(found)) => found.get(key).map_or(self.begun + fresh, V::until) > now,
            Some(Err(_)) => false,
            None => self.begun + fresh > now,
        }
    }
}

/// Reads by their keys; what is no longer good is forgotten.
pub(super) struct Flights<K, V> {
    /// For how long at most what was read may be shown.
    fresh: Duration,
    state: Mutex<State<K, V>>,
}

struct State<K, V> {
    flights: HashMap<K, Flight<K, V>>,
    swept: Instant,
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Perishable,
{
    pub(super) fn new(fresh: Duration) -> Self {
        Self { fresh, state: Mutex::new(State { flights: HashMap::new(), swept: Instant::now() }) }
    }

    /// The values of these keys; `read` brings what nobody has read or is reading, all of it at once. The reading
    /// goes on when whoever began it does not wait for it any more.
    pub(super) async fn get<F>(
        &self,
        keys: &[K],
        read: impl FnOnce(Vec<K>) -> F,
    ) -> Result<HashMap<K, V>, ReadError>
    where
        F: Future<Output = Result<HashMap<K, V>, ReadError>> + Send + 'static,
    {
        let mut values = HashMap::with_capacity(keys.len());
        for (key, flight) in self.board(keys, read) {
            if let Some(value) = flight.answer.await?.get(&key) {
                values.insert(key, value.clone());
            }
        }
        Ok(values)
    }

    /// The value of a key that is here already, for who need not wait for anything.
    pub(super) fn here(&self, key: &K) -> Option<V> {
        let state = self.lock();
        let flight =
            state.flights.get(key).filter(|flight| flight.is_good(key, self.fresh, Instant::now()))?;
        flight.answer.peek()?.as_ref().ok()?.get(key).cloned()
    }

    /// Forgets these: who asks from now on reads anew, whoever is reading.
    pub(super) fn forget<'a>(&self, keys: impl IntoIterator<Item = &'a K>) {
        let mut state = self.lock();
        for key in keys {
            state.flights.remove(key);
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        self.lock().flights.clear();
    }

    /// A flight for each key; those that nobody has share a new one.
    fn board<F>(&self, keys: &[K], read: impl FnOnce(Vec<K>) -> F) -> Vec<(K, Flight<K, V>)>
    where
        F: Future<Output = Result<HashMap<K, V>, ReadError>> + Send + 'static,
    {
        let now = Instant::now();
        let mut state = self.lock();
        let is_good =
            |key: &K| state.flights.get(key).is_some_and(|flight| flight.is_good(key, self.fresh, now));
        let missing: Vec<K> = keys.iter().filter(|key| !is_good(key)).cloned().collect();
        if !missing.is_empty() {
            if now.duration_since(state.swept) >= self.fresh {
                state.swept = now;
                state.flights.retain(|key, flight| flight.is_good(key, self.fresh, now));
            }
            let reading = tokio::spawn(read(missing.clone()));
            let answer = async move { reading.await.unwrap_or(Err(ReadError::Ended)).map(Arc::new) };
            let flight = Flight { begun: now, answer: answer.boxed().shared() };
            state.flights.extend(missing.into_iter().map(|key| (key, flight.clone())));
        }
        keys.iter().filter_map(|key| Some((key.clone(), state.flights.get(key)?.clone()))).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State<K, V>> {
        // Nothing panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
