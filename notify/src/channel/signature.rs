//! Signatures by the Standard Webhooks scheme: `v1,<base64 of HMAC-SHA256(secret, "id.timestamp.body")>`.
//!
//! With two secrets both sign, so that the other side can change its own whenever it likes.

use std::{fmt, str::FromStr};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// What secrets begin with in their written form.
const PREFIX: &str = "whsec_";
/// The scheme takes secrets of so many bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret that signs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// Why a text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It is not written as the scheme writes secrets.
    #[error("it is not written as `whsec_` and base64")]
    Form,
    /// Too short to be safe, or longer than the scheme allows.
    #[error("it has {0} bytes, and may have 24 to 64")]
    Length(usize),
}

impl FromStr for Secret {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(SecretError::Form)?;
        let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| SecretError::Form)?;
        if !LENGTHS.contains(&bytes.len()) {
            return Err(SecretError::Length(bytes.len()));
        }
        Ok(Self(bytes))
    }
}

impl fmt::Debug for Secret {
    /// Keeps it out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The value of the signature header: one signature for each secret, in their order.
pub(crate) fn sign(secrets: &[Secret], id: &str, now: DateTime<Utc>, body: &[u8]) -> String {
    let prefix = format!("{id}.{}.", now.timestamp());
    let signatures = secrets.iter().map(|Secret(key)| {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes keys of any length");
        mac.update(prefix.as_bytes());
        mac.update(body);
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        text.parse().expect("a secret")
    }

    #[test]
    fn the_scheme_is_the_standards() {
        // The example of the standard's own libraries.
        let now = DateTime::from_timestamp(1_614_265_330, 0).expect("a time");
        let signed = sign(
            &[secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            now,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn both_secrets_sign_while_one_replaces_the_other() {
        let (new, old) = (
            secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
            secret("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        );
        let now = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
        let both = sign(&[new.clone(), old.clone()], "id", now, b"{}");
        let each = [sign(&[new], "id", now, b"{}"), sign(&[old], "id", now, b"{}")];
        assert_eq!(both, each.join(" "));
    }

    #[test]
    fn a_weak_or_garbled_secret_is_refused_and_none_is_ever_shown() {
        for text in ["", "whsec_", "whsec_AAAA", "secret", "whsec_%%%", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            assert!(text.parse::<Secret>().is_err(), "{text}");
        }
        let shown = format!("{:?}", secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        assert_eq!(shown, "Secret(..)");
    }
}
