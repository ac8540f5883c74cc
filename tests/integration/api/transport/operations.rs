//! Every kind of operation with the official clients of both streaming transports.

use serde_json::{Value, json};
use tests::{Goods, TestSystem};
use uuid::Uuid;

use super::Program;

#[tokio::test(flavor = "multi_thread")]
async fn official_clients_run_every_kind_of_operation() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default().listed(json!({ "holdExtensions": 10 }))).await;
    let customer = system.customer("ana");
    let booking = customer.hold(shop.slot()).await;
    for _ in 0..2 {
        customer.ask("extendHold", &booking, json!({})).await.id();
    }
    let follow = "subscription($id: ID!) { bookingChanged(id: $id, afterVersion: 0) { version } }";
    let extend =
        "mutation($input: ExtendHoldInput!) { extendHold(input: $input) { booking { version } replayed } }";
    let input = json!({ "idempotencyKey": Uuid::new_v4(), "bookingId": booking });
    let operations = json!({
        "query": { "query": "{ viewer { subject } }" },
        "subscription": { "query": follow, "variables": { "id": booking }, "most": 3 },
        "mutation": { "query": extend, "variables": { "input": input } },
        "invalid": { "query": "{ nothing }" },
        "unknown": { "query": follow, "variables": { "id": TestSystem::stranger("Booking") } },
    });
    let url = format!("{}/graphql", customer.url());
    let request = json!({ "url": url, "token": customer.token(), "operations": operations });
    let found = Program::run("operations.js", &[&request.to_string()]).await;
    assert_eq!(found.len(), 10, "each once over each transport");
    let of = |name: &str, transport: &str| {
        let result = found.iter().find(|result| result["name"] == name && result["transport"] == transport);
        result.unwrap_or_else(|| panic!("no result of {name} over {transport}"))
    };
    let data = |result: &Value| -> Vec<Value> {
        result["results"].as_array().expect("results").iter().map(|result| result["data"].clone()).collect()
    };
    let code = |error: &Value| error["extensions"]["code"].as_str().unwrap_or_default().to_owned();
    for transport in ["ws", "sse"] {
        let result = of("query", transport);
        assert_eq!(data(result), [json!({ "viewer": { "subject": "ana" } })]);
        assert_eq!(result["ended"], "complete");
    }
    for transport in ["ws", "sse"] {
        let result = of("subscription", transport);
        let versions: Vec<&Value> = result["results"]
            .as_array()
            .expect("results")
            .iter()
            .map(|r| &r["data"]["bookingChanged"]["version"])
            .collect();
        // More may have been on its way when it said stop.
        assert!(versions.starts_with(&[&json!(1), &json!(2), &json!(3)]), "{result}");
    }
    for (transport, replayed) in [("ws", false), ("sse", true)] {
        let result = of("mutation", transport);
        let payload = json!({ "booking": { "version": 4 }, "replayed": replayed });
        assert_eq!(data(result), [json!({ "extendHold": payload })]);
        assert_eq!(result["ended"], "complete");
    }
    // Over WebSocket a document that is wrong is an error of the operation; a stream has nothing but results.
    let result = of("invalid", "ws");
    assert_eq!(
        (result["ended"].as_str(), code(&result["errors"][0]).as_str()),
        (Some("error"), "BAD_USER_INPUT")
    );
    assert_eq!(result["results"], json!([]));
    let result = of("invalid", "sse");
    assert_eq!(code(&result["results"][0]["errors"][0]), "BAD_USER_INPUT");
    for transport in ["ws", "sse"] {
        let result = of("unknown", transport);
        let error = result["errors"].get(0).unwrap_or(&result["results"][0]["errors"][0]);
        assert_eq!(code(error), "NOT_FOUND", "{result}");
    }
    system.finish().await;
}
