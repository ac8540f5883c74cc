//! Why an import did not happen.

use std::{io, path::PathBuf};

use crate::client::{ClientError, CommandError};

/// What went wrong. Up to and including `Cell`, nothing was sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    /// The file can't be read.
    #[error("{}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is no JSON.
    #[error("the file is not JSON")]
    Json(#[source] serde_json::Error),
    /// A field of a listing or a venue plan is missing, unknown or not what it should be.
    #[error("{at}: {reason}")]
    Field {
        /// Where, such as ``listing `harbour-room`, slots[3].price``.
        at: String,
        /// What is wrong.
        reason: String,
    },
    /// It is no table of seats.
    #[error("{0}")]
    Table(String),
    /// A cell of a table of seats is not what it should be.
    #[error("line {line}, column {column}: {reason}")]
    Cell {
        /// From 1, which is the header's as a rule.
        line: u64,
        /// As the header names it.
        column: String,
        /// What is wrong.
        reason: String,
    },
    /// The server can't be asked at all.
    #[error("can't reach a server")]
    Client(#[from] ClientError),
    /// One request failed for good; what was sent before it stays.
    #[error("{of}")]
    Command {
        /// Of which listing or venue plan.
        of: String,
        /// Why.
        #[source]
        source: CommandError,
    },
}
