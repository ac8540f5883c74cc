//! Making a token, for development and tests.

use std::time::{Duration, SystemTime};

use db::Actor;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use super::{AuthError, claims::Claims, key::check_secret};

#[derive(Serialize)]
struct Minted<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: u64,
    #[serde(flatten)]
    claims: Claims,
}

/// A token for `actor` that holds for `ttl`, signed with a shared secret of at least 32 bytes (HS256).
pub fn mint(
    secret: &[u8],
    issuer: &str,
    audience: &str,
    actor: &Actor,
    ttl: Duration,
) -> Result<String, AuthError> {
    check_secret(secret)?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let claims = Claims::of(actor, now.saturating_add(ttl.as_secs()));
    let minted = Minted { iss: issuer, aud: audience, iat: now, claims };
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &minted, &EncodingKey::from_secret(secret))
        .map_err(AuthError::Sign)
}
