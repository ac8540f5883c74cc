//! Answers in fewer bytes, for who can unpack them, where that is worth it.

use serde_json::json;
use tests::TestSystem;

/// What fits into one packet as it is, in bytes.
const ONE_PACKET: usize = 1_024;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_packed_when_it_is_long() {
    let system = TestSystem::idle().await;
    let client = system.customer("ana");
    let many: Vec<String> =
        (0..40).map(|number| format!("a_rather_long_name_{number}: __typename")).collect();
    let many = many.join(" ");
    for (query, packed) in [("{ __typename }".to_owned(), false), (format!("{{ {many} }}"), true)] {
        for coding in ["gzip", "br"] {
            let asked = reqwest::Client::new()
                .post(format!("{}/graphql", client.url()))
                .header("accept-encoding", coding)
                .json(&json!({ "query": query }));
            let response = asked.send().await.expect("the API answers");
            assert_eq!(response.status(), 200);
            let found = response.headers().get("content-encoding").map(|value| value.as_bytes().to_vec());
            let bytes = response.bytes().await.expect("a body");
            println!("{coding}: {} bytes, packed: {}", bytes.len(), found.is_some());
            assert_eq!(found, packed.then(|| coding.as_bytes().to_vec()), "{query}");
            assert!(bytes.len() < ONE_PACKET, "{} bytes", bytes.len());
        }
    }
    system.finish().await;
}
