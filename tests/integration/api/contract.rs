//! The schema as others judge it: their linters, their compilers, and those who compare releases.
//!
//! Each judge sees the schema of the repository, which another test keeps equal to what is served, and then one with a
//! fault, to show that it would say so.

use std::{collections::BTreeSet, fs, path::Path};

use tempfile::NamedTempFile;

use super::judge::judge;

const SCHEMA: &str = "../../schema.graphql";
const RELEASED: &str = "../../docs/schema/released.graphql";
const CHANGES: &str = "../../docs/schema/CHANGES.md";

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A text in a file of its own.
fn on_file(text: &str) -> NamedTempFile {
    let file = tempfile::Builder::new().suffix(".graphql").tempfile().expect("a file");
    fs::write(file.path(), text).expect("it can be written");
    file
}

/// The schema of the repository with a fault: one text replaced once.
fn faulty(text: &str, fault: &str) -> NamedTempFile {
    let schema = read("schema.graphql");
    assert!(schema.contains(text), "the fault can't be planted: `{text}` is not in the schema");
    on_file(&schema.replacen(text, fault, 1))
}

fn path(file: &NamedTempFile) -> &str {
    file.path().to_str().expect("a path of plain characters")
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_described() {
    let said = judge("describe.js", &[SCHEMA]).await.passed();
    assert!(!said.starts_with("0 elements"), "{said}");
    for (text, element) in [
        ("  \"\"\"\n  The short code that people read to one another.\n  \"\"\"\n", "Booking.reference"),
        ("  \"\"\"\n  Its places are sold.\n  \"\"\"\n", "BookingStatus.CONFIRMED"),
        ("    \"\"\"\n    Only seats of this section.\n    \"\"\"\n", "Slot.seats.section"),
        ("\"\"\"\nOne line asked for.\n\"\"\"\n", "BookingLineInput"),
    ] {
        let schema = faulty(text, "");
        judge("describe.js", &[path(&schema)]).await.refused_with(&format!("not described: {element}\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn graphql_eslint_has_nothing_to_say() {
    judge("lint.js", &[SCHEMA]).await.passed();
    for (text, fault, rule) in [
        ("  hasNextPage: Boolean!", "  hasNextPage: Boolean", "relay-page-info"),
        ("  cursor: String!\n", "  cursor: [String!]!\n", "relay-edge-types"),
        ("  inProgress: Boolean!", "  in_progress: Boolean!", "naming-convention"),
        ("  reference: String!", "  bookingReference: String!", "no-typename-prefix"),
    ] {
        let schema = faulty(text, fault);
        judge("lint.js", &[path(&schema)]).await.refused_with(rule);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn relays_compiler_takes_a_front_ends_documents() {
    judge("relay.js", &[SCHEMA]).await.passed();
    let schema = faulty("  hasNextPage: Boolean!", "  hasMore: Boolean!");
    judge("relay.js", &[path(&schema)]).await.refused_with("has no field `hasNextPage`");
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_types_say_what_is_meant() {
    judge("codegen.js", &[SCHEMA]).await.passed();
    let schema = faulty("  amount: Decimal!", "  amount: Float!");
    judge("codegen.js", &[path(&schema)]).await.refused_with("Unused '@ts-expect-error' directive");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_clients_is_deprecated_first_and_noted() {
    judge("breaking.js", &[RELEASED, SCHEMA, CHANGES]).await.passed();

    let present = read("schema.graphql");
    let with = |field: &str| on_file(&format!("{present}\nextend type Booking {{\n  {field}\n}}\n"));
    let plain = with("colour: String");
    let deprecated = with("colour: String @deprecated(reason: \"It has none.\")");
    let (none, noted) =
        (on_file("# Changes\n"), on_file("- `FIELD_REMOVED` `Booking.colour`: it never had one.\n"));

    let verdict = judge("breaking.js", &[path(&deprecated), SCHEMA, path(&none)]).await;
    verdict.refused_with("no note of what breaks clients: FIELD_REMOVED Booking.colour");
    let verdict = judge("breaking.js", &[path(&plain), SCHEMA, path(&noted)]).await;
    verdict.refused_with("removed and never deprecated: FIELD_REMOVED Booking.colour");
    judge("breaking.js", &[path(&deprecated), SCHEMA, path(&noted)]).await.passed();
    // What is new, and what is deprecated, breaks nobody.
    judge("breaking.js", &[SCHEMA, path(&plain), path(&none)]).await.passed();
    judge("breaking.js", &[path(&plain), path(&deprecated), path(&none)]).await.passed();
}

/// The codes in the first column of the tables under a heading of `docs/graphql.md`.
fn documented(heading: &str) -> BTreeSet<String> {
    let page = read("docs/graphql.md");
    let (_, rest) = page.split_once(heading).unwrap_or_else(|| panic!("there is no {heading}"));
    let section = rest.split("\n## ").next().expect("a section");
    let codes = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    codes.map(|(code, _)| code.to_owned()).collect()
}

#[test]
fn every_code_of_an_error_is_on_the_page_for_front_ends() {
    let source = read("api/src/graphql/errors.rs");
    let source = source.split("#[cfg(test)]").next().expect("what is no test");
    let is_code = |text: &str| {
        text.len() > 4 && text.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
    };
    let literals = source.split('"').skip(1).step_by(2);
    let codes: BTreeSet<String> = literals.filter(|text| is_code(text)).map(str::to_owned).collect();
    assert!(codes.contains("UNAUTHENTICATED"), "{codes:?}");
    assert_eq!(documented("\n## Errors"), codes);
}

#[test]
fn every_code_of_a_refusal_is_on_the_page_for_front_ends() {
    let schema = read("schema.graphql");
    let (_, rest) = schema.split_once("enum UserErrorCode {\n").expect("the codes");
    let body = rest.split("\n}").next().expect("its body");
    let codes: BTreeSet<String> = body
        .lines()
        .map(|line| line.trim().to_owned())
        .filter(|line| {
            !line.is_empty() && line.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
        })
        .collect();
    assert!(codes.contains("SOLD_OUT"), "{codes:?}");
    assert_eq!(documented("\n## Refusals"), codes);
}
