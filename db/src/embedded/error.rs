//! What can go wrong while a private cluster is found, made, started or stopped.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use super::looked::{Looked, MIN_MAJOR};

/// Everything that keeps the embedded server from running.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file system, or the start of a program, refused something.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb phrase ("create", "read", ...).
        action: &'static str,
        /// What it was tried on.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// Another process holds the lock of the data directory.
    #[error("the data directory {} is in use by another process{}", data_dir.display(), Pid(*pid))]
    InUse {
        /// The directory asked for.
        data_dir: PathBuf,
        /// The holder, if it has written its id down.
        pid: Option<u32>,
    },
    /// We are root, and there is no account to run the server as.
    #[error(
        "PostgreSQL refuses to run as root, and neither an account `postgres` nor `nobody` exists \
         to run it as; create one, e.g. with `useradd --system postgres`"
    )]
    NoAccount,
    /// The account that owns the cluster may not enter the folder it lies in.
    #[error("the account `{account}`, which owns the cluster, may not enter {}", path.display())]
    Unreachable {
        /// The owner of the cluster.
        account: String,
        /// The folder it may not enter.
        path: PathBuf,
    },
    /// The cluster was put elsewhere once, and is no longer there.
    #[error(
        "{} says that the cluster lies in {}, but nothing is there; bring it back, or remove that \
         file to start with an empty database", record.display(), cluster.display()
    )]
    ClusterMissing {
        /// The file that names the place.
        record: PathBuf,
        /// The place it names.
        cluster: PathBuf,
    },
    /// The folder of the cluster holds something else.
    #[error("{} is not empty, and is not a PostgreSQL cluster", cluster.display())]
    NotACluster {
        /// That folder.
        cluster: PathBuf,
    },
    /// No server new enough was found, and none could be downloaded.
    #[error(
        "no PostgreSQL server found{}: install PostgreSQL {MIN_MAJOR} or newer, e.g. \
         `apt-get install postgresql` (Debian, Ubuntu), `dnf install postgresql-server` (Fedora) or \
         `brew install postgresql@17` (macOS), or set DATABASE_URL; looked in: {}",
        Older(looked_in),
        List(looked_in)
    )]
    NoBinaries {
        /// Every place looked in, with what was found there.
        looked_in: Vec<Looked>,
        /// Why the download failed, if it was tried.
        #[source]
        download: Option<DownloadError>,
    },
    /// The cluster was made by a major version that is not to be had here.
    #[error(
        "the cluster in {} was made by PostgreSQL {major}, and no server of that version was found: \
         install PostgreSQL {major}, or use another data directory; looked in: {}",
        cluster.display(), List(looked_in)
    )]
    OtherMajor {
        /// Where the cluster lies.
        cluster: PathBuf,
        /// The version that made it.
        major: u32,
        /// Every place looked in, with what was found there.
        looked_in: Vec<Looked>,
        /// Why the download failed, if it was tried.
        #[source]
        download: Option<DownloadError>,
    },
    /// `initdb` failed.
    #[error("initdb could not make a cluster in {} ({status}): {output}", cluster.display())]
    Init {
        /// Where the cluster was to be.
        cluster: PathBuf,
        /// How `initdb` ended.
        status: ExitStatus,
        /// What it said.
        output: String,
    },
    /// A server of an earlier run does not go away.
    #[error("PostgreSQL process {pid}, left over by an earlier run in {}, does not end", cluster.display())]
    Leftover {
        /// The process.
        pid: u32,
        /// Its cluster.
        cluster: PathBuf,
    },
    /// The server ended by itself, at its start or later.
    #[error("PostgreSQL ended unexpectedly ({status}); the end of {}:\n{tail}", log.display())]
    Exited {
        /// How it ended.
        status: ExitStatus,
        /// Its log.
        log: PathBuf,
        /// The last lines of this run in the log.
        tail: String,
    },
    /// The server runs, but does not take connections in time.
    #[error("PostgreSQL is not ready after {seconds} s; the end of {}:\n{tail}", log.display())]
    NotReady {
        /// How long it was waited for.
        seconds: u64,
        /// Its log.
        log: PathBuf,
        /// The last lines of this run in the log.
        tail: String,
    },
    /// The server does not end, whatever it is sent.
    #[error("PostgreSQL process {pid} does not end")]
    WillNotStop {
        /// The process.
        pid: u32,
    },
    /// The new server does not let us in, or could not make the database.
    #[error("cannot prepare the database on port {port}")]
    Prepare {
        /// Where the server listens.
        port: u16,
        /// Why it failed.
        #[source]
        source: sqlx::Error,
    },
}

/// Why a server could not be downloaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// The archive could not be found, fetched or unpacked.
    #[error("the download of PostgreSQL failed")]
    Archive(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The archive did not arrive in time.
    #[error("the download of PostgreSQL took longer than {0} s")]
    TimedOut(u64),
    /// The archive came, but what is in it does not run here.
    #[error("the downloaded server does not run here: {0}")]
    Unusable(Looked),
}

impl Error {
    /// For `map_err`: names what was tried, and on what.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

struct Pid(Option<u32>);

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |pid| write!(f, " (pid {pid})"))
    }
}

/// The newest of the servers that are too old, for the head of the message.
struct Older<'a>(&'a [Looked]);

impl fmt::Display for Older<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let newest = self.0.iter().filter_map(Looked::too_old).max();
        newest.map_or(Ok(()), |major| write!(f, " but version {major}, which is too old"))
    }
}

struct List<'a>(&'a [Looked]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, looked) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{looked}")?;
        }
        Ok(())
    }
}
