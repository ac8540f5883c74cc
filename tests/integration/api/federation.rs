//! The API as a subgraph of Apollo Federation: what composes, and what a gateway may ask.

use std::fs;

use serde_json::{Value, json};
use tests::{Client, Goods, Shop, TestSystem};

use super::judge::judge;

/// What a gateway sends to fetch what stands behind keys.
const ENTITIES: &str = "query($representations: [_Any!]!) { _entities(representations: $representations) { \
    __typename ... on Booking { id reference note } ... on Listing { id title } ... on Slot { id available } } }";

/// A schema without what gateways alone need.
fn bare(sdl: &str) -> String {
    let (types, _) = sdl
        .split_once("extend schema @link(")
        .or_else(|| sdl.split_once("schema {"))
        .expect("the definition of the schema itself comes last");
    types.replace(" @key(fields: \"id\")", "").replace(" @shareable", "")
}

#[test]
fn clients_see_the_same_schema_with_and_without_a_gateway() {
    let (plain, subgraph) = (api::sdl(), api::subgraph_sdl());
    for trace in ["_entities", "_service", "_Any", "_Entity", "_Service", "@key", "@shareable", "@link"] {
        assert!(!plain.contains(trace), "{trace} is for gateways");
    }
    assert_eq!(bare(&plain), bare(&subgraph));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_subgraph_composes_with_one_of_others() {
    let file = tempfile::Builder::new().suffix(".graphql").tempfile().expect("a file");
    let path = file.path().to_str().expect("a path of plain characters");
    fs::write(path, api::subgraph_sdl()).expect("it can be written");
    let said = judge("compose.js", &[path]).await.passed();
    let entities = "entities: Booking DeadLetter Listing NotificationDelivery Saga Slot VenuePlan WaitlistEntry WebhookEndpoint";
    assert!(said.contains(entities), "all that `node` finds can be referred to: {said}");

    // Without its key nobody else could add to a booking.
    let keyless = api::subgraph_sdl()
        .replace("type Booking implements Node @key(fields: \"id\")", "type Booking implements Node");
    assert_ne!(keyless, api::subgraph_sdl());
    fs::write(path, keyless).expect("it can be written");
    judge("compose.js", &[path]).await.refused_with("Booking");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_served_is_what_composes() {
    let system = TestSystem::idle().await;
    let reply = system.nobody().send("{ _service { sdl } }", json!({})).await;
    let served = reply.field("_service")["sdl"].as_str().expect("a text").to_owned();
    let file = tempfile::Builder::new().suffix(".graphql").tempfile().expect("a file");
    fs::write(file.path(), served).expect("it can be written");
    judge("compose.js", &[file.path().to_str().expect("a path of plain characters")]).await.passed();
    system.finish().await;
}

fn named(kind: &str, id: &str) -> Value {
    json!({ "__typename": kind, "id": id })
}

/// What somebody is told of these representations, and with which codes.
async fn told(client: &Client, representations: Value) -> (Value, Vec<String>) {
    let reply = client.send(ENTITIES, json!({ "representations": representations })).await;
    let errors = reply.body["errors"].as_array().cloned().unwrap_or_default();
    let codes = errors.iter().map(|error| error["extensions"]["code"].as_str().expect("a code").to_owned());
    (reply.body["data"]["_entities"].clone(), codes.collect())
}

/// A booking of ana's with a remark, and its shop.
async fn booked(system: &TestSystem) -> (Shop, String) {
    let shop = system.shop(&Goods::default()).await;
    let order = tests::Order::of([tests::Line::of(shop.slot(), 1)]).note("by the window");
    let booking = system.customer("ana").create(&order).await.id();
    (shop, booking)
}

#[tokio::test(flavor = "multi_thread")]
async fn entities_are_shown_to_whom_nodes_are() {
    let system = TestSystem::idle().await;
    let (shop, booking) = booked(&system).await;
    let rival = system.shop(&Goods::default()).await;
    let nowhere = TestSystem::stranger("Booking");
    let asked = json!([
        named("Booking", &booking),
        named("Listing", &shop.listing),
        named("Booking", &nowhere),
        named("Slot", shop.slot()),
    ]);
    let listing =
        json!({ "__typename": "Listing", "id": shop.listing, "title": format!("Listing {}", shop.slug) });
    let slot = json!({ "__typename": "Slot", "id": shop.slot(), "available": 9 });

    for own in [system.customer("ana"), shop.organiser.clone(), system.operator()] {
        let (seen, codes) = told(&own, asked.clone()).await;
        assert_eq!((seen[0]["id"].as_str(), codes.len()), (Some(booking.as_str()), 0), "{seen}");
        assert_eq!(seen[0]["note"], "by the window");
        assert_eq!((&seen[1], &seen[2], &seen[3]), (&listing, &Value::Null, &slot));
    }
    // In the place of what may not be seen is null, as for what is not there; all else is told.
    for stranger in [system.customer("ben"), rival.organiser.clone()] {
        let (seen, codes) = told(&stranger, asked.clone()).await;
        assert_eq!((seen, codes), (json!([null, listing, null, slot]), Vec::new()));
    }
    let (seen, codes) = told(&system.nobody(), asked.clone()).await;
    assert_eq!(seen, json!([null, listing, null, slot]));
    assert_eq!(codes, ["UNAUTHENTICATED", "UNAUTHENTICATED"], "one for each booking, there or not");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_things_are_no_gateways() {
    let system = TestSystem::idle().await;
    let (_, booking) = booked(&system).await;
    let saga = "query($representations: [_Any!]!) { _entities(representations: $representations) { ... on Saga { id kind } } }";
    let ids: Vec<String> = {
        let reply = system.operator().send("{ sagas { edges { node { id } } } }", json!({})).await;
        let edges = reply.field("sagas")["edges"].as_array().expect("sagas").clone();
        edges.iter().map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned()).collect()
    };
    assert_eq!(ids.len(), 1, "of the booking {booking}");
    let variables = json!({ "representations": [named("Saga", &ids[0])] });
    let reply = system.operator().send(saga, variables.clone()).await;
    assert_eq!(reply.field("_entities")[0]["kind"], "booking");
    let reply = system.customer("ana").send(saga, variables).await;
    assert_eq!(reply.body["data"]["_entities"], json!([null]));
    assert_eq!(reply.error(), Some("FORBIDDEN"));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_asks_for_no_more_than_anybody() {
    let system = TestSystem::idle().await;
    let (shop, booking) = booked(&system).await;
    let ana = system.customer("ana");
    let many = |count: usize| Value::Array(vec![named("Booking", &booking); count]);
    let (seen, codes) = told(&ana, many(100)).await;
    assert_eq!((seen.as_array().map(Vec::len), codes), (Some(100), Vec::new()));
    assert_eq!(told(&ana, many(101)).await, (Value::Null, vec!["BAD_USER_INPUT".to_owned()]));

    // Representations multiply what is asked of each, as ids do.
    let wide = "query($representations: [_Any!]!) { _entities(representations: $representations) { \
                ... on Listing { slots(first: 100) { edges { node { id } } } } } }";
    let listings = Value::Array(vec![named("Listing", &shop.listing); 100]);
    let reply = ana.send(wide, json!({ "representations": listings })).await;
    assert_eq!(reply.error(), Some("QUERY_TOO_COMPLEX"));
    // Written out in the document they count alike.
    let inline = format!("{{__typename: \"Listing\", id: \"{}\"}}", shop.listing);
    let query = wide
        .replace("query($representations: [_Any!]!)", "query")
        .replace("$representations", &format!("[{}]", vec![inline; 100].join(", ")));
    assert_eq!(ana.send(&query, json!({})).await.error(), Some("QUERY_TOO_COMPLEX"));

    // What is no representation of ours is the gateway's mistake, whoever asks.
    for wrong in [
        named("Booking", "123"),
        named("Booking", &shop.listing),
        named("Customer", &booking),
        json!({ "__typename": "Booking" }),
        json!({ "id": booking }),
        json!("Booking"),
        json!(null),
    ] {
        for client in [&ana, &system.operator()] {
            let (seen, codes) = told(client, json!([wrong])).await;
            assert!(seen.is_null() || seen == json!([null]), "{wrong}: {seen}");
            assert_eq!(codes, ["BAD_USER_INPUT"], "{wrong}");
        }
    }
    system.finish().await;
}
