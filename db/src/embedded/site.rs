//! Where a cluster lies, and who owns it.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::account::Account;
use super::error::Error;
use super::files::{beside, set_mode, write_private};
use super::leftover;
use super::lock::Lock;

/// Where clusters go whose account cannot reach the data directory.
const ELSEWHERE: &str = "/var/lib/holdfast";

/// The places of one cluster.
#[derive(Debug)]
pub(super) struct Site {
    /// The user's data directory: password, log and locks.
    home: PathBuf,
    /// The server's own data directory.
    pub(super) cluster: PathBuf,
    /// Who owns it.
    pub(super) account: Account,
    /// Two copies of a data directory name the same place elsewhere, so that place has a lock too.
    elsewhere: Option<Lock>,
}

impl Site {
    /// Finds the place of the cluster that belongs to a data directory, or of the one to be made.
    /// The data directory is canonical, and locked by the caller.
    pub(super) async fn resolve(data_dir: PathBuf) -> Result<Self, Error> {
        if let Some(cluster) = recorded(&data_dir)? {
            return Self::known_elsewhere(data_dir, cluster);
        }
        let inside = data_dir.join("cluster");
        let exists = inside.exists();
        let account = if exists { Account::for_cluster(&inside)? } else { Account::choose()? };
        if account.can_enter(&data_dir).await {
            return Ok(Self { home: data_dir, cluster: inside, account, elsewhere: None });
        }
        if exists {
            return Err(Error::Unreachable { account: account.name(), path: data_dir });
        }
        Self::new_elsewhere(data_dir, account).await
    }

    fn known_elsewhere(data_dir: PathBuf, cluster: PathBuf) -> Result<Self, Error> {
        if !cluster.is_dir() {
            return Err(Error::ClusterMissing { record: record(&data_dir), cluster });
        }
        Ok(Self {
            elsewhere: Some(Lock::acquire(&beside(&cluster, ".lock"), &data_dir)?),
            account: Account::for_cluster(&cluster)?,
            cluster,
            home: data_dir,
        })
    }

    async fn new_elsewhere(data_dir: PathBuf, account: Account) -> Result<Self, Error> {
        let parent = Path::new(ELSEWHERE);
        if !parent.exists() {
            fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
            set_mode(parent, 0o755)?;
        }
        let cluster = parent.join(name_elsewhere(&data_dir));
        let lock = Lock::acquire(&beside(&cluster, ".lock"), &data_dir)?;
        tracing::info!(
            account = account.name(), data_dir = %data_dir.display(), cluster = %cluster.display(),
            "the server's account cannot reach the data directory; the cluster goes elsewhere"
        );
        if cluster.exists() {
            // No record names it: its data directory was removed, or its making was cut short.
            tracing::warn!(cluster = %cluster.display(), "removing the cluster of a data directory that is gone");
            leftover::stop(&cluster).await?;
            fs::remove_dir_all(&cluster).map_err(Error::io("remove", &cluster))?;
        }
        Ok(Self { home: data_dir, cluster, account, elsewhere: Some(lock) })
    }

    /// The major version that made the cluster; none if there is no cluster yet.
    pub(super) fn made_by(&self) -> Result<Option<u32>, Error> {
        let path = self.cluster.join("PG_VERSION");
        match fs::read_to_string(&path) {
            Ok(text) => text.trim().parse().map(Some).map_err(|_| self.not_a_cluster()),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let empty = fs::read_dir(&self.cluster).map_or(true, |mut dir| dir.next().is_none());
                if empty { Ok(None) } else { Err(self.not_a_cluster()) }
            }
            Err(error) => Err(Error::io("read", &path)(error)),
        }
    }

    fn not_a_cluster(&self) -> Error {
        Error::NotACluster { cluster: self.cluster.clone() }
    }

    /// Writes down where the cluster is, once it is complete. If we are killed before this, the
    /// next start finds an unnamed cluster elsewhere and makes it anew.
    pub(super) fn record(&self) -> Result<(), Error> {
        if self.elsewhere.is_none() {
            return Ok(());
        }
        let mut line = self.cluster.as_os_str().as_bytes().to_vec();
        line.push(b'\n');
        write_private(&record(&self.home), &line)
    }

    /// Where downloaded servers are kept: where the account can reach them.
    pub(super) fn cache(&self) -> PathBuf {
        match self.elsewhere {
            Some(_) => Path::new(ELSEWHERE).join("pg-server"),
            None => self.home.join("pg-server"),
        }
    }

    /// The superuser's password.
    pub(super) fn password_file(&self) -> PathBuf {
        self.home.join("postgres-password")
    }

    /// What the server says.
    pub(super) fn log_file(&self) -> PathBuf {
        self.home.join("postgres.log")
    }
}

/// The file in the data directory that names a cluster elsewhere.
fn record(data_dir: &Path) -> PathBuf {
    data_dir.join("cluster-location")
}

fn recorded(data_dir: &Path) -> Result<Option<PathBuf>, Error> {
    let path = record(data_dir);
    match fs::read(&path) {
        Ok(mut bytes) => {
            while bytes.last() == Some(&b'\n') {
                bytes.pop();
            }
            Ok(Some(std::ffi::OsString::from_vec(bytes).into()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", &path)(error)),
    }
}

/// `<name of the data directory>-<12 hex digits of its path>`.
pub(super) fn name_elsewhere(data_dir: &Path) -> String {
    let name: String = data_dir
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(40)
        .collect();
    let digest = format!("{:x}", Sha256::digest(data_dir.as_os_str().as_bytes()));
    format!("{name}-{}", &digest[..12])
}
