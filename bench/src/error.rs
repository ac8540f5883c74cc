//! Why a benchmark ended without figures.

use std::{io, iter::successors, path::PathBuf};

/// Why a benchmark ended without figures.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The private Postgres does not run.
    #[error(transparent)]
    Postgres(#[from] db::embedded::Error),
    /// The database did not answer, or not as it should.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// A program could not be started.
    #[error("{program} could not be started")]
    Start {
        /// Which.
        program: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A process of the system ended before it was ready.
    #[error("`holdfast {command}` ended before it was ready: see {log}")]
    NotReady {
        /// Its command.
        command: &'static str,
        /// What it said.
        log: PathBuf,
    },
    /// A process of the system did not end in good order.
    #[error("`holdfast {command}` ended with {status}: see {log}")]
    Ended {
        /// Its command.
        command: &'static str,
        /// How.
        status: std::process::ExitStatus,
        /// What it said.
        log: PathBuf,
    },
    /// The yardstick could not be taken.
    #[error("pgbench gave no figure: {0}")]
    Pgbench(String),
    /// A file could not be read or written.
    #[error("{path} can't be read or written")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// No connection, or none any more.
    #[error("no connection to the server")]
    Connect(#[source] io::Error),
    /// The connection broke.
    #[error("no answer from the server")]
    Transport(#[from] hyper::Error),
    /// The socket of a subscriber broke.
    #[error("the socket of a subscriber broke")]
    Socket(#[source] Box<tokio_tungstenite::tungstenite::Error>),
    /// The server said something else than a scenario needs.
    #[error("{what}: the server answered {answer}")]
    Unexpected {
        /// What was asked.
        what: &'static str,
        /// What it said.
        answer: String,
    },
    /// Something did not happen in time.
    #[error("{0} took too long")]
    Late(&'static str),
    /// The promise was broken.
    #[error("{scenario}: {violations} rows in invariant.{view}")]
    Invariant {
        /// In which scenario.
        scenario: &'static str,
        /// Which view.
        view: String,
        /// Its rows.
        violations: i64,
    },
    /// More was sold than there is, or not what was acknowledged.
    #[error("{scenario}: {what}: {found}, and it should be {expected}")]
    Count {
        /// In which scenario.
        scenario: &'static str,
        /// What was counted.
        what: &'static str,
        /// In the database.
        found: i64,
        /// By what the clients heard.
        expected: i64,
    },
    /// A task of the client ended by a panic.
    #[error("a part of the client broke")]
    Panicked(#[from] tokio::task::JoinError),
    /// Some scenarios gave no figures; the report says why, and has those of the others.
    #[error("no figures of {0}")]
    Scenarios(String),
    /// No token could be made.
    #[error("no token could be made: {0}")]
    Token(String),
    /// The limit of open files could not be raised.
    #[error("the limit of open files can't be read or set")]
    Limit(#[source] io::Error),
}

impl Error {
    /// It, and what is behind it, in one line.
    pub(crate) fn told(&self) -> String {
        let causes = successors(Some(self as &dyn std::error::Error), |error| error.source());
        causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }

    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::File { path, source }
    }
}
