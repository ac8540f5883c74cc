//! Keeps the keys of one issuer: reads them now and then, and once more when a token names a key that is not known.

use std::{
    sync::{Arc, RwLock},
    time::Duration,
};

use rand::Rng as _;
use tokio::{
    sync::Mutex,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{AuthError, PublicKeyAlgorithm, origin::Origin, ring::KeyRing};
use crate::graphql::chain;

/// How often keys are read.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How often they are read anew. The default is every 5 minutes.
    pub refresh: Duration,
    /// How long after one reading a token that names an unknown key may not cause another. The default is 10 s: so
    /// often, and no more, can whoever makes names up send us to the provider.
    pub cooldown: Duration,
    /// How long a provider may take to answer. The default is 5 s.
    pub timeout: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            refresh: Duration::from_mins(5),
            cooldown: Duration::from_secs(10),
            timeout: Duration::from_secs(5),
        }
    }
}

/// The first pause after a reading that failed; it doubles, up to the usual one.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// The keys of one issuer, kept fresh.
pub(super) struct Keeper {
    issuer: String,
    origin: Origin,
    allowed: Vec<PublicKeyAlgorithm>,
    pace: Pace,
    /// None until they were read once. What was read last stays when a later reading fails.
    keys: RwLock<Option<Arc<KeyRing>>>,
    /// When they were last asked for. Whoever asks holds this, so that one does.
    asked: Arc<Mutex<Option<Instant>>>,
}

impl Keeper {
    pub(super) fn new(issuer: &str, origin: Origin, allowed: &[PublicKeyAlgorithm], pace: Pace) -> Self {
        Self {
            issuer: issuer.to_owned(),
            origin,
            allowed: allowed.to_vec(),
            pace,
            keys: RwLock::new(None),
            asked: Arc::default(),
        }
    }

    /// What is known now.
    pub(super) fn keys(&self) -> Option<Arc<KeyRing>> {
        // The lock is held for the moment of one assignment, which can't panic.
        self.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    fn known(&self, kid: Option<&str>) -> Option<Arc<KeyRing>> {
        self.keys().filter(|keys| keys.knows(kid))
    }

    /// The keys in which to look for this one. They are read anew when it is not among them, at most once in
    /// [`Pace::cooldown`]; whoever comes meanwhile waits for the same answer.
    pub(super) async fn keys_for(self: &Arc<Self>, kid: Option<&str>) -> Result<Arc<KeyRing>, AuthError> {
        if let Some(keys) = self.known(kid) {
            return Ok(keys);
        }
        let mut asked = self.asked.clone().lock_owned().await;
        if let Some(keys) = self.known(kid) {
            return Ok(keys);
        }
        if asked.is_none_or(|at| at.elapsed() >= self.pace.cooldown) {
            *asked = Some(Instant::now());
            let keeper = self.clone();
            // In a task of its own: a client that asks and hangs up must not use up the others' turn for nothing.
            let reading = tokio::spawn(async move {
                let _asked = asked;
                if let Err(error) = keeper.read().await {
                    keeper.complain(&error);
                }
            });
            // It can only fail by a panic, which is in the log; the keys are then as they were.
            let _ = reading.await;
        }
        self.keys().ok_or(AuthError::NoKeys)
    }

    /// Reads the keys now; how many there are.
    pub(super) async fn refresh(&self) -> Result<usize, AuthError> {
        let mut asked = self.asked.lock().await;
        *asked = Some(Instant::now());
        self.read().await
    }

    async fn read(&self) -> Result<usize, AuthError> {
        let read = self.origin.read().await.and_then(|text| KeyRing::set(&text, &self.allowed));
        let result = if read.is_ok() { "ok" } else { "failed" };
        metrics::counter!("holdfast_api_key_fetches_total", "issuer" => self.issuer.clone(), "result" => result)
            .increment(1);
        let keys = Arc::new(read?);
        let count = keys.len();
        *self.keys.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(keys);
        Ok(count)
    }

    fn complain(&self, error: &AuthError) {
        let kept = self.keys().map_or(0, |keys| keys.len());
        tracing::warn!(issuer = self.issuer, kept, error = chain(error), "an issuer's keys can't be read");
    }

    /// Reads the keys at once and then again and again, until the shutdown.
    pub(super) async fn keep(&self, shutdown: CancellationToken) {
        let mut pause = SHORTEST_PAUSE;
        loop {
            let next = match self.refresh().await {
                Ok(_) => {
                    pause = SHORTEST_PAUSE;
                    self.pace.refresh
                }
                Err(error) => {
                    self.complain(&error);
                    let next = pause.min(self.pace.refresh);
                    pause = next * 2;
                    next
                }
            };
            // Instances that were started together do not ask together.
            let spread = next.mul_f64(rand::rng().random_range(0.8..1.0));
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = sleep(spread) => {}
            }
        }
    }
}
