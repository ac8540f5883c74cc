//! Whose tokens are accepted, as the flags or a file say it.

use std::path::{Path, PathBuf};

use api::{AuthError, ClaimName, IssuerSettings, KeySource, Pace, Verifier};
use db::Role;
use serde::Deserialize;

use crate::{args::TokenCheckArgs, error::CliError};

/// The verifier of the tokens that the flags name; none when they name no keys.
pub(crate) fn verifier(args: &TokenCheckArgs) -> Result<Option<Verifier>, CliError> {
    let issuers = if let Some(path) = &args.issuers {
        several(path)?
    } else {
        let keys = Keys {
            discovery: args.discovery,
            jwks_url: args.jwks_url.clone(),
            jwks_file: args.jwks_file.clone(),
            public_key: args.public_key.clone(),
        };
        let Some(source) = keys.source()? else { return Ok(None) };
        let mut one = IssuerSettings::new(&args.issuer, "", args.algorithms.clone(), source);
        one.audiences.clone_from(&args.audiences);
        one.role_claim = args.role_claim.clone();
        one.organiser_claim = args.organiser_claim.clone();
        vec![one]
    };
    Ok(Some(Verifier::new(issuers, Pace::default())?))
}

/// Where the keys of one issuer are; one of these.
#[derive(Default)]
struct Keys {
    discovery: bool,
    jwks_url: Option<String>,
    jwks_file: Option<PathBuf>,
    public_key: Option<PathBuf>,
}

impl Keys {
    /// The one that is named; none when it is none or more than one.
    fn source(self) -> Result<Option<KeySource>, CliError> {
        Ok(match (self.discovery, self.jwks_url, self.jwks_file, self.public_key) {
            (true, None, None, None) => Some(KeySource::Discovery),
            (false, Some(url), None, None) => Some(KeySource::JwksUrl(url)),
            (false, None, Some(path), None) => Some(KeySource::JwksFile(path)),
            (false, None, None, Some(path)) => {
                let pem = std::fs::read(&path).map_err(|source| CliError::File { path, source })?;
                Some(KeySource::PublicKeyPem(pem))
            }
            _ => None,
        })
    }
}

/// One issuer, as the file says it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    issuer: String,
    audiences: Vec<String>,
    algorithms: Vec<String>,
    subject_prefix: Option<String>,
    #[serde(default)]
    discovery: bool,
    jwks_url: Option<String>,
    jwks_file: Option<PathBuf>,
    public_key: Option<PathBuf>,
    role_claim: Option<String>,
    organiser_claim: Option<String>,
    roles: Option<Vec<RoleName>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RoleName {
    Customer,
    Organiser,
    Service,
    Operator,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Customer => Self::Customer,
            RoleName::Organiser => Self::Organiser,
            RoleName::Service => Self::Service,
            RoleName::Operator => Self::Operator,
        }
    }
}

/// The issuers of a file.
fn several(path: &Path) -> Result<Vec<IssuerSettings>, CliError> {
    let text = std::fs::read(path).map_err(|source| CliError::File { path: path.to_owned(), source })?;
    let entries: Vec<Entry> = serde_json::from_slice(&text)
        .map_err(|source| CliError::Issuers { path: path.to_owned(), source })?;
    entries.into_iter().map(|entry| entry.settings(path)).collect()
}

