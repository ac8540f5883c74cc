//! The keys of one issuer, each with the algorithms that it is good for. They alone decide the algorithm: what a
//! token's header says is compared, never followed.

use jsonwebtoken::{Algorithm, DecodingKey, jwk::Jwk};
use serde::Deserialize;
use serde_json::Value;

use super::{AuthError, PublicKeyAlgorithm};

/// Bytes of a shared secret at least, as RFC 7518 asks of HS256.
const SHORTEST_SECRET: usize = 32;

/// What a key is called.
#[derive(PartialEq, Eq)]
enum Name {
    /// It is the only one: whatever a token calls it.
    Any,
    /// As the set calls it, if it does.
    Kid(Option<String>),
}

struct Key {
    name: Name,
    algorithms: Vec<Algorithm>,
    checks: DecodingKey,
}

/// The keys of one issuer.
pub(super) struct KeyRing(Vec<Key>);

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

impl KeyRing {
    /// A shared secret.
    pub(super) fn secret(secret: &[u8]) -> Result<Self, AuthError> {
        check_secret(secret)?;
        let (algorithms, key) = (vec![Algorithm::HS256], DecodingKey::from_secret(secret));
        Ok(Self(vec![Key { name: Name::Any, algorithms, checks: key }]))
    }

    /// One public key.
    pub(super) fn pem(pem: &[u8], allowed: &[PublicKeyAlgorithm]) -> Result<Self, AuthError> {
        let mut keys = Vec::new();
        for algorithm in allowed {
            let key = match algorithm {
                PublicKeyAlgorithm::Es256 | PublicKeyAlgorithm::Es384 => DecodingKey::from_ec_pem(pem),
                PublicKeyAlgorithm::EdDsa => DecodingKey::from_ed_pem(pem),
                _ => DecodingKey::from_rsa_pem(pem),
            };
            let key = key.map_err(|source| AuthError::Key { algorithm: algorithm.name(), source })?;
            keys.push(Key { name: Name::Any, algorithms: vec![algorithm.algorithm()], checks: key });
        }
        Ok(Self(keys))
    }

    /// The keys of a JWK set that are good for an allowed algorithm. Others are passed over: a provider may keep
    /// keys of other kinds, or for other purposes, in the same set.
    pub(super) fn set(text: &[u8], allowed: &[PublicKeyAlgorithm]) -> Result<Self, AuthError> {
        let set: Set = serde_json::from_slice(text).map_err(AuthError::NoSet)?;
        let mut keys = Vec::new();
        for value in set.keys {
            let Ok(jwk) = serde_json::from_value::<Jwk>(value) else { continue };
            let fitting = allowed.iter().filter(|algorithm| algorithm.fits(&jwk));
            let algorithms: Vec<_> = fitting.map(|algorithm| algorithm.algorithm()).collect();
            if algorithms.is_empty() {
                continue;
            }
            match DecodingKey::from_jwk(&jwk) {
                Ok(key) => keys.push(Key { name: Name::Kid(jwk.common.key_id), algorithms, checks: key }),
                Err(error) => tracing::warn!(%error, kid = jwk.common.key_id, "a key of a set is broken"),
            }
        }
        if keys.is_empty() { Err(AuthError::EmptySet) } else { Ok(Self(keys)) }
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether a key of this name is known, whatever it is good for. Who names none asks for no certain one.
    pub(super) fn knows(&self, kid: Option<&str>) -> bool {
        kid.is_none() || self.0.iter().any(|key| key.is_called(kid))
    }

    /// The key that a token means. One that names none means the only one that is good for its algorithm.
    pub(super) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&DecodingKey> {
        let mut fitting = self.0.iter().filter(|key| key.algorithms.contains(&algorithm));
        if kid.is_some() {
            return fitting.find(|key| key.is_called(kid)).map(|key| &key.checks);
        }
        let only = fitting.next()?;
        fitting.next().is_none().then_some(&only.checks)
    }
}

impl Key {
    fn is_called(&self, kid: Option<&str>) -> bool {
        match &self.name {
            Name::Any => true,
            Name::Kid(own) => own.as_deref() == kid,
        }
    }
}

pub(super) fn check_secret(secret: &[u8]) -> Result<(), AuthError> {
    if secret.len() < SHORTEST_SECRET {
        return Err(AuthError::WeakSecret(SHORTEST_SECRET));
    }
    Ok(())
}
