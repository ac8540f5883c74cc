//! What the server has answered, one line each, on disk before anything follows from it.
//!
//! A refusal as sold out is not stored under its key: asked again, the server
//! may answer otherwise. So it has to be remembered here. What was answered
//! but not yet written may be asked again all the same, because nothing that
//! depends on an operation is sent before its line is in the file.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::error::ReplayError;

/// What came of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The booking was made; its global id.
    Accepted(String),
    /// It found a night sold out.
    Refused,
    /// The booking was cancelled.
    Cancelled,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Op {
    Create,
    Cancel,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Accepted,
    Refused,
}

/// A line as it stands in the file.
#[derive(Serialize, Deserialize)]
struct Line {
    row: usize,
    op: Op,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    booking: Option<String>,
}

impl Line {
    fn new(row: usize, answer: &Answer) -> Self {
        let (op, outcome, booking) = match answer {
            Answer::Accepted(booking) => (Op::Create, Some(Outcome::Accepted), Some(booking.clone())),
            Answer::Refused => (Op::Create, Some(Outcome::Refused), None),
            Answer::Cancelled => (Op::Cancel, None, None),
        };
        Self { row, op, outcome, booking }
    }

    fn answer(self) -> Option<(usize, Answer)> {
        let answer = match (self.op, self.outcome, self.booking) {
            (Op::Create, Some(Outcome::Accepted), Some(booking)) => Answer::Accepted(booking),
            (Op::Create, Some(Outcome::Refused), None) => Answer::Refused,
            (Op::Cancel, None, None) => Answer::Cancelled,
            _ => return None,
        };
        Some((self.row, answer))
    }
}

/// Answers by the number of their row, in the order in which they came.
pub(super) type Answers = Vec<(usize, Answer)>;

/// The file, held by this process alone.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// An empty journal.
    pub(super) fn create(path: PathBuf) -> Result<Self, ReplayError> {
        let journal = Self::locked(path)?;
        journal.file.set_len(0).map_err(ReplayError::file(&journal.path))?;
        Ok(journal)
    }

    /// A journal that was left, and the answers in it by row.
    pub(super) fn reopen(path: PathBuf) -> Result<(Self, Answers), ReplayError> {
        if !path.exists() {
            return Err(ReplayError::NothingToResume(path));
        }
        let mut journal = Self::locked(path)?;
        let answers = journal.read()?;
        Ok((journal, answers))
    }

    /// Writes an answer down. Unbuffered: once this returns, only the machine itself can lose it.
    pub(super) fn write(&mut self, row: usize, answer: &Answer) -> Result<(), ReplayError> {
        let mut line =
            serde_json::to_vec(&Line::new(row, answer)).map_err(|error| self.broken(error.to_string()))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(ReplayError::file(&self.path))
    }

    fn locked(path: PathBuf) -> Result<Self, ReplayError> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(ReplayError::file(&path))?;
        // Two processes on one run would send what the other has yet to write down.
        match file.try_lock() {
            Ok(()) => Ok(Self { path, file }),
            Err(std::fs::TryLockError::WouldBlock) => Err(ReplayError::InUse(path)),
            Err(std::fs::TryLockError::Error(error)) => Err(ReplayError::file(&path)(error)),
        }
    }

    fn read(&mut self) -> Result<Answers, ReplayError> {
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes).map_err(ReplayError::file(&self.path))?;
        // A kill in the middle of a write leaves a line without its end: as good as never written.
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        self.file.set_len(whole as u64).map_err(ReplayError::file(&self.path))?;
        self.file.seek(SeekFrom::End(0)).map_err(ReplayError::file(&self.path))?;
        bytes[..whole]
            .split_inclusive(|byte| *byte == b'\n')
            .enumerate()
            .map(|(number, line)| {
                serde_json::from_slice::<Line>(line)
                    .ok()
                    .and_then(Line::answer)
                    .ok_or_else(|| self.broken(format!("line {} is no answer", number + 1)))
            })
            .collect()
    }

    /// For what is in the file but can't be.
    pub(super) fn broken(&self, reason: String) -> ReplayError {
        ReplayError::BrokenState { path: self.path.clone(), reason }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
