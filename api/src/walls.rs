//! The walls between the floors, as a test: what a crate graph can't say, since
//! the binary of this package does import the workers.

use std::{fs, path::Path};

/// Every line of Rust below a folder that has one of the words, as `file:line`.
fn lines_with(folder: &Path, except: Option<&Path>, words: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.expect("an entry")) {
        let path = entry.path();
        if Some(path.as_path()) == except {
            continue;
        }
        if path.is_dir() {
            found.extend(lines_with(&path, except, words));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let bad =
                text.lines().enumerate().filter(|(_, line)| words.iter().any(|word| line.contains(word)));
            found.extend(bad.map(|(at, _)| format!("{}:{}", path.display(), at + 1)));
        }
    }
    found
}

/// The path prefix of a crate, put together so that this file does not hold it.
fn prefix(name: &str) -> String {
    format!("{name}::")
}

#[test]
fn the_library_knows_neither_the_workers_nor_the_driver() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let main = sources.join("main");
    assert_eq!(lines_with(&sources, Some(&main), &[prefix("jobs"), prefix("sqlx")]), [""; 0]);
}

#[test]
fn the_workers_and_the_binary_do_not_know_the_driver() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in [package.join("../jobs/src"), package.join("../bench/src"), package.join("src/main")] {
        assert_eq!(lines_with(&folder, None, &[prefix("sqlx")]), [""; 0]);
    }
}
