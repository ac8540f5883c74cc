//! Why a replay did not end well.

use std::{io, path::PathBuf};

use crate::client::{ClientError, CommandError};

/// What is wrong with the file's content.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TableError {
    /// It begins as gzip and does not go on as such.
    #[error("the file is broken gzip")]
    Gzip(#[source] io::Error),
    /// It is no text, or no table.
    #[error("the file is not CSV in UTF-8")]
    Csv(#[from] csv::Error),
    /// The header lacks what is needed.
    #[error("line 1: missing columns: {0}")]
    MissingColumns(String),
    /// The header names a needed column twice.
    #[error("line 1: column {0} is there twice")]
    DoubleColumn(&'static str),
    /// A row that ends early.
    #[error("line {line}, column {column}: the row ends before it")]
    ShortRow {
        /// Where.
        line: u64,
        /// The first column without a cell.
        column: String,
    },
    /// A row that goes on past the header.
    #[error("line {line}: {cells} cells under {columns} columns")]
    LongRow {
        /// Where.
        line: u64,
        /// Cells of the row.
        cells: usize,
        /// Columns of the header.
        columns: usize,
    },
    /// A cell that does not hold what its column promises.
    #[error("line {line}, column {column}: `{text}` is {reason}")]
    Cell {
        /// Where.
        line: u64,
        /// Which column.
        column: &'static str,
        /// What stands there.
        text: String,
        /// What it is not.
        reason: String,
    },
}

/// Why a replay stopped, or what it found in the end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplayError {
    /// A file of this machine can't be read or written.
    #[error("{}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file's content; nothing was sent.
    #[error("{}", path.display())]
    Table {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: TableError,
    },
    /// Its nights lie further apart than a listing can sell ahead.
    #[error("the file spans {days} days; a listing sells at most {most} days ahead")]
    TooLong {
        /// From today to the last night.
        days: i64,
        /// What the server allows.
        most: i64,
    },
    /// `--resume` without a run to resume.
    #[error("nothing to resume: there is no {} (a run is known by its file and its --limit)", .0.display())]
    NothingToResume(PathBuf),
    /// The state of a run is not what a replay writes.
    #[error("{}: {reason}", path.display())]
    BrokenState {
        /// The state file or the journal.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Another process works on the same run.
    #[error("another replay holds {}", .0.display())]
    InUse(PathBuf),
    /// The run to resume was played to another database.
    #[error("can't resume run {run}: the server at {url} does not know its listings")]
    UnknownRun {
        /// The run.
        run: String,
        /// The server asked.
        url: String,
    },
    /// The server can't be asked at all.
    #[error("can't reach a server")]
    Client(#[from] ClientError),
    /// One request failed for good.
    #[error("{what}")]
    Command {
        /// What was being done, with the row's number.
        what: String,
        /// Why.
        #[source]
        source: CommandError,
    },
    /// A booking went another way than it should, or no way at all.
    #[error("{0}")]
    Booking(String),
    /// What the server says in the end does not fit what it answered on the way.
    #[error("the server contradicts itself: {0}")]
    Contradiction(String),
}

impl ReplayError {
    /// For `map_err`: a file that could not be read or written.
    pub(super) fn file(path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    /// For `map_err`: a request that failed for good.
    pub(super) fn command(what: impl Into<String>) -> impl FnOnce(CommandError) -> Self {
        let what = what.into();
        move |source| Self::Command { what, source }
    }
}
