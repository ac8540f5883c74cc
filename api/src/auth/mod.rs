//! Who asks: bearer tokens (JWT), checked against one key, one algorithm, one issuer and one audience.

mod claims;
mod key;
mod mint;
#[cfg(test)]
mod tests;
mod verify;

pub use self::{
    key::{KeySource, PublicKeyAlgorithm},
    mint::mint,
    verify::{Session, Verifier},
};

/// Why a token is not accepted, or could not be made.
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
    /// Signature, time, issuer or audience are wrong, or a claim is missing.
    #[error("the token is not valid")]
    Invalid(#[source] jsonwebtoken::errors::Error),
    /// The subject is empty, longer than 200 characters, or has control characters.
    #[error("the token's subject is empty, too long or not printable")]
    Subject,
    /// An organiser's token must name its organiser.
    #[error("the token's role needs the claim `org`")]
    NoOrganiser,
    /// The token could not be signed.
    #[error("the token could not be signed")]
    Sign(#[source] jsonwebtoken::errors::Error),
}