impl Entry {
    fn settings(self, path: &Path) -> Result<IssuerSettings, CliError> {
        let keys = Keys {
            discovery: self.discovery,
            jwks_url: self.jwks_url,
            jwks_file: self.jwks_file,
            public_key: self.public_key,
        };
        let unclear = || CliError::IssuerKeys { path: path.to_owned(), issuer: self.issuer.clone() };
        let keys = keys.source()?.ok_or_else(unclear)?;
        let algorithms: Result<Vec<_>, AuthError> = self.algorithms.iter().map(|name| name.parse()).collect();
        let mut settings = IssuerSettings::new(&self.issuer, "", algorithms?, keys);
        settings.audiences = self.audiences;
        settings.subject_prefix = self.subject_prefix;
        if let Some(name) = &self.role_claim {
            settings.role_claim = ClaimName::parse(name)?;
        }
        if let Some(name) = &self.organiser_claim {
            settings.organiser_claim = ClaimName::parse(name)?;
        }
        if let Some(roles) = self.roles {
            settings.roles = roles.into_iter().map(Role::from).collect();
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        tokens: TokenCheckArgs,
    }

    fn with(flags: &[&str]) -> Result<Option<Verifier>, String> {
        let args =
            Only::try_parse_from([&["holdfast"], flags].concat()).map_err(|error| error.to_string())?;
        verifier(&args.tokens).map_err(|error| crate::error::chain(&error))
    }

    fn file(text: &str) -> (tempfile::NamedTempFile, String) {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("it can be written");
        let path = file.path().display().to_string();
        (file, path)
    }

    #[test]
    fn one_issuer_is_named_by_flags() {
        assert!(with(&[]).expect("good flags").is_none());
        let flags = ["--jwt-issuer", "https://id.test", "--jwt-discovery", "--jwt-algorithms", "RS256,ES256"];
        let known = format!("{:?}", with(&flags).expect("good flags").expect("an issuer"));
        assert!(
            known.contains("https://id.test") && known.contains("Discovery") && known.contains("Es256"),
            "{known}"
        );
        let pointed = ["--jwt-jwks-url", "https://id.test/keys", "--jwt-role-claim", "realm_access.roles"];
        let known = format!("{:?}", with(&pointed).expect("good flags"));
        assert!(known.contains(r#"["realm_access", "roles"]"#), "{known}");
    }

    #[test]
    fn what_makes_no_sense_is_said_at_the_start() {
        for (flags, what) in [
            (vec!["--jwt-discovery"], "is no `https` address"),
            (vec!["--jwt-jwks-url", "http://id.test/keys"], "is no `https` address"),
            (vec!["--jwt-jwks-file", "/nowhere/keys"], "/nowhere/keys can't be read"),
            (vec!["--jwt-discovery", "--jwt-jwks-url", "https://id.test/keys"], "cannot be used with"),
            (vec!["--jwt-algorithms", "HS256"], "is not an algorithm for public keys"),
            (vec!["--jwt-algorithms", "none"], "is not an algorithm for public keys"),
            (vec!["--jwt-role-claim", "a..b"], "is no name of a claim"),
        ] {
            let error = with(&flags).expect_err("a refusal");
            assert!(error.contains(what), "{flags:?}: {error}");
        }
    }

    #[test]
    fn several_issuers_are_named_by_a_file() {
        let one = r#"{"issuer": "https://a.test", "audiences": ["x"], "algorithms": ["RS256"], "subject_prefix": "a|",
                      "discovery": true, "roles": ["customer"]}"#;
        let two = one.replace("a.test", "b.test").replace("a|", "b|");
        let (_file, path) = file(&format!("[{one}, {two}]"));
        let known = format!("{:?}", with(&["--jwt-issuers", &path]).expect("a good file").expect("issuers"));
        assert!(known.contains("https://b.test") && known.contains("roles: [Customer]"), "{known}");
        for (text, what) in [
            ("{}".to_owned(), "is no list of issuers"),
            ("[]".to_owned(), "no issuer of tokens is named"),
            (format!("[{}]", one.replace("roles", "rolls")), "unknown field `rolls`"),
            (format!("[{}]", one.replace("customer", "king")), "unknown variant `king`"),
            (format!("[{}]", one.replace("true", "false")), "needs one of"),
            (format!("[{one}, {one}]"), "it is named twice"),
            (format!("[{one}, {}]", two.replace("b|", "a|x")), "begins with its own"),
            (
                format!("[{one}, {}]", two.replace(r#""subject_prefix": "b|","#, "")),
                "each says its subject prefix",
            ),
        ] {
            let (_file, path) = file(&text);
            let error = with(&["--jwt-issuers", &path]).expect_err("a refusal");
            assert!(error.contains(what), "{text}: {error}");
        }
    }
}
