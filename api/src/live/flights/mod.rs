//! Values of a moment ago, each read once for all who ask for it at the same time.

mod renew;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet},
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
    state: Arc<Mutex<State<K, V>>>,
}

struct State<K, V> {
    entries: HashMap<K, Entry<K, V>>,
    /// What is about to be read; who is about to ask may come along.
    boarding: Option<Boarding<K, V>>,
    looked: Instant,
    renewing: bool,
}

struct Entry<K, V> {
    flight: Flight<K, V>,
    /// Somebody asked for it since it was read.
    is_wanted: bool,
}

/// A read that has not begun.
struct Boarding<K, V> {
    flight: Flight<K, V>,
    keys: HashSet<K>,
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Perishable,
{
    pub(super) fn new(fresh: Duration) -> Self {
        let (entries, looked) = (HashMap::new(), Instant::now());
        let state = State { entries, boarding: None, looked, renewing: false };
        Self { fresh, state: Arc::new(Mutex::new(state)) }
    }

    /// The values of these keys; `read` brings what nobody has read or is reading, all of it at once, with what others
    /// are about to ask for. It is told until when at least that has to be good to be of use. The reading goes on when
    /// whoever began it does not wait for it any more.
    pub(super) async fn get<F>(
        &self,
        keys: &[K],
        read: impl Fn(Vec<K>, Instant) -> F + Send + Sync + 'static,
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
        let now = Instant::now();
        let mut state = lock(&self.state);
        let entry = state.entries.get_mut(key).filter(|entry| entry.flight.is_good(key, self.fresh, now))?;
        entry.is_wanted = true;
        entry.flight.answer.peek()?.as_ref().ok()?.get(key).cloned()
    }

    /// Forgets these: who asks from now on reads anew, whoever is reading.
    pub(super) fn forget<'a>(&self, keys: impl IntoIterator<Item = &'a K>) {
        let mut state = lock(&self.state);
        for key in keys {
            state.entries.remove(key);
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        lock(&self.state).entries.clear();
    }

    /// A flight for each key; those that nobody has share a new one.
    fn board<F>(
        &self,
        keys: &[K],
        read: impl Fn(Vec<K>, Instant) -> F + Send + Sync + 'static,
    ) -> Vec<(K, Flight<K, V>)>
    where
        F: Future<Output = Result<HashMap<K, V>, ReadError>> + Send + 'static,
    {
        let now = Instant::now();
        let mut state = lock(&self.state);
        let mut missing = Vec::new();
        for key in keys {
            match state.entries.get_mut(key) {
                Some(entry) if entry.flight.is_good(key, self.fresh, now) => entry.is_wanted = true,
                _ => missing.push(key.clone()),
            }
        }
        if !missing.is_empty() {
            let boarding = state.boarding.get_or_insert_with(|| {
                let reading = tokio::spawn(depart(Arc::clone(&self.state), self.fresh, read));
                let answer = async move { reading.await.unwrap_or(Err(ReadError::Ended)).map(Arc::new) };
                let flight = Flight { begun: now, answer: answer.boxed().shared() };
                Boarding { flight, keys: HashSet::new() }
            });
            boarding.keys.extend(missing.iter().cloned());
            let flight = boarding.flight.clone();
            let entry = || Entry { flight: flight.clone(), is_wanted: false };
            state.entries.extend(missing.into_iter().map(|key| (key, entry())));
        }
        keys.iter().filter_map(|key| Some((key.clone(), state.entries.get(key)?.flight.clone()))).collect()
    }
}

/// Reads for all who have come on board, and lets what is about to end be read after it.
async fn depart<K, V, F>(
    state: Arc<Mutex<State<K, V>>>,
    fresh: Duration,
    read: impl Fn(Vec<K>, Instant) -> F + Send + Sync + 'static,
) -> Result<HashMap<K, V>, ReadError>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Perishable,
    F: Future<Output = Result<HashMap<K, V>, ReadError>> + Send + 'static,
{
    // Whoever was woken with the first of them is about to ask: they are let go first.
    tokio::task::yield_now().await;
    let now = Instant::now();
    let (keys, ending) = {
        let mut state = lock(&state);
        let keys = state.boarding.take().map(|boarding| boarding.keys).unwrap_or_default();
        (keys, state.about_to_end(fresh, now))
    };
    let reading = read(keys.into_iter().collect(), now);
    if !ending.is_empty() {
        tokio::spawn(renew::renew(state, fresh, ending, read));
    }
    reading.await
}

fn lock<K, V>(state: &Mutex<State<K, V>>) -> MutexGuard<'_, State<K, V>> {
    // Nothing panics while it holds the lock.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
