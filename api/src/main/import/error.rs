//! Why an import did not happen.

use std::{io, path::PathBuf};

use crate::client::{ClientError, CommandError};

/// What went wrong. Up to and including `Field`, nothing was sent.
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
    /// A field of a listing is missing, unknown or not what it should be.
    #[error("{at}: {reason}")]
    Field {
        /// Where, such as ``listing `harbour-room`, slots[3].price``.
        at: String,
        /// What is wrong.
        reason: String,
    },
    /// The server can't be asked at all.
    #[error("can't reach a server")]
    Client(#[from] ClientError),
    /// One request failed for good; what was sent before it stays.
    #[error("listing `{slug}`")]
    Command {
        /// Of which listing.
        slug: String,
        /// Why.
        #[source]
        source: CommandError,
    },
}
