//! Why a token is not accepted, could not be made, or can't be checked.

use std::{io, path::PathBuf};

/// Why a token is not accepted, could not be made, or can't be checked.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The key can't be read, or does not fit its algorithm.
    #[error("the key can't be read as one for {algorithm}")]
    Key {
        /// The algorithm that the key was meant for.
        algorithm: &'static str,
        /// What was wrong with it.
        #[source]
        source: jsonwebtoken::errors::Error,
    },
    /// A shared secret is too short to withstand guessing.
    #[error("the secret has fewer than {0} bytes")]
    WeakSecret(usize),
    /// Not a name of an algorithm for public keys.
    #[error("`{0}` is not an algorithm for public keys")]
    UnknownAlgorithm(String),
    /// Not a name of a claim, nor a path to one.
    #[error("`{0}` is no name of a claim, and no path to one")]
    ClaimName(String),
    /// No issuer is named.
    #[error("no issuer of tokens is named")]
    NoIssuer,
    /// What an issuer is trusted with makes no sense.
    #[error("the issuer `{issuer}` can't be used: {what}")]
    Issuer {
        /// Which one.
        issuer: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Keys that come over the network unprotected are anybody's.
    #[error("`{0}` is no `https` address")]
    Address(String),
    /// A file with keys can't be read.
    #[error("{path} can't be read")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A provider can't be asked.
    #[error("the identity provider can't be asked")]
    Fetch(#[source] reqwest::Error),
    /// A provider answered with something other than an answer.
    #[error("{address} answered {status}")]
    Answer {
        /// What was asked for.
        address: String,
        /// The HTTP status.
        status: u16,
    },
    /// A provider answered too much.
    #[error("{address} answered more than {limit} bytes")]
    TooLarge {
        /// What was asked for.
        address: String,
        /// How much would have been read, in bytes.
        limit: usize,
    },
    /// The answer is no JWK set.
    #[error("this is no JWK set")]
    NoSet(#[source] serde_json::Error),
    /// A set has no key that is good for an allowed algorithm. The keys that were known stay.
    #[error("the JWK set has no key for any allowed algorithm")]
    EmptySet,
    /// The answer of OpenID discovery can't be read.
    #[error("this is no answer of OpenID discovery")]
    NoDiscovery(#[source] serde_json::Error),
    /// OpenID discovery speaks of somebody else.
    #[error("OpenID discovery at `{expected}` speaks of `{found}`")]
    OtherIssuer {
        /// Who was asked.
        expected: String,
        /// Of whom it speaks.
        found: String,
    },
    /// The keys of the issuer could not be read so far: the token may be good.
    #[error("the issuer's keys are not known yet")]
    NoKeys,
    /// The token is longer than one is.
    #[error("the token is too long")]
    TooLong,
    /// The token asks for an extension, and we have none.
    #[error("the token has critical extensions")]
    Critical,
    /// The token is from somebody whom we do not know.
    #[error("the token's issuer is not known")]
    UnknownIssuer,
    /// The token is signed in a way that its issuer does not sign.
    #[error("the token's algorithm is not one of its issuer's")]
    Algorithm,
    /// The issuer has no such key, or none for that algorithm.
    #[error("the token's key is not known")]
    UnknownKey,
    /// Signature, time, issuer or audience are wrong, or a claim is missing.
    #[error("the token is not valid")]
    Invalid(#[source] jsonwebtoken::errors::Error),
    /// A claim is not of the kind that it should be.
    #[error("the token's claim `{0}` is missing, or not what it should be")]
    Claim(&'static str),
    /// The subject is empty, longer than 200 characters, has control characters, or is another issuer's.
    #[error("the token's subject is empty, too long, not printable, or another issuer's")]
    Subject,
    /// The token gives no role that we know and that its issuer may give.
    #[error("the token gives no role")]
    NoRole,
    /// The token of an organiser, or of its machine, must name the organiser.
    #[error("the token's role needs an organiser")]
    NoOrganiser,
    /// The token could not be signed.
    #[error("the token could not be signed")]
    Sign(#[source] jsonwebtoken::errors::Error),
}
