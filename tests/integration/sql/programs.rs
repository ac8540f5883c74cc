//! The programs of Postgres that run SQL tests.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use tests::Database;
use tokio::process::Command;

use super::root;

/// Installations of Postgres, the newest first, as Debian lays them out.
fn installations() -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir("/usr/lib/postgresql") else { return Vec::new() };
    let mut found: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .collect();
    found.sort_unstable_by(|left, right| right.cmp(left));
    found.into_iter().map(|(_, path)| path).collect()
}

/// A program of the newest installation that has it.
fn of_postgres(path: &str) -> PathBuf {
    let program = installations().into_iter().map(|folder| folder.join(path)).find(|path| path.is_file());
    program.unwrap_or_else(|| panic!("no `/usr/lib/postgresql/*/{path}`: install Debian's `postgresql`"))
}

/// What runs interleavings.
pub(super) fn isolation_tester() -> PathBuf {
    of_postgres("lib/pgxs/src/test/isolation/isolationtester")
}

/// `psql` on a database, for a file of the repository: it stops at the first error.
pub(super) fn psql(database: &Database, file: &Path) -> Command {
    let mut command = Command::new(of_postgres("bin/psql"));
    command
        .args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only"])
        .args(["--set", "ON_ERROR_STOP=1", "--dbname", &database.url, "--file"])
        .arg(file)
        // Nothing in a test waits for long, unless it waits for ever.
        .env("PGOPTIONS", "-c statement_timeout=60s -c lock_timeout=20s")
        .current_dir(root());
    command
}

/// What a program wrote, its errors last.
pub(super) fn all_of(output: &Output) -> String {
    let (told, errors) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(told), String::from_utf8_lossy(errors))
}
