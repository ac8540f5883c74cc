//! Who asks: bearer tokens (JWT), checked against the keys, the algorithms and the audiences of each issuer.
//!
//! No network is on the way of a token whose key is known. One that names an unknown key makes its issuer's keys be
//! read anew, by one request for all that wait, and at most once in [`Pace::cooldown`].

mod algorithm;
mod claims;
mod error;
mod issuer;
mod keeper;
mod mint;
mod origin;
mod ring;
mod sessions;
#[cfg(test)]
mod tests;
mod verify;

pub use self::{
    algorithm::PublicKeyAlgorithm,
    claims::ClaimName,
    error::AuthError,
    issuer::{IssuerSettings, KeySource},
    keeper::Pace,
    mint::mint,
    verify::{Session, Verifier},
};
