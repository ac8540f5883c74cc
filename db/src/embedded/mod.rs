//! A private `PostgreSQL` cluster, run as a child of this process.
//!
//! For `holdfast dev` and for tests: it needs no set-up beyond the server's programs, listens on
//! 127.0.0.1 only, and keeps its data under one directory. What is in that directory:
//!
//! | name | what |
//! |---|---|
//! | `lock` | held by the process that runs the cluster, with its pid |
//! | `cluster/` | the server's data |
//! | `cluster-location` | instead of `cluster/`: where the data is, if the server's account cannot reach this directory |
//! | `postgres-password` | of the superuser `holdfast` |
//! | `postgres.log` | what the server says |
//! | `pg-server/` | downloaded servers, if the machine has none |

mod account;
mod binaries;
mod download;
mod error;
mod files;
mod initdb;
mod leftover;
mod lock;
mod log;
mod looked;
mod options;
mod pid_file;
mod places;
mod process;
mod server;
mod site;
#[cfg(test)]
mod tests;

use std::fmt::{self, Write as _};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{ConnectOptions as _, Connection as _};

pub use error::{DownloadError, Error};
pub use looked::Looked;
pub use options::Options;

use binaries::Search;
use initdb::NAME;
use lock::Lock;
use server::Server;
use site::Site;

/// How long a server that says it is ready has to answer.
const ANSWER: Duration = Duration::from_secs(15);

/// A running cluster. Dropping it asks the server to stop; [`Embedded::stop`] also waits for it.
// The fields are dropped in this order: the server is told to stop before the locks go.
pub struct Embedded {
    server: Server,
    site: Site,
    lock: Lock,
    programs: PathBuf,
    major: u32,
    password: String,
}

impl Embedded {
    /// Finds the server's programs, makes the cluster on first use, stops what an earlier run left
    /// behind, starts the server, and waits until it answers. Makes the database `holdfast` if it is
    /// missing.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let data_dir = &options.data_dir;
        fs::create_dir_all(data_dir).map_err(Error::io("create", data_dir))?;
        let data_dir = fs::canonicalize(data_dir).map_err(Error::io("find", data_dir))?;
        let lock = Lock::acquire(&data_dir.join("lock"), &data_dir)?;
        let site = Site::resolve(data_dir).await?;

        let made_by = site.made_by()?;
        let search = Search {
            account: &site.account,
            made_by: made_by.map(|major| (site.cluster.as_path(), major)),
            only: options.search.as_deref(),
            cache: &site.cache(),
            allow_download: options.allow_download,
        };
        let binaries = search.run().await?;
        leftover::stop(&site.cluster).await?;
        initdb::remove_unfinished(&site.cluster);
        let password = match made_by {
            Some(_) => initdb::password(&site)?,
            None => initdb::create(&site, &binaries, options.durability()).await?,
        };
        let server = Server::start(&site, &binaries, &options.settings).await?;
        let embedded = Self { server, site, lock, programs: binaries.dir, major: binaries.major, password };
        embedded.ensure_database().await?;
        tracing::info!(
            pid = embedded.pid(), port = embedded.server.port, version = embedded.major,
            data = %embedded.data_dir().display(), "PostgreSQL is ready"
        );
        Ok(embedded)
    }

    /// Where the database `holdfast` is reached as superuser. Holds the password: not for logs.
    pub fn url(&self) -> String {
        self.url_for(NAME)
    }

    /// The same for another database of the cluster.
    pub fn url_for(&self, database: &str) -> String {
        let (password, port) = (&self.password, self.server.port);
        let mut url = format!("postgres://{NAME}:{password}@127.0.0.1:{port}/");
        for byte in database.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                    url.push(char::from(byte));
                }
                // Writing to a string cannot fail.
                _ => _ = write!(url, "%{byte:02X}"),
            }
        }
        url
    }

    /// Where the cluster really is: not always in the data directory asked for.
    pub fn data_dir(&self) -> &Path {
        &self.site.cluster
    }

    /// The folder of the server's programs.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// Where the server listens on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.server.port
    }

    /// The superuser's name and password.
    pub fn login(&self) -> (&str, &str) {
        (NAME, &self.password)
    }

    /// The server's major version.
    pub fn version(&self) -> u32 {
        self.major
    }

    /// The server's main process.
    pub fn pid(&self) -> u32 {
        self.server.pid
    }

    /// Resolves when the server ends by itself, with what it last said. May be dropped and called
    /// again, as `select!` does.
    pub async fn exited(&mut self) -> Error {
        self.server.exited().await
    }

    /// Stops the server: connections are cut, transactions rolled back, and what is committed is on
    /// disk. If that takes longer than 10 s, it is ended at once, and recovers at the next start.
    pub async fn stop(mut self) -> Result<(), Error> {
        self.server.stop().await?;
        tracing::info!(pid = self.server.pid, "PostgreSQL has stopped");
        Ok(())
    }

    async fn ensure_database(&self) -> Result<(), Error> {
        let timed_out = |_| Err(sqlx::Error::Io(ErrorKind::TimedOut.into()));
        let prepared = tokio::time::timeout(ANSWER, self.create_database_if_missing()).await;
        prepared.unwrap_or_else(timed_out).map_err(|source| Error::Prepare { port: self.server.port, source })
    }

    async fn create_database_if_missing(&self) -> sqlx::Result<()> {
        let mut connection: PgConnection = PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.server.port)
            .username(NAME)
            .password(&self.password)
            .database("postgres")
            .ssl_mode(PgSslMode::Disable)
            .connect()
            .await?;
        let exists: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(NAME)
            .fetch_one(&mut connection)
            .await?;
        if !exists {
            sqlx::query("create database holdfast").execute(&mut connection).await?;
        }
        connection.close().await
    }
}

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedded")
            .field("server", &self.server)
            .field("site", &self.site)
            .field("lock", &self.lock)
            .field("version", &self.major)
            .finish_non_exhaustive()
    }
}
