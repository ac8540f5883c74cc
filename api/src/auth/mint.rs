//! Making a token, for development and tests.

use std::time::{Duration, SystemTime};

use db::Actor;
use jsonwebtoken::{Algorithm, EncodingKey, Header};

use super::{AuthError, claims::Said, ring::check_secret};

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
    let said = Said::of(actor, issuer, audience, now, now.saturating_add(ttl.as_secs()));
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &said, &EncodingKey::from_secret(secret))
        .map_err(AuthError::Sign)
}
