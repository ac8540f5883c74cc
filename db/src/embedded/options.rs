//! What to run, and how.

use std::path::PathBuf;

use super::initdb::Durability;

/// What to run, and with which settings.
#[derive(Clone, Debug)]
pub struct Options {
    /// The directory that holds everything; made if it is missing. One process may use it at a time.
    pub data_dir: PathBuf,
    /// Further settings of the server (`postgresql.conf` names), such as `fsync` = `off` for tests.
    pub settings: Vec<(String, String)>,
    /// The only folders to look for `postgres` and `initdb` in, instead of the usual ones.
    pub search: Option<Vec<PathBuf>>,
    /// Whether a server may be downloaded (some 30 MB) if none is found.
    pub allow_download: bool,
}

impl Options {
    /// The usual way: the machine's own server, or a download if it has none.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self { data_dir: data_dir.into(), settings: Vec::new(), search: None, allow_download: true }
    }

    /// Adds one setting of the server.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn durability(&self) -> Durability {
        let fsync = self.settings.iter().rfind(|(name, _)| name == "fsync");
        match fsync {
            Some((_, value)) if value == "off" => Durability::None,
            _ => Durability::Synced,
        }
    }
}
