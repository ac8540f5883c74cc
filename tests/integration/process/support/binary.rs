//! Where the binary is, and how it is started.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    root.expect("the tests lie in the repository").to_owned()
}

/// A command of the binary, without any variable of ours that it reads, and in a folder where it
/// finds nothing.
pub(crate) fn holdfast(arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments).current_dir("/");
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let is_read = ["HOLDFAST_", "DATABASE_URL", "RUST_", "REDIS_", "KAFKA_", "SCHEMA_REGISTRY_"];
        if is_read.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(&*name);
        }
    }
    command
}

/// `target/debug/holdfast` when the tests are `target/debug/deps/integration-...`.
fn binary() -> PathBuf {
    if let Some(named) = std::env::var_os("HOLDFAST_BIN") {
        return named.into();
    }
    let tests = std::env::current_exe().expect("our own path");
    let name = format!("holdfast{}", std::env::consts::EXE_SUFFIX);
    let beside = tests.ancestors().skip(1).take(2);
    let found = beside.map(|folder| folder.join(&name)).find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!("no `{name}` beside {}: run `cargo build` first, or name one in HOLDFAST_BIN", tests.display())
    })
}
