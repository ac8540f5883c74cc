//! `postmaster.pid`: what a running server says of itself.

use std::path::{Path, PathBuf};

/// What we need of the file (its lines 1, 4 and 8).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    pub(super) pid: u32,
    pub(super) port: Option<u16>,
    pub(super) ready: bool,
}

/// Where it is.
pub(super) fn path(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}

/// Reads it; nothing if there is none, or it is not written yet.
pub(super) fn read(cluster: &Path) -> Option<PidFile> {
    parse(&std::fs::read_to_string(path(cluster)).ok()?)
}

fn parse(text: &str) -> Option<PidFile> {
    let mut lines = text.lines();
    // A negative number is that of a server in single-user mode.
    let pid: i32 = lines.next()?.trim().parse().ok()?;
    let port = lines.nth(2).and_then(|line| line.trim().parse().ok());
    let ready = lines.nth(3).is_some_and(|line| line.trim() == "ready");
    Some(PidFile { pid: pid.unsigned_abs(), port, ready })
}

#[cfg(test)]
mod tests {
    use super::{PidFile, parse};

    #[test]
    fn reads_a_file_in_every_stage_of_its_writing() {
        let whole = "4711\n/data/cluster\n1700000000\n5433\n\n127.0.0.1\n  16909  98\nready   \n";
        let pid_file = |port, ready| Some(PidFile { pid: 4711, port, ready });
        assert_eq!(parse(whole), pid_file(Some(5433), true));
        assert_eq!(parse(&whole.replace("ready", "starting")), pid_file(Some(5433), false));
        assert_eq!(parse("4711\n/data/cluster\n"), pid_file(None, false));
        assert_eq!(parse(""), None);
    }
}
