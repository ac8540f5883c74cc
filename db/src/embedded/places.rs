//! The folders in which systems keep their `PostgreSQL` servers.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::looked::Looked;

/// Names the folder to use before any other.
const VARIABLE: &str = "HOLDFAST_PG_BIN";

/// Folders of servers side by side: parent, what stands before the version, what comes below.
const VERSIONED: [(&str, &str, &str); 9] = [
    ("/usr/lib/postgresql", "", "bin"),          // Debian, Ubuntu
    ("/usr", "pgsql-", "bin"),                   // Fedora, RHEL: the project's own packages
    ("/usr/lib", "postgresql", "bin"),           // openSUSE
    ("/usr/lib64", "postgresql-", "bin"),        // Gentoo
    ("/usr/libexec", "postgresql", ""),          // Alpine
    ("/opt/homebrew/opt", "postgresql@", "bin"), // Homebrew on Apple silicon
    ("/usr/local/opt", "postgresql@", "bin"),    // Homebrew on Intel
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// All folders worth a look, the best first, and the places of which nothing came.
pub(super) async fn usual() -> (Vec<PathBuf>, Vec<Looked>) {
    let mut folders = Vec::new();
    let mut empty = Vec::new();
    match std::env::var_os(VARIABLE) {
        Some(dir) => folders.push(PathBuf::from(dir)),
        None => empty.push(Looked::nothing(format!("${VARIABLE}").into())),
    }
    for (parent, prefix, below) in VERSIONED {
        let (found, pattern) = versions(Path::new(parent), prefix, below);
        if found.is_empty() {
            empty.push(Looked::nothing(pattern));
        }
        folders.extend(found);
    }
    folders.push("/usr/local/pgsql/bin".into());
    match pg_config().await {
        Some(dir) => folders.push(dir),
        None => empty.push(Looked::nothing("`pg_config --bindir`".into())),
    }
    if let Some(path) = std::env::var_os("PATH") {
        folders.extend(std::env::split_paths(&path).filter(|dir| dir.is_absolute()));
    }
    (without_repeats(folders), empty)
}

/// The folders `parent/<prefix><version>/below`, the newest first, and that pattern for messages.
pub(super) fn versions(parent: &Path, prefix: &str, below: &str) -> (Vec<PathBuf>, PathBuf) {
    let mut found: Vec<(Vec<u32>, PathBuf)> = std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(prefix)?;
            let numbers: Result<Vec<u32>, _> = version.split('.').map(str::parse).collect();
            Some((numbers.ok()?, entry.path().join(below)))
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    let pattern = parent.join(format!("{prefix}*")).join(below);
    (found.into_iter().map(|(_, dir)| dir).collect(), pattern)
}

async fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let dir = PathBuf::from(text.trim());
    (output.status.success() && dir.is_absolute()).then_some(dir)
}

fn without_repeats(folders: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut unique: Vec<PathBuf> = Vec::with_capacity(folders.len());
    for dir in folders {
        if !unique.contains(&dir) {
            unique.push(dir);
        }
    }
    unique
}
