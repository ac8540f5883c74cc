//! Whose tokens are accepted.

use std::path::PathBuf;

use api::{ClaimName, PublicKeyAlgorithm};
use clap::Args as ClapArgs;

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct TokenCheckArgs {
    /// Issuer that a token must name.
    #[arg(long = "jwt-issuer", env = "HOLDFAST_JWT_ISSUER", default_value = "holdfast-dev")]
    pub(crate) issuer: String,
    /// Audiences of which a token must name one, separated by commas.
    #[arg(
        long = "jwt-audience",
        env = "HOLDFAST_JWT_AUDIENCE",
        value_delimiter = ',',
        default_value = "holdfast"
    )]
    pub(crate) audiences: Vec<String>,
    /// Algorithms that tokens may be signed with, separated by commas: RS256, RS384, RS512, PS256, PS384, PS512, ES256,
    /// ES384, `EdDSA`.
    #[arg(
        long = "jwt-algorithms",
        alias = "jwt-algorithm",
        env = "HOLDFAST_JWT_ALGORITHMS",
        value_delimiter = ',',
        default_value = "RS256",
        value_parser = algorithm
    )]
    pub(crate) algorithms: Vec<PublicKeyAlgorithm>,
    /// The issuer is an OpenID provider: what `/.well-known/openid-configuration` at its address says of its keys.
    #[arg(long = "jwt-discovery", env = "HOLDFAST_JWT_DISCOVERY", group = "token_keys")]
    pub(crate) discovery: bool,
    /// Address of the issuer's JWK set: `https`, or on this machine. It is read every 5 minutes, and at once when a token
    /// names a key that is not in it.
    #[arg(long = "jwt-jwks-url", env = "HOLDFAST_JWT_JWKS_URL", group = "token_keys")]
    pub(crate) jwks_url: Option<String>,
    /// File with the issuer's JWK set, which is read again as often.
    #[arg(long = "jwt-jwks-file", env = "HOLDFAST_JWT_JWKS_FILE", group = "token_keys")]
    pub(crate) jwks_file: Option<PathBuf>,
    /// File with the issuer's one public key (PEM).
    #[arg(long = "jwt-public-key", env = "HOLDFAST_JWT_PUBLIC_KEY", group = "token_keys")]
    pub(crate) public_key: Option<PathBuf>,
    /// Claim that says the role, `customer`, `organiser`, `service` or `operator`: a name, a path such as
    /// `realm_access.roles`, or a JSON pointer. Of a list the highest role counts.
    #[arg(long = "jwt-role-claim", env = "HOLDFAST_JWT_ROLE_CLAIM", default_value = "role", value_parser = claim)]
    pub(crate) role_claim: ClaimName,
    /// Claim that says for which organiser an organiser or a service acts: a UUID.
    #[arg(long = "jwt-organiser-claim", env = "HOLDFAST_JWT_ORGANISER_CLAIM", default_value = "org", value_parser = claim)]
    pub(crate) organiser_claim: ClaimName,
    /// File with several issuers, as JSON, instead of all these: a list of objects with `issuer`, `audiences`,
    /// `algorithms`, one of `discovery: true`, `jwks_url`, `jwks_file` and `public_key`, `subject_prefix` (put before the
    /// subjects of its tokens; the same one means the same people), and if you like `role_claim`, `organiser_claim` and
    /// `roles` (those that its tokens may give).
    #[arg(long = "jwt-issuers", env = "HOLDFAST_JWT_ISSUERS", group = "token_keys")]
    pub(crate) issuers: Option<PathBuf>,
}

fn algorithm(name: &str) -> Result<PublicKeyAlgorithm, String> {
    name.parse().map_err(|error: api::AuthError| error.to_string())
}

fn claim(name: &str) -> Result<ClaimName, String> {
    ClaimName::parse(name).map_err(|error| error.to_string())
}
