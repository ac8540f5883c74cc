//! Every file under `tests/sql/`, each in a transaction that is rolled back.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Mutex,
    thread::available_parallelism,
};

use futures::future::join_all;
use tests::Database;

use super::{
    files_below, name_of,
    programs::{all_of, psql},
    root,
    tap::judge,
};

/// What the other files include.
const HELPERS: &str = "helpers.sql";

#[tokio::test(flavor = "multi_thread")]
async fn every_sql_test_keeps_its_plan() {
    let files: Vec<_> = files_below(&root().join("tests/sql"), "sql")
        .into_iter()
        .filter(|file| !file.ends_with(HELPERS))
        .collect();
    assert!(!files.is_empty(), "there are no files under tests/sql");
    let (count, waiting) = (files.len(), Mutex::new(files));
    // Two tests of one database would wait for each other's rows, which are only rolled back at the end.
    let workers = available_parallelism().map_or(1, usize::from).min(count);
    let results = join_all((0..workers).map(|_| run_all(&waiting))).await;

    let mut folders: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut faults = Vec::new();
    let mut total = 0;
    for result in results.into_iter().flatten() {
        let folder = folders.entry(result.folder).or_default();
        folder.0 += 1;
        folder.1 += result.tests;
        total += result.tests;
        faults.extend(result.fault);
    }
    for (folder, (files, tests)) in &folders {
        println!("{folder:<60} {files:>3} files {tests:>4} tests");
    }
    println!("{count} files, {total} tests, {} files at fault", faults.len());
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// What one file came to.
struct Ran {
    folder: String,
    tests: usize,
    fault: Option<String>,
}

/// Runs files in a database of its own for as long as there are any.
async fn run_all(waiting: &Mutex<Vec<PathBuf>>) -> Vec<Ran> {
    let database = Database::create().await;
    // It ships with no server: Debian has it as a package of its own, which `./test` installs.
    database.execute("create extension if not exists pgtap").await;
    let mut ran = Vec::new();
    loop {
        let next = waiting.lock().expect("no test has panicked").pop();
        let Some(file) = next else { break };
        ran.push(run(&database, &file).await);
    }
    database.drop().await;
    ran
}

async fn run(database: &Database, file: &Path) -> Ran {
    let output = psql(database, file).output().await.expect("psql can be started");
    let text = all_of(&output);
    let mut verdict = judge(&text);
    if !output.status.success() {
        verdict.faults.push(format!("psql ended with {}", output.status));
    }
    let fault = (!verdict.faults.is_empty())
        .then(|| format!("== {}\n{}\n-- all it said:\n{text}", name_of(file), verdict.faults.join("\n")));
    let folder = file.parent().map(name_of).unwrap_or_default();
    Ran { folder, tests: verdict.tests, fault }
}
