//! Why the simulated gateway can't start, or had to stop.

use std::{io, path::PathBuf};

/// What can go wrong with a simulator as a whole.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The ledger's file can't be opened: another process may have it.
    #[error("the ledger {} can't be opened", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<redb::Error>,
    },
    /// The ledger's file is not readable as one.
    #[error("the ledger {} can't be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<redb::Error>,
    },
    /// The ledger has a row that no version of this program wrote.
    #[error("the ledger {} has a row that can't be read", path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The ledger could not be written: nothing is answered any more, since nothing would last.
    #[error("the ledger can't be written any more; what was answered is in it")]
    Broken,
    /// The rates of trouble are none.
    #[error(transparent)]
    Trouble(#[from] crate::TroubleError),
    /// The listener failed, or a directory can't be made.
    #[error("the simulator can't serve")]
    Serve(#[source] io::Error),
}
