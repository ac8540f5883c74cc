//! What clients may ask for, and how long it may take.

use std::{path::PathBuf, time::Duration};

use api::{AllowList, AllowListError, PersistedQueries};
use clap::Args as ClapArgs;

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct OperationArgs {
    /// Milliseconds that an operation may take before it is answered with TIMEOUT. What it writes is written all the
    /// same.
    #[arg(long, env = "HOLDFAST_OPERATION_TIMEOUT_MS", default_value_t = 3_000, value_parser = clap::value_parser!(u64).range(100..=60_000))]
    pub(crate) operation_timeout_ms: u64,
    /// The same for mutations that move money.
    #[arg(long, env = "HOLDFAST_PAYMENT_TIMEOUT_MS", default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(100..=60_000))]
    pub(crate) payment_timeout_ms: u64,
    /// Which documents are executed: `auto` (all; a client may send the SHA-256 of one that was sent before, by Apollo's
    /// protocol), `off` (all, always sent as they are), or those of a file and nothing else. The file is Apollo's
    /// manifest of persisted queries, or an object of documents by their ids, as relay-compiler and graphql-codegen
    /// write it.
    #[arg(long, env = "HOLDFAST_PERSISTED_QUERIES", default_value = "auto", value_name = "auto|off|FILE")]
    pub(crate) persisted_queries: PathBuf,
}

impl OperationArgs {
    pub(crate) fn operation_timeout(&self) -> Duration {
        Duration::from_millis(self.operation_timeout_ms)
    }

    pub(crate) fn payment_timeout(&self) -> Duration {
        Duration::from_millis(self.payment_timeout_ms)
    }

    /// The documents; reads their file.
    pub(crate) fn persisted_queries(&self) -> Result<PersistedQueries, AllowListError> {
        match self.persisted_queries.to_str() {
            Some("auto") => Ok(PersistedQueries::Automatic),
            Some("off") => Ok(PersistedQueries::Off),
            _ => AllowList::read(&self.persisted_queries).map(PersistedQueries::Only),
        }
    }
}
