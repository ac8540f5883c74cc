//! The contract is written down, and is the one that is served.

use std::{fs, path::Path};

use serde_json::json;
use tests::TestSystem;

#[test]
fn the_schema_on_file_is_the_one_that_is_served() {
    const REMEDY: &str =
        "make it anew with `cargo run -p api -- schema > schema.graphql`, and look at the difference";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema.graphql");
    let on_file = fs::read_to_string(&path);
    let on_file = on_file.unwrap_or_else(|error| panic!("schema.graphql can't be read ({error}): {REMEDY}"));
    let served = api::sdl();
    let differing = served.trim().lines().zip(on_file.trim().lines()).find(|(served, filed)| served != filed);
    assert_eq!(differing, None, "schema.graphql is not what is served: {REMEDY}");
    assert_eq!(
        served.trim().lines().count(),
        on_file.trim().lines().count(),
        "schema.graphql is not what is served: {REMEDY}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_can_introspect() {
    let system = TestSystem::idle().await;
    let query = "{ __schema { queryType { name } types { name kind fields { name args { name } } } } }";
    let reply = system.nobody().send(query, json!({})).await;
    let types = reply.field("__schema")["types"].as_array().expect("types");
    assert!(types.iter().any(|kind| kind["name"] == "Booking"), "{types:?}");
    system.finish().await;
}
