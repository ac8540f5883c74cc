//! The `holdfast` binary as a process that may be killed at any moment.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::{Arc, OnceLock},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::process::support::holdfast;

/// One process; killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    /// The first line that it wrote, once it has.
    first_line: Arc<OnceLock<String>>,
    log: PathBuf,
}

impl Process {
    /// Starts it with these flags and variables; what it says on standard error is added to a file.
    pub(crate) fn start(arguments: &[String], variables: &[(&str, &str)], log: &Path) -> Self {
        let flags: Vec<_> = arguments.iter().map(String::as_str).collect();
        let append = File::options().create(true).append(true).open(log).expect("the folder is ours");
        let mut child = Command::from(holdfast(&flags))
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(append)
            .kill_on_drop(true)
            .spawn()
            .expect("the binary can be started");
        let first_line = Arc::new(OnceLock::new());
        let (heard, out) = (Arc::clone(&first_line), child.stdout.take().expect("it is piped"));
        tokio::spawn(async move {
            let mut lines = BufReader::new(out).lines();
            // Read to the end, so that a full pipe never holds the process up.
            while let Ok(Some(line)) = lines.next_line().await {
                heard.get_or_init(|| line);
            }
        });
        Self { child, first_line, log: log.to_owned() }
    }

    /// What it said first.
    pub(crate) async fn said(&self) -> String {
        let said =
            tests::until("the process says that it is there", || async { self.first_line.get().cloned() });
        said.await
    }

    /// The name that a worker gave itself.
    pub(crate) fn name(&self) -> Option<String> {
        let rest = self.first_line.get()?.strip_prefix("Working as ")?;
        rest.split(' ').next().map(str::to_owned)
    }

    /// All that its log holds.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("its log is text")
    }

    /// Waits until it has ended by itself; false when that takes too long.
    pub(crate) async fn ended_within(&mut self, limit: Duration) -> bool {
        tokio::time::timeout(limit, self.child.wait()).await.is_ok()
    }

    /// Waits for its end; whether it had done what it was to do.
    pub(crate) async fn succeeds(&mut self) -> bool {
        self.child.wait().await.expect("it is our child").success()
    }

    /// Whether it runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("it is our child").is_none()
    }

    /// Kills it with SIGKILL; false when it had ended by itself.
    pub(crate) async fn kill(&mut self) -> bool {
        let was_running = self.is_running();
        self.child.kill().await.expect("it can be waited for");
        was_running
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) async fn stop(mut self) -> ExitStatus {
        if let Some(pid) = self.child.id().and_then(|pid| i32::try_from(pid).ok()) {
            kill(Pid::from_raw(pid), Signal::SIGTERM).expect("it is there to be told");
        }
        self.child.wait().await.expect("it is our child")
    }
}
