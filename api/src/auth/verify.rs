//! Checking a token.

use std::time::{Duration, SystemTime};

use db::Actor;
use jsonwebtoken::{DecodingKey, Validation};

use super::{AuthError, KeySource, claims::Claims};

/// How far the clocks of this machine and of the identity provider may be apart, in seconds.
const LEEWAY: u64 = 30;

/// Checks bearer tokens.
#[derive(Clone)]
pub struct Verifier {
    key: DecodingKey,
    validation: Validation,
}

/// An accepted token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whom it speaks of.
    pub actor: Actor,
    /// When it ends, leeway included; what outlives its request has to look at this.
    pub expires_at: SystemTime,
}

impl Verifier {
    /// A verifier of tokens that `issuer` made for `audience`.
    pub fn new(source: &KeySource, issuer: &str, audience: &str) -> Result<Self, AuthError> {
        let (key, algorithm) = source.key()?;
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        Ok(Self { key, validation })
    }

    /// Whom a token speaks of, if it is good.
    pub fn verify(&self, token: &str) -> Result<Actor, AuthError> {
        Ok(self.session(token)?.actor)
    }

    /// Like [`Self::verify`], with the time at which the token ends.
    pub fn session(&self, token: &str) -> Result<Session, AuthError> {
        let token =
            jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation).map_err(AuthError::Invalid)?;
        // A token for ever ends some day all the same: `SystemTime` does.
        let ends = Duration::from_secs(token.claims.exp.saturating_add(LEEWAY).min(u64::from(u32::MAX)));
        Ok(Session { actor: token.claims.actor()?, expires_at: SystemTime::UNIX_EPOCH + ends })
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").field("validation", &self.validation).finish_non_exhaustive()
    }
}
