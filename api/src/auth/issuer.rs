//! What an issuer of tokens is trusted with.

use std::path::PathBuf;

use db::Role;

use super::{AuthError, ClaimName, PublicKeyAlgorithm};

/// Where the keys of an issuer come from.
#[derive(Clone)]
pub enum KeySource {
    /// A shared secret of at least 32 bytes, for development and tests: whoever checks tokens with it can make them.
    Hs256Secret(Vec<u8>),
    /// One public key, PEM-encoded.
    PublicKeyPem(Vec<u8>),
    /// A file with a JWK set, which is read again now and then.
    JwksFile(PathBuf),
    /// The address of a JWK set: `https`, or on this machine.
    JwksUrl(String),
    /// What OpenID discovery says at the issuer's address, which has to be one.
    Discovery,
}

impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A secret must not reach a log by way of `{:?}`.
        match self {
            Self::Hs256Secret(_) => f.write_str("Hs256Secret(..)"),
            Self::PublicKeyPem(_) => f.write_str("PublicKeyPem(..)"),
            Self::JwksFile(path) => write!(f, "JwksFile({})", path.display()),
            Self::JwksUrl(url) => write!(f, "JwksUrl({url})"),
            Self::Discovery => f.write_str("Discovery"),
        }
    }
}

/// An issuer of tokens, and what its tokens may say.
#[derive(Clone, Debug)]
pub struct IssuerSettings {
    /// What its tokens have as `iss`, to the letter.
    pub issuer: String,
    /// Of these a token's `aud` has to have one.
    pub audiences: Vec<String>,
    /// What its tokens may be signed with. A shared secret is for HS256, whatever stands here.
    pub algorithms: Vec<PublicKeyAlgorithm>,
    /// Where its keys come from.
    pub keys: KeySource,
    /// The claim that says the role: a name, or a list of names of which the highest counts.
    pub role_claim: ClaimName,
    /// The claim that says for which organiser somebody acts: a UUID.
    pub organiser_claim: ClaimName,
    /// The roles that its tokens may give; others are passed over.
    pub roles: Vec<Role>,
    /// What is put before the subjects of its tokens, so that those of two issuers are two. Needed where there are
    /// several issuers; the same one means the same people.
    pub subject_prefix: Option<String>,
}

impl IssuerSettings {
    /// An issuer whose tokens say `role` and `org`, and may give every role.
    pub fn new(issuer: &str, audience: &str, algorithms: Vec<PublicKeyAlgorithm>, keys: KeySource) -> Self {
        Self {
            issuer: issuer.to_owned(),
            audiences: vec![audience.to_owned()],
            algorithms,
            keys,
            role_claim: ClaimName::own("role"),
            organiser_claim: ClaimName::own("org"),
            roles: vec![Role::Customer, Role::Organiser, Role::Service, Role::Operator],
            subject_prefix: None,
        }
    }
}

/// Whether several issuers can be told apart, and their people too.
pub(super) fn check_all(issuers: &[IssuerSettings]) -> Result<(), AuthError> {
    if issuers.is_empty() {
        return Err(AuthError::NoIssuer);
    }
    for (at, one) in issuers.iter().enumerate() {
        let fail = |what| Err(AuthError::Issuer { issuer: one.issuer.clone(), what });
        let is_secret = matches!(one.keys, KeySource::Hs256Secret(_));
        if one.issuer.is_empty() {
            return fail("its name is empty");
        } else if issuers[..at].iter().any(|other| other.issuer == one.issuer) {
            return fail("it is named twice");
        } else if one.audiences.is_empty() || one.audiences.iter().any(String::is_empty) {
            return fail("it needs an audience");
        } else if one.algorithms.is_empty() && !is_secret {
            return fail("it needs an algorithm");
        } else if one.roles.is_empty() {
            return fail("its tokens need a role that they may give");
        }
        let Some(prefix) = &one.subject_prefix else {
            if issuers.len() > 1 {
                return fail("where there are several issuers, each says its subject prefix");
            }
            continue;
        };
        if prefix.chars().count() > 50 || prefix.chars().any(char::is_control) {
            return fail("its subject prefix is too long or not printable");
        }
        let overlaps = |other: &IssuerSettings| {
            let other = other.subject_prefix.as_deref().unwrap_or_default();
            other != prefix && !prefix.is_empty() && other.starts_with(prefix.as_str())
        };
        if issuers.iter().any(overlaps) {
            return fail("another issuer's subject prefix begins with its own");
        }
    }
    Ok(())
}
