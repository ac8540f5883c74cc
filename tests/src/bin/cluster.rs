//! Runs the private Postgres of one test run, for as long as its standard input is open.
//!
//! libtest has no hook for the end of a run, and a test binary can end in many ways: by itself, by a
//! panic, by Ctrl-C, by SIGKILL. In each of them the system closes its end of our standard input.
//! We then stop the server and remove its folder. The first line written says where it is reached.

use std::{
    io::{Read as _, Write as _},
    os::unix::fs::PermissionsExt as _,
};

use db::embedded::{Embedded, Options};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Open to all for entering: as root, the server runs under another account.
    let folder = tempfile::Builder::new()
        .prefix("holdfast-tests-")
        .permissions(std::fs::Permissions::from_mode(0o755))
        .tempdir_in("/tmp")?;
    // Nothing here has to survive a power cut; that the database survives kill -9 needs no fsync.
    let options = Options::new(folder.path())
        .setting("fsync", "off")
        .setting("full_page_writes", "off")
        .setting("max_connections", "400")
        .setting("shared_buffers", "128MB")
        // What a database does not ask for is not counted.
        .setting("shared_preload_libraries", "pg_stat_statements")
        .setting("pg_stat_statements.track", "none")
        .setting("autovacuum_naptime", "10min");
    let cluster = Embedded::start(options).await?;
    // Whoever asked may be gone by now; then there is nobody to tell, and all the more to clear up.
    let told = writeln!(std::io::stdout(), "{}", cluster.url());
    drop(told.and_then(|()| std::io::stdout().flush()));

    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    cluster.stop().await?;
    folder.close()?;
    Ok(())
}
