//! Checking a token.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use db::Actor;
use futures::future::join_all;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::{
    AuthError, IssuerSettings, KeySource, Pace,
    claims::Claims,
    issuer::check_all,
    keeper::Keeper,
    origin::{Origin, read_file},
    ring::KeyRing,
    sessions::{Digest, Known, Sessions, digest},
};

/// How far the clocks of this machine and of the identity provider may be apart, in seconds.
const LEEWAY: u64 = 30;
/// Longest token, in bytes.
const LONGEST_TOKEN: usize = 16 * 1024;

/// Checks bearer tokens; cheap to clone.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    issuers: Vec<Issuer>,
    sessions: Sessions,
}

/// An accepted token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whom it speaks of.
    pub actor: Actor,
    /// When it ends, leeway included; what outlives its request has to look at this.
    pub expires_at: SystemTime,
}

struct Issuer {
    settings: IssuerSettings,
    algorithms: Vec<Algorithm>,
    keys: Keys,
    /// How subjects of other issuers begin.
    foreign: Vec<String>,
}

enum Keys {
    Fixed(Arc<KeyRing>),
    Kept(Arc<Keeper>),
}

/// Who a token says that it is from, before that was checked.
#[derive(Deserialize)]
struct Unchecked {
    iss: String,
}

impl Verifier {
    /// A verifier of these issuers' tokens. Files are read at once, addresses when the first token comes, or by
    /// [`Self::fetch`].
    pub fn new(issuers: Vec<IssuerSettings>, pace: Pace) -> Result<Self, AuthError> {
        check_all(&issuers)?;
        let prefixes: Vec<String> = issuers.iter().filter_map(|one| one.subject_prefix.clone()).collect();
        let all = issuers.into_iter().map(|settings| Issuer::new(settings, &prefixes, pace));
        let issuers = all.collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(Inner { issuers, sessions: Sessions::default() })))
    }

    /// A verifier of tokens that are made with a shared secret, for development and tests.
    pub fn of_secret(secret: &[u8], issuer: &str, audience: &str) -> Result<Self, AuthError> {
        let keys = KeySource::Hs256Secret(secret.to_vec());
        Self::new(vec![IssuerSettings::new(issuer, audience, Vec::new(), keys)], Pace::default())
    }

    /// Whom a token speaks of, if it is good, and until when it is.
    pub async fn session(&self, token: &str) -> Result<Session, AuthError> {
        if token.len() > LONGEST_TOKEN {
            return Err(AuthError::TooLong);
        }
        let digest = digest(token);
        match self.known(&digest) {
            Some(session) => Ok(session),
            None => self.check(token, digest).await,
        }
    }

    /// What is known of a token that was checked before.
    pub(super) fn known(&self, digest: &Digest) -> Option<Session> {
        self.0.sessions.get(digest, |issuer| self.0.issuers.get(issuer)?.keys.now())
    }

    async fn check(&self, token: &str, digest: Digest) -> Result<Session, AuthError> {
        let header = jsonwebtoken::decode_header(token).map_err(AuthError::Invalid)?;
        if header.crit.is_some() {
            return Err(AuthError::Critical);
        }
        let unchecked: Unchecked =
            jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(AuthError::Invalid)?;
        let mut issuers = self.0.issuers.iter().enumerate();
        let issuer = issuers.find(|(_, one)| one.settings.issuer == unchecked.iss);
        let (place, issuer) = issuer.ok_or(AuthError::UnknownIssuer)?;
        // Before the keys are looked for: what can't be good sends nobody to the provider.
        if !issuer.algorithms.contains(&header.alg) {
            return Err(AuthError::Algorithm);
        }
        let kid = header.kid.as_deref();
        let keys = match &issuer.keys {
            Keys::Fixed(keys) => keys.clone(),
            Keys::Kept(keeper) => keeper.keys_for(kid).await?,
        };
        let key = keys.find(kid, header.alg).ok_or(AuthError::UnknownKey)?;
        let session = issuer.check(token, key, header.alg)?;
        self.0.sessions.keep(digest, Known { session: session.clone(), issuer: place, keys });
        Ok(session)
    }

    /// Reads the keys of every issuer that has them elsewhere, now: by issuer, how many there are.
    pub async fn fetch(&self) -> Vec<(String, Result<usize, AuthError>)> {
        let each = self.0.issuers.iter().map(async |one| {
            let read = match &one.keys {
                Keys::Fixed(keys) => Ok(keys.len()),
                Keys::Kept(keeper) => keeper.refresh().await,
            };
            (one.settings.issuer.clone(), read)
        });
        join_all(each).await
    }

    /// Keeps all keys fresh until the shutdown.
    pub(crate) async fn keep(self, shutdown: CancellationToken) {
        let each = self.0.issuers.iter().filter_map(|one| match &one.keys {
            Keys::Fixed(_) => None,
            Keys::Kept(keeper) => Some(keeper.keep(shutdown.clone())),
        });
        join_all(each).await;
    }
}

