//! Which run a file's replay is in: what `--resume` goes on with.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    error::ReplayError,
    journal::{Answers, Journal},
};

/// What must not change between a run and its resumption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// Part of every slug and key: two runs have nothing in common.
    pub(super) run: String,
    /// By how many weeks every date is moved. Kept, so that a run that crosses midnight keeps its nights.
    pub(super) shift_weeks: i64,
    /// The file, for people.
    pub(super) file: PathBuf,
    /// The rows replayed, if not all.
    pub(super) limit: Option<usize>,
    /// The server asked last; for people, since a server may come back on another port.
    pub(super) url: String,
    /// Name of the hotel's time zone.
    pub(super) time_zone: String,
}

/// The files of one replay: the state, and the journal of its present run.
#[derive(Debug)]
pub(super) struct Store {
    directory: PathBuf,
    stem: String,
}

impl Store {
    /// The place for the replay of these bytes with this limit.
    pub(super) fn new(directory: &Path, file: &[u8], limit: Option<usize>) -> Self {
        let mut digest = Sha256::new();
        digest.update(file);
        digest.update(format!("limit {limit:?}"));
        let stem = format!("replay-{:.12}", format!("{:x}", digest.finalize()));
        Self { directory: directory.to_owned(), stem }
    }

    /// Starts a run with nothing answered, in the place of any earlier one.
    pub(super) fn begin(&self, state: &State) -> Result<Journal, ReplayError> {
        fs::create_dir_all(&self.directory).map_err(ReplayError::file(&self.directory))?;
        let journal = Journal::create(self.journal_path(&state.run))?;
        // Each run has a journal of its own, so that this one rename switches from the old run to the new.
        let path = self.state_path();
        let draft = path.with_extension("json.new");
        let text = serde_json::to_vec_pretty(state)
            .map_err(|error| ReplayError::BrokenState { path: path.clone(), reason: error.to_string() })?;
        fs::write(&draft, text).map_err(ReplayError::file(&draft))?;
        fs::rename(&draft, &path).map_err(ReplayError::file(&path))?;
        self.forget_others(journal.path());
        Ok(journal)
    }

    /// Goes on with the last run: its state, its journal, and the answers by row.
    pub(super) fn resume(&self) -> Result<(State, Journal, Answers), ReplayError> {
        let path = self.state_path();
        let text = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ReplayError::NothingToResume(path));
            }
            read => read.map_err(ReplayError::file(&path))?,
        };
        let state: State = serde_json::from_slice(&text)
            .map_err(|error| ReplayError::BrokenState { path, reason: error.to_string() })?;
        let (journal, answers) = Journal::reopen(self.journal_path(&state.run))?;
        Ok((state, journal, answers))
    }

    fn state_path(&self) -> PathBuf {
        self.directory.join(format!("{}.json", self.stem))
    }

    fn journal_path(&self, run: &str) -> PathBuf {
        self.directory.join(format!("{}.{run}.journal", self.stem))
    }

    /// Removes the journals of earlier runs; one that stays does no harm.
    fn forget_others(&self, present: &Path) {
        for entry in fs::read_dir(&self.directory).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(&format!("{}.", self.stem))
                && name.ends_with(".journal")
                && entry.path() != present
            {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}
