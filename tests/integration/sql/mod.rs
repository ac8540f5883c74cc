//! The tests that are written in SQL: pgTAP files under `tests/sql/`, and interleavings under
//! `tests/isolation/`.

mod isolation;
mod pgtap;
mod programs;
mod tap;

use std::path::{Path, PathBuf};

/// The root of the repository, which paths in SQL tests start from.
pub(crate) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    root.expect("this package is a folder of the repository").to_owned()
}

/// The files below a folder whose name ends so, in order.
pub(crate) fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files.extend(files_below(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// A path as it is written in the repository.
pub(crate) fn name_of(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
