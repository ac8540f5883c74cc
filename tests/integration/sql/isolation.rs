//! Every spec under `tests/isolation/`: two operations that can race, in each order that matters.
//!
//! The steps call what `tests/sql/helpers.sql` defines. What a spec should come to is in
//! `tests/isolation/expected/`, written by hand or read with care before it is put there.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use tests::Database;
use tokio::process::Command;

use super::{
    files_below, name_of,
    programs::{all_of, isolation_tester, psql},
    root,
};

#[tokio::test(flavor = "multi_thread")]
async fn every_interleaving_comes_to_what_is_expected() {
    let folder = root().join("tests/isolation");
    let specs = files_below(&folder, "spec");
    assert!(!specs.is_empty(), "there are no specs under tests/isolation");
    let mut faults = Vec::new();
    for spec in &specs {
        let name = spec.file_stem().expect("a spec has a name").to_string_lossy();
        let expected = folder.join("expected").join(format!("{name}.out"));
        let found = run(spec).await;
        let permutations = found.matches("starting permutation:").count();
        println!("{name:<30} {permutations:>3} permutations");
        faults.extend(difference(spec, &expected, &found).await);
    }
    for stray in files_below(&folder.join("expected"), "out") {
        let name = stray.file_stem().expect("a file has a name");
        if !specs.iter().any(|spec| spec.file_stem() == Some(name)) {
            faults.push(format!("{} belongs to no spec", name_of(&stray)));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Runs one spec in a database of its own and gives what the tester wrote.
async fn run(spec: &Path) -> String {
    let database = Database::create().await;
    let helpers = psql(&database, &root().join("tests/sql/helpers.sql"))
        .arg("--single-transaction")
        .output()
        .await
        .expect("psql can be started");
    assert!(helpers.status.success(), "{}", all_of(&helpers));

    let text = fs::File::open(spec).expect("a spec can be read");
    let output = Command::new(isolation_tester())
        .arg(&database.url)
        .stdin(Stdio::from(text))
        .output()
        .await
        .expect("isolationtester can be started");
    database.drop().await;
    all_of(&output)
}

/// How what was found differs from what was expected, if it does.
async fn difference(spec: &Path, expected: &Path, found: &str) -> Option<String> {
    let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(expected.file_name()?);
    if !expected.is_file() {
        fs::write(&kept, found).expect("the output can be kept");
        return Some(format!("{} is missing; what was found is in {}", name_of(expected), kept.display()));
    }
    let wanted = fs::read_to_string(expected).expect("what is expected can be read");
    if wanted == found {
        return None;
    }
    fs::write(&kept, found).expect("the output can be kept");
    let output = Command::new("diff").arg("--unified").args([expected, &kept]).output().await;
    Some(format!("== {}\n{}", name_of(spec), all_of(&output.expect("diff can be started"))))
}