impl Keys {
    /// Those that are there now.
    fn now(&self) -> Option<Arc<KeyRing>> {
        match self {
            Self::Fixed(keys) => Some(Arc::clone(keys)),
            Self::Kept(keeper) => keeper.keys(),
        }
    }
}

impl Issuer {
    fn new(settings: IssuerSettings, prefixes: &[String], pace: Pace) -> Result<Self, AuthError> {
        let allowed = &settings.algorithms;
        let keep = |origin| Keys::Kept(Arc::new(Keeper::new(&settings.issuer, origin, allowed, pace)));
        let mut algorithms: Vec<Algorithm> = allowed.iter().map(|one| one.algorithm()).collect();
        let keys = match &settings.keys {
            KeySource::Hs256Secret(secret) => {
                algorithms = vec![Algorithm::HS256];
                Keys::Fixed(Arc::new(KeyRing::secret(secret)?))
            }
            KeySource::PublicKeyPem(pem) => Keys::Fixed(Arc::new(KeyRing::pem(pem, allowed)?)),
            KeySource::JwksFile(path) => {
                // A file that can't be read is said at the start, and not to the first client.
                KeyRing::set(&read_file(path)?, allowed)?;
                keep(Origin::File(path.clone()))
            }
            KeySource::JwksUrl(url) => keep(Origin::set(url, pace.timeout)?),
            KeySource::Discovery => keep(Origin::discovery(&settings.issuer, pace.timeout)?),
        };
        let own = settings.subject_prefix.as_deref().unwrap_or_default();
        let foreign =
            prefixes.iter().filter(|prefix| *prefix != own && !prefix.is_empty()).cloned().collect();
        Ok(Self { settings, algorithms, keys, foreign })
    }

    fn check(&self, token: &str, key: &DecodingKey, algorithm: Algorithm) -> Result<Session, AuthError> {
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_audience(&self.settings.audiences);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let token = jsonwebtoken::decode::<Map<String, Value>>(token, key, &validation);
        let claims = Claims(token.map_err(AuthError::Invalid)?.claims);
        claims.check_times()?;
        let actor = claims.actor(&self.settings)?;
        if self.foreign.iter().any(|prefix| actor.subject.starts_with(prefix.as_str())) {
            return Err(AuthError::Subject);
        }
        // A token for ever ends some day all the same: `SystemTime` does.
        let ends = claims.expires_at()?.saturating_add(LEEWAY).min(u64::from(u32::MAX));
        Ok(Session { actor, expires_at: SystemTime::UNIX_EPOCH + Duration::from_secs(ends) })
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let issuers: Vec<&IssuerSettings> = self.0.issuers.iter().map(|issuer| &issuer.settings).collect();
        f.debug_struct("Verifier").field("issuers", &issuers).finish_non_exhaustive()
    }
}
