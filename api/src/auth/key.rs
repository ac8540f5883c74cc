//! The key that tokens are checked with. It alone decides the algorithm: what
//! a token's header says is compared, never followed.

use std::str::FromStr;

use jsonwebtoken::{Algorithm, DecodingKey};

use super::AuthError;

/// Bytes of a shared secret at least, as RFC 7518 asks of HS256.
const SHORTEST_SECRET: usize = 32;

/// Where the key comes from.
#[derive(Clone)]
pub enum KeySource {
    /// A shared secret of at least 32 bytes, for development and tests: whoever checks tokens with it can make them.
    Hs256Secret(Vec<u8>),
    /// The public key of an identity provider.
    PublicKeyPem {
        /// The key, PEM-encoded.
        pem: Vec<u8>,
        /// The one algorithm that the provider signs with.
        algorithm: PublicKeyAlgorithm,
    },
}

impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A secret must not reach a log by way of `{:?}`.
        match self {
            Self::Hs256Secret(_) => f.write_str("Hs256Secret(..)"),
            Self::PublicKeyPem { algorithm, .. } => write!(f, "PublicKeyPem({})", algorithm.name()),
        }
    }
}

/// The algorithms of public keys; those of shared secrets are not among them, so the two can't be confused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicKeyAlgorithm {
    /// RSA PKCS#1 v1.5 with SHA-256.
    Rs256,
    /// RSA PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256.
    Es256,
    /// ECDSA on P-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

impl PublicKeyAlgorithm {
    const ALL: [Self; 5] = [Self::Rs256, Self::Ps256, Self::Es256, Self::Es384, Self::EdDsa];

    /// Its name in the header of a token.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Self::Rs256 => Algorithm::RS256,
            Self::Ps256 => Algorithm::PS256,
            Self::Es256 => Algorithm::ES256,
            Self::Es384 => Algorithm::ES384,
            Self::EdDsa => Algorithm::EdDSA,
        }
    }
}

impl FromStr for PublicKeyAlgorithm {
    type Err = AuthError;

    /// Reads a name such as `RS256`.
    fn from_str(name: &str) -> Result<Self, AuthError> {
        let found = Self::ALL.into_iter().find(|algorithm| algorithm.name() == name);
        found.ok_or_else(|| AuthError::UnknownAlgorithm(name.to_owned()))
    }
}

impl KeySource {
    /// The key and the one algorithm it is for.
    pub(super) fn key(&self) -> Result<(DecodingKey, Algorithm), AuthError> {
        match self {
            Self::Hs256Secret(secret) => {
                check_secret(secret)?;
                Ok((DecodingKey::from_secret(secret), Algorithm::HS256))
            }
            Self::PublicKeyPem { pem, algorithm } => {
                let key = match algorithm {
                    PublicKeyAlgorithm::Rs256 | PublicKeyAlgorithm::Ps256 => DecodingKey::from_rsa_pem(pem),
                    PublicKeyAlgorithm::Es256 | PublicKeyAlgorithm::Es384 => DecodingKey::from_ec_pem(pem),
                    PublicKeyAlgorithm::EdDsa => DecodingKey::from_ed_pem(pem),
                };
                let key = key.map_err(|source| AuthError::Key { algorithm: algorithm.name(), source })?;
                Ok((key, algorithm.algorithm()))
            }
        }
    }
}

pub(super) fn check_secret(secret: &[u8]) -> Result<(), AuthError> {
    if secret.len() < SHORTEST_SECRET {
        return Err(AuthError::WeakSecret(SHORTEST_SECRET));
    }
    Ok(())
}
