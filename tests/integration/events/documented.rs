//! `docs/events.md` is the contract: it names every event that there is.

use std::{collections::BTreeSet, fs, path::Path};

/// The texts between quotes in the routines of a context that are types of events.
fn types_in(folder: &Path) -> BTreeSet<String> {
    let files = fs::read_dir(folder).expect("a folder of routines").flatten();
    let texts =
        files.filter(|file| file.path().is_file()).map(|file| fs::read_to_string(file.path()).expect("SQL"));
    let is_type = |text: &str| {
        text.split_once('.').is_some_and(|(of, what)| {
            ["booking", "payment", "slot", "delivery"].contains(&of)
                && !what.is_empty()
                && what.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        })
    };
    texts
        .flat_map(|text| {
            let quoted = text.split('\'').skip(1).step_by(2);
            quoted.filter(|text| is_type(text)).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_type_of_event_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let contexts = ["booking", "payment", "saga", "inventory", "notification"];
    let types: BTreeSet<_> =
        contexts.iter().flat_map(|context| types_in(&root.join("sql").join(context))).collect();
    assert!(types.len() > 15, "the types are there: {types:?}");
    let document = fs::read_to_string(root.join("docs/events.md")).expect("the document");
    let silent: Vec<_> =
        types.iter().filter(|kind| !document.contains(&format!("`holdfast.{kind}`"))).collect();
    assert!(silent.is_empty(), "docs/events.md says nothing of {silent:?}");
}
