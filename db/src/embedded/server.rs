//! The server process.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::process::Child;
use tokio::time::{Instant, sleep, timeout};

use super::binaries::Binaries;
use super::error::Error;
use super::leftover::{LADDER, send};
use super::log::Log;
use super::pid_file;
use super::process;
use super::site::Site;

/// How often another port is tried when somebody was quicker.
const PORT_ATTEMPTS: u32 = 5;

/// After a crash the server replays up to `max_wal_size` before it answers.
const READY: Duration = Duration::from_mins(3);
const PAUSE: Duration = Duration::from_millis(20);

const SETTINGS: [(&str, &str); 9] = [
    ("shared_buffers", "256MB"),
    ("max_connections", "200"),
    ("synchronous_commit", "on"),
    ("wal_level", "replica"),
    ("max_wal_size", "2GB"),
    ("checkpoint_timeout", "15min"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("logging_collector", "off"),
];

/// A running server; it is asked to stop when this is dropped.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    pub(super) pid: u32,
    pub(super) port: u16,
    log: Log,
}

impl Server {
    /// Starts the server on a free port and waits until it takes connections.
    pub(super) async fn start(
        site: &Site,
        binaries: &Binaries,
        settings: &[(String, String)],
    ) -> Result<Self, Error> {
        let mut attempt = 1;
        loop {
            let mut server = Self::spawn(site, binaries, settings)?;
            match server.ready(&site.cluster).await {
                Ok(()) => return Ok(server),
                Err(Error::Exited { tail, .. })
                    if attempt < PORT_ATTEMPTS && tail.contains("Address already in use") =>
                {
                    tracing::debug!(port = server.port, "the port was taken; trying another");
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn spawn(site: &Site, binaries: &Binaries, settings: &[(String, String)]) -> Result<Self, Error> {
        let (log, stderr) = Log::open(&site.log_file())?;
        let port = free_port()?;
        let program = binaries.dir.join("postgres");
        let mut command = site.account.command(&program);
        command.arg("-D").arg(&site.cluster).stdout(Stdio::null()).stderr(stderr);
        let mut set = |name: &str, value: &str| {
            command.arg("-c").arg(format!("{name}={value}"));
        };
        for (name, value) in SETTINGS {
            set(name, value);
        }
        for (name, value) in settings {
            set(name, value);
        }
        // Last, because the last one counts: these are not the caller's to change.
        set("listen_addresses", "127.0.0.1");
        set("port", &port.to_string());
        set("unix_socket_directories", "");
        set("cluster_name", &process::tag(&site.cluster).unwrap_or_default());

        let child = command.spawn().map_err(Error::io("start", &program))?;
        let pid = child.id().unwrap_or_default();
        Ok(Self { child, pid, port, log })
    }

    /// Waits until the server's own pid file says that it takes connections. A connection would
    /// not do: on a port that was lost to another server, that one would answer.
    async fn ready(&mut self, cluster: &Path) -> Result<(), Error> {
        let started = Instant::now();
        let mut patient = true;
        loop {
            if let Some(status) = self.child.try_wait().map_err(Error::io("watch", cluster))? {
                return Err(self.exited_with(status));
            }
            let file = pid_file::read(cluster);
            if file.is_some_and(|f| f.pid == self.pid && f.port == Some(self.port) && f.ready) {
                return Ok(());
            }
            if started.elapsed() > READY {
                return Err(Error::NotReady {
                    seconds: READY.as_secs(),
                    log: self.log.path.clone(),
                    tail: self.log.tail(),
                });
            }
            if patient && started.elapsed() > Duration::from_secs(3) {
                patient = false;
                tracing::info!(log = %self.log.path.display(), "waiting for PostgreSQL, which may be recovering from a crash");
            }
            sleep(PAUSE).await;
        }
    }

    /// Resolves when the process ends. May be dropped and called again.
    pub(super) async fn exited(&mut self) -> Error {
        match self.child.wait().await {
            Ok(status) => self.exited_with(status),
            Err(error) => Error::io("watch the server that writes", &self.log.path)(error),
        }
    }

    fn exited_with(&self, status: ExitStatus) -> Error {
        Error::Exited { status, log: self.log.path.clone(), tail: self.log.tail() }
    }

    /// Stops the server, more and more firmly, and waits for its end.
    pub(super) async fn stop(&mut self) -> Result<(), Error> {
        for (signal, patience) in LADDER {
            self.signal(signal);
            if timeout(patience, self.child.wait()).await.is_ok() {
                return Ok(());
            }
            tracing::warn!(pid = self.pid, %signal, "PostgreSQL has not ended yet");
        }
        Err(Error::WillNotStop { pid: self.pid })
    }

    /// Sends a signal, unless the process has been waited for: its id may be another's by then.
    fn signal(&self, signal: Signal) {
        if self.child.id().is_some() {
            send(self.pid, signal);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signal(Signal::SIGINT);
    }
}

/// A port that nobody listens on at this moment.
fn free_port() -> Result<u16, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(Error::io("find a free port on", Path::new("127.0.0.1")))
}
