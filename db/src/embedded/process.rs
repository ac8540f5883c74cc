//! The server's processes, as the system lists them.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// One process.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) pid: u32,
    /// The first word of the command line, or the whole title if the process has set one.
    program: String,
    /// The command line, joined by spaces.
    command: String,
}

/// A name for the running cluster that appears in the command line or title of each of its
/// processes (`cluster_name`). Made of the folder's identity, so that it outlives a rename and no
/// cluster of another container or machine has it.
pub(super) fn tag(cluster: &Path) -> Option<String> {
    let meta = cluster.metadata().ok()?;
    let digest = Sha256::digest(format!("{}:{}", meta.dev(), meta.ino()));
    Some(format!("holdfast-{}", &format!("{digest:x}")[..12]))
}

impl Process {
    /// Whether it is a server process at all.
    pub(super) fn is_postgres(&self) -> bool {
        let name = self.program.rsplit('/').next().unwrap_or_default();
        self.program.starts_with("postgres:") || matches!(name, "postgres" | "postmaster")
    }

    /// Whether it is a process of this cluster, started by us or by hand.
    pub(super) fn serves(&self, cluster: &Path, tag: &str) -> bool {
        let by_hand = format!(" -D {}", cluster.display());
        let named = |what: &str| {
            self.command.match_indices(what).any(|(at, _)| ends_a_word(&self.command[at + what.len()..]))
        };
        self.is_postgres() && (named(tag) || named(&by_hand))
    }

    /// Whether another cluster of ours has it.
    pub(super) fn has_other_tag(&self, tag: &str) -> bool {
        self.command.contains("holdfast-") && !self.command.contains(tag)
    }
}

fn ends_a_word(rest: &str) -> bool {
    matches!(rest.chars().next(), None | Some(' ' | ':'))
}

/// All processes that have a command line: zombies have none.
#[cfg(target_os = "linux")]
pub(super) fn all() -> Vec<Process> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let bytes = std::fs::read(entry.path().join("cmdline")).ok()?;
            let text = String::from_utf8_lossy(&bytes);
            let program = text.split('\0').next()?.trim().to_owned();
            let command = text.replace('\0', " ").trim().to_owned();
            (!command.is_empty()).then_some(Process { pid, program, command })
        })
        .collect()
}

/// All processes, as `ps` lists them; a zombie's command is in brackets or parentheses.
#[cfg(not(target_os = "linux"))]
pub(super) fn all() -> Vec<Process> {
    let output = std::process::Command::new("ps").args(["-axww", "-o", "pid=,command="]).output();
    let text =
        output.map_or_else(|_| String::new(), |output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.lines()
        .filter_map(|line| {
            let (pid, command) = line.trim().split_once(' ')?;
            let command = command.trim().to_owned();
            Some(Process {
                pid: pid.parse().ok()?,
                program: command.split(" -D ").next()?.to_owned(),
                command,
            })
        })
        .collect()
}
