//! Databases that are not `holdfast dev`'s own affair.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use db::embedded::{Embedded, Options};
use tempfile::TempDir;

use super::client::block_on;

/// A server with an empty database; stopped when dropped.
pub(crate) struct PrivatePostgres {
    server: Option<Embedded>,
    // Dropped after the server.
    _folder: TempDir,
}

impl PrivatePostgres {
    /// Starts one.
    pub(crate) fn start() -> Self {
        let made = tempfile::Builder::new()
            .prefix("holdfast-postgres-")
            .permissions(fs::Permissions::from_mode(0o755))
            .tempdir_in("/tmp");
        let folder = made.expect("a folder under /tmp");
        let options = Options::new(folder.path()).setting("fsync", "off");
        let server = block_on(Embedded::start(options)).expect("a Postgres");
        Self { server: Some(server), _folder: folder }
    }

    /// How it is reached as superuser.
    pub(crate) fn url(&self) -> String {
        self.server.as_ref().expect("it runs until dropped").url()
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        let stopped = self.server.take().map(|server| block_on(server.stop()));
        assert!(
            std::thread::panicking() || stopped.is_some_and(|stopped| stopped.is_ok()),
            "the private Postgres does not stop"
        );
    }
}

/// What `psql` answers to a statement: rows as lines, values parted by `|`.
pub(crate) fn sql(database_url: &str, statement: &str) -> String {
    let output = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
        .args(["--set=ON_ERROR_STOP=1", "--command", statement, database_url])
        .output()
        .expect("these tests look into databases with `psql`");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{statement}: {said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
