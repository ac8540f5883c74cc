//! A data directory for `holdfast`, and the Postgres that it leaves in it.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use tempfile::TempDir;

use super::wait::within_limit;

/// A folder of one test, with room for a data directory that does not exist yet. In the end, the
/// Postgres of that directory is stopped if a killed process left it running.
pub(crate) struct DataDir(TempDir);

impl DataDir {
    /// A new one, which the unprivileged account of Postgres may enter.
    pub(crate) fn new() -> Self {
        let made = tempfile::Builder::new()
            .prefix("holdfast-process-")
            .permissions(fs::Permissions::from_mode(0o755))
            .tempdir_in("/tmp");
        Self(made.expect("a folder under /tmp"))
    }

    /// A place for files of the test.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A file of the test, written.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.file(name);
        fs::write(&path, content).expect("the folder is ours");
        path.into_os_string().into_string().expect("a plain name")
    }

    /// The data directory.
    pub(crate) fn path(&self) -> PathBuf {
        self.file("data")
    }

    /// The same, as a flag's value.
    pub(crate) fn flag(&self) -> String {
        format!("--data-dir={}", self.path().display())
    }

    /// How its Postgres is reached as superuser, while it runs.
    pub(crate) fn database_url(&self) -> String {
        let read = |name: &str| fs::read_to_string(self.path().join(name)).expect(name);
        let password = read("postgres-password");
        let pid_file = read("cluster/postmaster.pid");
        let port = pid_file.lines().nth(3).expect("the port is its fourth line");
        let password = password.trim();
        format!("postgres://holdfast:{password}@127.0.0.1:{port}/holdfast")
    }

    /// How many lines the journal of its only replay has.
    pub(crate) fn journal_lines(&self) -> usize {
        let names = fs::read_dir(self.path()).into_iter().flatten().flatten();
        let journal =
            names.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|end| end == "journal"));
        let text = journal.map_or_else(Vec::new, |path| fs::read(path).expect("a journal"));
        text.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")).count()
    }

    /// Fails the test unless its Postgres is gone.
    pub(crate) fn assert_no_postgres(&self) {
        let left = processes_in(&self.cluster());
        assert!(left.is_empty(), "Postgres is still running: {left:?}");
    }

    /// Whether its Postgres runs.
    pub(crate) fn has_postgres(&self) -> bool {
        !processes_in(&self.cluster()).is_empty()
    }

    fn cluster(&self) -> PathBuf {
        self.path().join("cluster")
    }
}

impl Drop for DataDir {
    fn drop(&mut self) {
        let cluster = self.cluster();
        let in_it = processes_in(&cluster);
        let postmaster = fs::read_to_string(cluster.join("postmaster.pid"))
            .ok()
            .and_then(|text| text.lines().next()?.trim().parse().ok())
            .map(Pid::from_raw);
        // The pid alone could be another process by now.
        let postmaster = postmaster.filter(|pid| in_it.contains(pid));
        for pid in postmaster.map_or(in_it.clone(), |pid| vec![pid]) {
            // Whoever has just ended by itself can't be told to.
            _ = signal::kill(pid, Signal::SIGINT);
        }
        let gone = within_limit(|| processes_in(&cluster).is_empty().then_some(()));
        assert!(gone.is_some() || std::thread::panicking(), "the orphaned Postgres does not end");
    }
}

/// The processes that work in a folder, as each process of Postgres does in its cluster.
fn processes_in(folder: &Path) -> Vec<Pid> {
    let all = fs::read_dir("/proc").expect("these tests read /proc, which Linux has");
    let works_there =
        |pid: &i32| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|working| working == folder);
    all.flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(works_there)
        .map(Pid::from_raw)
        .collect()
}
