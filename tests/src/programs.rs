//! Programs in other languages, with the packages that `./test` installs for them.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::installed::installed;

/// A program in Python; killed when it is dropped. `program` is a path from the root of the repository.
///
/// # Panics
/// When its packages are not installed.
pub fn python(program: &str) -> Command {
    let interpreter = installed("HOLDFAST_PYTHON", "python", "bin/python");
    let interpreter = interpreter.expect("Python's packages are installed by ./test: run it once");
    let mut command = Command::new(interpreter);
    command.arg(in_repository(program)).kill_on_drop(true);
    command
}

/// A program in Node; killed when it is dropped. `program` is a path from the root of the repository.
///
/// # Panics
/// When its packages are not installed.
pub fn node(program: &str) -> Command {
    let packages = installed("HOLDFAST_NODE_MODULES", "node", "node_modules");
    let packages = packages.expect("Node's packages are installed by ./test: run it once");
    let mut command = Command::new("node");
    command.arg(in_repository(program)).env("NODE_PATH", packages).kill_on_drop(true);
    command
}

/// A client, judge or server that nobody here wrote, driven by a program of `tests/clients`; killed when it is dropped.
///
/// # Panics
/// When its packages are not installed.
pub fn client(program: &str) -> Command {
    let folder = in_repository("tests/clients");
    assert!(folder.join("node_modules").exists(), "the clients are installed by ./test: run it once");
    let mut command = Command::new("node");
    command.arg(folder.join(program)).current_dir(folder).kill_on_drop(true);
    command
}

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
