//! GraphQL over HTTP, by the audits of its reference implementation; and how answers are packed.

use tests::{Goods, TestSystem};

use super::Program;

/// How many audits there are in the version that is installed.
const AUDITS: usize = 61;

#[tokio::test(flavor = "multi_thread")]
async fn every_audit_of_the_reference_implementation_passes() {
    let system = TestSystem::idle().await;
    let url = format!("{}/graphql", system.nobody().url());
    let results = Program::run("audit.js", &[&url]).await;
    let (passed, failed): (Vec<_>, Vec<_>) = results.iter().partition(|result| result["status"] == "ok");
    println!("{} of {} audits passed", passed.len(), results.len());
    for result in failed {
        println!("{result:#}");
    }
    assert_eq!((passed.len(), results.len()), (AUDITS, AUDITS));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_packed_as_the_client_likes_it() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default().slots(20)).await;
    let url = format!("{}/graphql", system.nobody().url());
    let query = format!(
        "{{ slots(listingId: \"{}\", first: 20) {{ edges {{ node {{ id startsAt }} }} }} }}",
        shop.listing
    );
    let results = Program::run("encodings.js", &[&url, &query]).await;
    assert_eq!(results.len(), 3);
    for result in results {
        assert_eq!(result["used"], result["encoding"], "{result}");
        let edges = result["body"]["data"]["slots"]["edges"].as_array();
        assert_eq!(edges.map(Vec::len), Some(20), "{result}");
    }
    system.finish().await;
}
