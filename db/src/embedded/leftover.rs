//! Servers that outlived the process that started them (it was killed with SIGKILL).

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::{Instant, sleep};

use super::error::Error;
use super::pid_file;
use super::process::{self, Process};

/// What a server is sent, one after the other, and how long it then has to end: a fast shutdown,
/// an immediate one, the end.
pub(super) const LADDER: [(Signal, Duration); 3] = [
    (Signal::SIGINT, Duration::from_secs(10)),
    (Signal::SIGQUIT, Duration::from_secs(6)),
    (Signal::SIGKILL, Duration::from_secs(3)),
];

const PAUSE: Duration = Duration::from_millis(20);

/// Ends every process of an earlier run in this cluster, and clears away its pid file if that
/// would stop a new server. The caller holds the lock of the data directory.
pub(super) async fn stop(cluster: &Path) -> Result<(), Error> {
    let Some(tag) = process::tag(cluster) else {
        return Ok(());
    };
    for (signal, patience) in LADDER {
        let targets = targets(cluster, &tag);
        if targets.is_empty() {
            break;
        }
        tracing::warn!(pids = ?targets, %signal, "stopping the PostgreSQL server of an earlier run");
        for pid in targets {
            send(pid, signal);
        }
        let deadline = Instant::now() + patience;
        while !remaining(cluster, &tag).is_empty() && Instant::now() < deadline {
            sleep(PAUSE).await;
        }
    }
    if let Some(process) = remaining(cluster, &tag).first() {
        return Err(Error::Leftover { pid: process.pid, cluster: cluster.to_owned() });
    }
    clear_pid_file(cluster, &tag)
}

/// Sends a signal. A process that is gone already is no failure.
pub(super) fn send(pid: u32, signal: Signal) {
    if let Err(error) = kill(Pid::from_raw(pid.cast_signed()), signal) {
        tracing::debug!(pid, %signal, %error, "signal not delivered");
    }
}

fn remaining(cluster: &Path, tag: &str) -> Vec<Process> {
    let mut processes = process::all();
    processes.retain(|process| process.serves(cluster, tag));
    processes
}

/// Whom to signal: the postmaster, who ends the others in good order; without it, all of them.
fn targets(cluster: &Path, tag: &str) -> Vec<u32> {
    let pids: Vec<u32> = remaining(cluster, tag).iter().map(|p| p.pid).collect();
    match pid_file::read(cluster) {
        Some(file) if pids.contains(&file.pid) => vec![file.pid],
        _ => pids,
    }
}

/// The server clears away the file of a dead predecessor itself, but not when that pid is a zombie,
/// or has gone to another process of the same account, as it does when a container restarts.
fn clear_pid_file(cluster: &Path, tag: &str) -> Result<(), Error> {
    let Some(file) = pid_file::read(cluster) else {
        return Ok(());
    };
    let might_be_ours =
        |process: &Process| process.pid == file.pid && process.is_postgres() && !process.has_other_tag(tag);
    if process::all().iter().any(might_be_ours) {
        return Ok(());
    }
    let path = pid_file::path(cluster);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("remove", &path)(error)),
        _ => Ok(()),
    }
}
