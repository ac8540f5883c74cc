//! Where the server's programs are.

use std::path::{Path, PathBuf};

use super::account::Account;
use super::download;
use super::error::{DownloadError, Error};
use super::looked::{Found, Looked, MIN_MAJOR};
use super::places;

/// A folder with a usable `postgres` and `initdb`.
#[derive(Clone, Debug)]
pub(super) struct Binaries {
    pub(super) dir: PathBuf,
    pub(super) major: u32,
}

/// What a search looks for, and where.
pub(super) struct Search<'a> {
    pub(super) account: &'a Account,
    /// The cluster and the version that made it, if it exists.
    pub(super) made_by: Option<(&'a Path, u32)>,
    /// The only folders to look in, instead of the usual places.
    pub(super) only: Option<&'a [PathBuf]>,
    /// Where downloaded servers are kept.
    pub(super) cache: &'a Path,
    pub(super) allow_download: bool,
}

impl Search<'_> {
    /// The first suitable server, downloaded if need be.
    pub(super) async fn run(&self) -> Result<Binaries, Error> {
        let (folders, mut looked_in) = match self.only {
            Some(only) => (only.to_vec(), Vec::new()),
            None => places::usual().await,
        };
        let (cached, _) = places::versions(self.cache, "", "bin");
        for dir in folders.into_iter().chain(cached) {
            match self.judge(&dir).await {
                Ok(binaries) => return Ok(binaries),
                Err(looked) => looked_in.push(looked),
            }
        }
        let download = if self.allow_download {
            match self.download().await {
                Ok(binaries) => return Ok(binaries),
                Err(error) => Some(error),
            }
        } else {
            None
        };
        Err(match self.made_by {
            Some((cluster, major)) => {
                Error::OtherMajor { cluster: cluster.to_owned(), major, looked_in, download }
            }
            None => Error::NoBinaries { looked_in, download },
        })
    }

    async fn download(&self) -> Result<Binaries, DownloadError> {
        let major = self.made_by.map_or(download::MAJOR, |(_, major)| major);
        let dir = download::fetch(self.cache, major).await?;
        self.judge(&dir).await.map_err(DownloadError::Unusable)
    }

    /// Whether the server in this folder will do.
    async fn judge(&self, dir: &Path) -> Result<Binaries, Looked> {
        // Programs are started from another working directory.
        let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
        let found = match version_in(&dir, self.account).await {
            Ok(major) if major < MIN_MAJOR => Found::TooOld(major),
            Ok(major) if self.made_by.is_some_and(|(_, made)| made != major) => Found::OtherMajor(major),
            Ok(major) => return Ok(Binaries { dir, major }),
            Err(found) => found,
        };
        Err(Looked { place: dir, found })
    }
}

/// The major version of the server in this folder, asked for as the account that will run it, so
/// that programs out of its reach do not count.
async fn version_in(dir: &Path, account: &Account) -> Result<u32, Found> {
    let missing = ["postgres", "initdb"].map(|program| !dir.join(program).is_file());
    match missing {
        // A folder of symbolic links or of clients only: `initdb` finds its files beside itself.
        [true, true] => return Err(Found::Nothing),
        [true, false] => return Err(Found::Lacking("postgres")),
        [false, true] => return Err(Found::Lacking("initdb")),
        [false, false] => {}
    }
    let output = account
        .command(&dir.join("postgres"))
        .arg("--version")
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| Found::Broken(format!("not to be run as {}: {error}", account.name())))?;
    let text = String::from_utf8_lossy(&output.stdout);
    parse_version(&text).ok_or_else(|| {
        let stderr = String::from_utf8_lossy(&output.stderr);
        Found::Broken(format!("no version from it: {}", stderr.trim()))
    })
}

/// Reads `postgres (PostgreSQL) 15.7 (Debian ...)`, `17beta1`, `18devel`.
pub(super) fn parse_version(text: &str) -> Option<u32> {
    let (_, version) = text.split_once("(PostgreSQL) ")?;
    let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}
