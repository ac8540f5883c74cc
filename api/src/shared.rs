//! What instances share beside the database: one Redis, never needed and never believed.
//!
//! Whatever is kept there can be lost at any moment without harm: counts of
//! requests, documents that clients have named, availability of a moment ago,
//! hints. Who asks gets an answer soon or none at all, and goes on without.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use redis::{
    Client, RedisError, RedisResult,
    aio::{ConnectionManager, ConnectionManagerConfig, PubSub},
};

use crate::graphql::chain;

/// How long a client of ours may be kept waiting by a store that it does not need.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long the store is left alone after it failed: else every request would wait for it in vain.
const REST: Duration = Duration::from_secs(1);

/// Why a store can't be used at all; that it can't be reached is no such reason.
#[derive(Debug, thiserror::Error)]
pub enum SharedStoreError {
    /// The address is not one of a Redis: `redis://host:port/db`, or `rediss://` for TLS.
    #[error("the address of the Redis can't be read")]
    Address(#[source] RedisError),
}

/// A Redis that several instances use; cheap to clone.
#[derive(Clone)]
pub struct SharedStore {
    client: Client,
    connection: ConnectionManager,
    prefix: Arc<str>,
    health: Arc<Health>,
}

/// When the store may be asked again.
#[derive(Debug)]
struct Health {
    begun: Instant,
    /// Milliseconds since `begun`; 0 while all is well.
    resting_until: AtomicU64,
}

impl SharedStore {
    /// The store at `url`, all of whose keys begin with `prefix`. Connects when it is first asked.
    pub fn open(url: &str, prefix: &str) -> Result<Self, SharedStoreError> {
        let client = Client::open(url).map_err(SharedStoreError::Address)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_secs(1)))
            .set_response_timeout(Some(PATIENCE))
            // Whoever asks next tries again.
            .set_number_of_retries(0);
        let connection = ConnectionManager::new_lazy_with_config(client.clone(), config)
            .map_err(SharedStoreError::Address)?;
        let health = Arc::new(Health { begun: Instant::now(), resting_until: AtomicU64::new(0) });
        Ok(Self { client, connection, prefix: prefix.into(), health })
    }

    /// A key or a channel of this installation.
    pub(crate) fn key(&self, kind: &str, name: &str) -> String {
        format!("{}:{kind}:{name}", self.prefix)
    }

    /// Asks the store. None when it has no answer soon: whoever asks does without.
    pub(crate) async fn ask<T, F>(&self, question: impl FnOnce(ConnectionManager) -> F) -> Option<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        if self.health.is_resting() {
            return None;
        }
        match tokio::time::timeout(PATIENCE, question(self.connection.clone())).await {
            Ok(Ok(answer)) => {
                self.health.answered();
                Some(answer)
            }
            Ok(Err(error)) => {
                self.health.failed(&chain(&error));
                None
            }
            Err(_) => {
                self.health.failed("no answer in time");
                None
            }
        }
    }

    /// A connection of its own, to listen on.
    pub(crate) async fn listen(&self) -> RedisResult<PubSub> {
        self.client.get_async_pubsub().await
    }

    /// Whether the store answers; for those who run the system, and wait longer than a request does.
    pub async fn ping(&self) -> Result<(), RedisError> {
        let mut connection = self.client.get_multiplexed_async_connection().await?;
        redis::cmd("PING").query_async(&mut connection).await
    }
}

impl std::fmt::Debug for SharedStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address may hold a password.
        f.debug_struct("SharedStore").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Health {
    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn is_resting(&self) -> bool {
        self.now() < self.resting_until.load(Ordering::Relaxed)
    }

    fn answered(&self) {
        if self.resting_until.load(Ordering::Relaxed) != 0
            && self.resting_until.swap(0, Ordering::Relaxed) != 0
        {
            tracing::info!("the shared store answers again");
        }
    }

    /// Says so once, and not again for every request that does without.
    fn failed(&self, why: &str) {
        metrics::counter!("holdfast_api_shared_store_failures_total").increment(1);
        let until = self.now().saturating_add(u64::try_from(REST.as_millis()).unwrap_or(u64::MAX));
        if self.resting_until.swap(until, Ordering::Relaxed) == 0 {
            tracing::warn!(error = why, "the shared store is away: every instance goes on by itself");
        }
    }
}
