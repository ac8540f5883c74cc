//! The shared secret of development tokens, and the tokens that are made with it.

use std::{
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use api::Verifier;
use db::{Actor, OrganiserId, Role};

use crate::{args::TokenRole, error::CliError};

/// Issuer and audience of development tokens.
pub(crate) const DEV_ISSUER: &str = "holdfast-dev";
/// See [`DEV_ISSUER`].
pub(crate) const DEV_AUDIENCE: &str = "holdfast";
/// The organiser of the sample data, and of development tokens.
pub(crate) const DEV_ORGANISER: uuid::Uuid = uuid::uuid!("01900000-0000-7000-8000-000000000001");

/// The shared secret of development tokens.
#[derive(Clone)]
pub(crate) struct DevKey(Vec<u8>);

impl DevKey {
    fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("development-key")
    }

    /// The key of a data directory, made on first use.
    pub(crate) fn load_or_make(data_dir: &Path) -> Result<Self, CliError> {
        let path = Self::path(data_dir);
        let fail = |source| CliError::File { path: path.clone(), source };
        std::fs::create_dir_all(data_dir).map_err(fail)?;
        // Written aside and linked into place: of two that start at once, both end with the same whole key.
        let draft = path.with_extension(uuid::Uuid::new_v4().to_string());
        if !path.exists() {
            let secret = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
            let mut file = std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&draft)
                .map_err(fail)?;
            file.write_all(secret.as_bytes()).map_err(fail)?;
            match std::fs::hard_link(&draft, &path) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(fail(error)),
                _ => std::fs::remove_file(&draft).map_err(fail)?,
            }
        }
        Self::load(data_dir)
    }

    /// The key of a data directory that has one.
    pub(crate) fn load(data_dir: &Path) -> Result<Self, CliError> {
        let path = Self::path(data_dir);
        match std::fs::read(&path) {
            Ok(secret) => Ok(Self(secret)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(CliError::NoDevKey { data_dir: data_dir.to_owned() })
            }
            Err(source) => Err(CliError::File { path, source }),
        }
    }

    /// Checks tokens that were made with this key.
    pub(crate) fn verifier(&self) -> Result<Verifier, CliError> {
        Ok(Verifier::of_secret(&self.0, DEV_ISSUER, DEV_AUDIENCE)?)
    }

    /// A token of the sample organiser's people.
    pub(crate) fn token(&self, role: TokenRole, ttl: Duration) -> Result<String, CliError> {
        let (role, subject) = match role {
            TokenRole::Customer => (Role::Customer, "dev-customer"),
            TokenRole::Organiser => (Role::Organiser, "dev-organiser"),
            TokenRole::Service => (Role::Service, "dev-service"),
            TokenRole::Operator => (Role::Operator, "dev-operator"),
        };
        let organiser_id =
            matches!(role, Role::Organiser | Role::Service).then_some(OrganiserId(DEV_ORGANISER));
        self.token_of(&Actor { role, subject: subject.to_owned(), organiser_id }, ttl)
    }

    /// A token of anybody.
    pub(crate) fn token_of(&self, actor: &Actor, ttl: Duration) -> Result<String, CliError> {
        Ok(api::mint(&self.0, DEV_ISSUER, DEV_AUDIENCE, actor, ttl)?)
    }
}
