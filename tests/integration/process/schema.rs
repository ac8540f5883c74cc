//! `holdfast schema`.

use super::support::{Running, holdfast, repository};

#[test]
fn the_schema_in_the_repository_is_the_one_that_the_binary_serves() {
    let path = repository().join("schema.graphql");
    let committed = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; write it with `holdfast schema`", path.display()));
    let printed = Running::start(&mut holdfast(&["schema"])).end();
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    let differs = committed.lines().zip(printed.stdout.lines()).position(|(ours, theirs)| ours != theirs);
    assert_eq!(
        differs.map(|line| line + 1),
        None,
        "the first line that differs; write it anew with `holdfast schema > schema.graphql`"
    );
    assert_eq!(committed.lines().count(), printed.stdout.lines().count());
}
