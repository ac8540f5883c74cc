//! A part of the system: `holdfast` with one of its commands, as a process of its own.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::Error;

/// Begins a session of its own and becomes the program that it is told; of util-linux.
const SESSION: &str = "setsid";
/// How long a process may take to be ready, and to end.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running part; killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Part {
    command: &'static str,
    child: Child,
    log: PathBuf,
    pub(crate) pid: u32,
}

impl Part {
    /// Starts it, and waits for the line that begins with `ready`; gives the rest of that line.
    pub(crate) async fn start(
        program: &Path,
        command: &'static str,
        arguments: &[String],
        ready: &'static str,
        log: PathBuf,
    ) -> Result<(Self, String), Error> {
        let said = File::create(&log).map_err(Error::file(&log))?;
        // Each in a session of its own, as a service manager starts it: the kernel shares the cores out between sessions, and
        // each connection of Postgres is one.
        let mut started = Command::new(SESSION);
        started.arg(program);
        for (name, _) in std::env::vars_os() {
            // What is set for the benchmark is not meant for its parts.
            let name = name.to_string_lossy();
            if ["HOLDFAST_", "DATABASE_", "REDIS_", "KAFKA_"].iter().any(|prefix| name.starts_with(prefix)) {
                started.env_remove(&*name);
            }
        }
        let spawned = started
            .arg(command)
            .args(arguments)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(said)
            .kill_on_drop(true)
            .spawn();
        let mut child = spawned.map_err(|source| Error::Start { program: PathBuf::from(SESSION), source })?;
        let not_ready = || Error::NotReady { command, log: log.clone() };
        let pid = child.id().ok_or_else(not_ready)?;
        let mut lines = BufReader::new(child.stdout.take().ok_or_else(not_ready)?).lines();
        let line = timeout(PATIENCE, async {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some(rest) = line.strip_prefix(ready) {
                    return Some(rest.trim().to_owned());
                }
            }
            None
        });
        let rest = line.await.ok().flatten().ok_or_else(not_ready)?;
        // What it says later is of no use; but it must be able to say it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok((Self { command, child, log, pid }, rest))
    }

    /// Asks it to end, and waits until it has.
    pub(crate) async fn stop(mut self) -> Result<(), Error> {
        let pid = Pid::from_raw(self.pid.try_into().unwrap_or(i32::MAX));
        // Whoever has ended by itself is not to be told; its status is looked at below.
        _ = kill(pid, Signal::SIGTERM);
        let ended =
            timeout(PATIENCE, self.child.wait()).await.map_err(|_| Error::Late("the end of a process"))?;
        let status = ended.map_err(Error::file(&self.log))?;
        if status.success() {
            return Ok(());
        }
        Err(Error::Ended { command: self.command, status, log: self.log.clone() })
    }
}
