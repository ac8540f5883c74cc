//! The server's log file.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::error::Error;

/// A log beyond this size is begun anew at the next start.
const MAX_BYTES: u64 = 50 * 1024 * 1024;

/// How much of the log an error shows.
const TAIL_LINES: usize = 20;
const TAIL_BYTES: u64 = 16 * 1024;

/// The log, and where in it the present run begins.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) path: PathBuf,
    start: u64,
}

impl Log {
    /// Opens the log for a new run, and returns the file that the server writes to.
    pub(super) fn open(path: &Path) -> Result<(Self, File), Error> {
        let open = || {
            let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
            if file.metadata()?.len() > MAX_BYTES {
                file.set_len(0)?;
            }
            let start = file.metadata()?.len();
            Ok((file, start))
        };
        let (file, start) = open().map_err(Error::io("open", path))?;
        let path = path.to_owned();
        Ok((Self { path, start }, file))
    }

    /// The last lines of this run; what cannot be read is left out.
    pub(super) fn tail(&self) -> String {
        let mut bytes = Vec::new();
        if let Ok(mut file) = File::open(&self.path) {
            let end = file.metadata().map_or(0, |meta| meta.len());
            let from = self.start.max(end.saturating_sub(TAIL_BYTES));
            let read = file.seek(SeekFrom::Start(from));
            let _ = read.and_then(|_| file.read_to_end(&mut bytes));
        }
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }
}
