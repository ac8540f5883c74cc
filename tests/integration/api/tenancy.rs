//! Who may see and do what: by token, by customer and by organiser.

use serde_json::{Value, json};
use tests::{Client, Goods, Line, Order, Shop, TestSystem, node_id};
use uuid::Uuid;

async fn code_of(client: &Client, query: &str, variables: Value) -> Option<String> {
    client.send(query, variables).await.error().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_reads_what_is_for_sale_and_nobody_without_a_token_reads_bookings() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let id = system.customer("ana").hold(shop.slot()).await;
    let nobody = system.nobody();

    let query = "query($slug: String!, $id: ID!) { listings { edges { node { slug } } } \
                 listing(slug: $slug) { id ratePlans { code } slots { edges { node { available } } } } \
                 slots(listingId: $id) { edges { node { price { amount } } } } viewer { subject } }";
    let reply = nobody.send(query, json!({ "slug": shop.slug, "id": shop.listing })).await;
    assert_eq!(reply.field("listings")["edges"][0]["node"]["slug"], shop.slug.as_str());
    assert_eq!(reply.field("listing")["slots"]["edges"][0]["node"]["available"], 9);
    assert_eq!(reply.field("slots")["edges"][0]["node"]["price"]["amount"], "100.00");
    assert_eq!(reply.field("viewer"), &Value::Null);

    let order = Order::of([Line::of(shop.slot(), 1)]);
    let reply = nobody.try_mutate("createBooking", order.input()).await;
    assert_eq!(reply.error(), Some("UNAUTHENTICATED"));
    for query in [
        "query($id: ID!) { booking(id: $id) { id } }",
        "query($id: ID!) { node(id: $id) { id } }",
        "query($id: ID!) { refundQuote(bookingId: $id) { refund { amount } } }",
    ] {
        let reply = nobody.send(query, json!({ "id": id })).await;
        assert!(
            reply.error() == Some("UNAUTHENTICATED") || reply.body["data"]["node"] == Value::Null,
            "{query}: {reply:?}"
        );
        assert!(!reply.body.to_string().contains(&id), "{query}: {reply:?}");
    }
    let code = code_of(&nobody, "{ bookings { edges { node { id } } } }", json!({})).await;
    assert_eq!(code.as_deref(), Some("UNAUTHENTICATED"));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_token_is_not_a_visitors() {
    let system = TestSystem::idle().await;
    let reply = reqwest::Client::new()
        .post(format!("{}/graphql", system.nobody().url()))
        .bearer_auth("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEiLCJyb2xlIjoib3BlcmF0b3IiLCJleHAiOjk5OTk5OTk5OTl9.")
        .json(&json!({ "query": "{ viewer { subject } }" }))
        .send()
        .await
        .expect("an answer");
    assert_eq!(reply.status().as_u16(), 401);
    system.finish().await;
}

/// Everything that somebody could try on a booking that is not theirs.
async fn try_everything(stranger: &Client, shop: &Shop, booking: &str) {
    assert_eq!(stranger.find(booking).await, Value::Null);
    assert_eq!(stranger.cancel(booking).await.code(), Some("NOT_FOUND"));
    assert_eq!(stranger.cancel_at(booking, 1).await.code(), Some("NOT_FOUND"));
    let paid = stranger.pay(booking, "pm_card_visa").await;
    assert_eq!(paid.code(), Some("NOT_FOUND"));
    assert_eq!(paid.0["booking"], Value::Null);
    let quote = "query($id: ID!) { refundQuote(bookingId: $id) { refund { amount } } }";
    assert_eq!(code_of(stranger, quote, json!({ "id": booking })).await.as_deref(), Some("NOT_FOUND"));

    let listed = stranger.send("{ bookings { edges { node { id } } } }", json!({})).await;
    assert_eq!(listed.field("bookings")["edges"], json!([]));
    let query = "query($id: ID!) { bookings(customerId: \"ana\", listingId: $id) { edges { node { id } } } }";
    let listed = stranger.send(query, json!({ "id": shop.listing })).await;
    assert!(listed.body["data"]["bookings"]["edges"].get(0).is_none(), "{listed:?}");

    // What may be seen is told, in its order; what may not is null, as is what is not there.
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let nowhere = TestSystem::stranger("Booking");
    let ids = json!({ "ids": [booking, shop.slot(), nowhere, shop.listing] });
    let reply = stranger.send(nodes, ids).await;
    assert_eq!(reply.field("nodes"), &json!([null, { "id": shop.slot() }, null, { "id": shop.listing }]));
    let reply = stranger.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": booking })).await;
    assert_eq!(reply.field("node"), &Value::Null);

    for query in ["{ invariants { name violations } }", "{ sagas { edges { node { id } } } }"] {
        assert_eq!(code_of(stranger, query, json!({})).await.as_deref(), Some("FORBIDDEN"), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_touches_the_booking_of_another() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let rival = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let id = customer.hold(shop.slot()).await;
    let before = customer.find(&id).await;
    let reference = before["reference"].as_str().expect("a reference");

    for stranger in [system.customer("ben"), rival.organiser.clone()] {
        try_everything(&stranger, &shop, &id).await;
        let query = "query($reference: String!) { booking(reference: $reference) { id } }";
        let reply = stranger.send(query, json!({ "reference": reference })).await;
        assert_eq!(reply.field("booking"), &Value::Null);
    }
    assert_eq!(customer.find(&id).await, before, "nothing has changed");

    for own in [customer, shop.organiser.clone(), system.operator()] {
        assert_eq!(own.find(&id).await["id"], id.as_str());
        let listed = own.send("{ bookings { edges { node { id } } } }", json!({})).await;
        assert_eq!(listed.field("bookings")["edges"][0]["node"]["id"], id.as_str());
    }
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organiser_writes_and_sells_its_own_only() {
    let system = TestSystem::idle().await;
    let goods = Goods::default();
    let shop = system.shop(&goods).await;
    let rival = system.shop(&goods).await;

    // Slots into another's listing, and others' places on behalf of a customer.
    let payload = shop.try_write_slots(&rival.organiser, &Goods::places(1)).await;
    assert_eq!(payload["userErrors"][0]["code"], "NOT_FOUND");
    let order = Order::of([Line::of(shop.slot(), 1)]).customer("guest");
    assert_eq!(rival.organiser.create(&order).await.code(), Some("NOT_FOUND"));

    let query = "mutation($input: UpsertListingInput!) { upsertListing(input: $input) \
                 { listing { id } userErrors { code path } } }";
    let input = |slug: &str, organiser: Option<Uuid>| {
        json!({ "input": {
            "idempotencyKey": Uuid::new_v4(), "slug": slug, "title": "Mine now", "timeZone": "UTC", "currency": "EUR",
            "organiserId": organiser.map(|id| node_id("Organiser", id)), "ratePlans": goods.plans
        } })
    };
    let taken = rival.organiser.send(query, input(&shop.slug, None)).await;
    let errors = &taken.field("upsertListing")["userErrors"];
    assert_eq!(errors, &json!([{ "code": "INVALID_INPUT", "path": ["slug"] }]));
    let for_other = input("another", Some(shop.organiser_id));
    assert_eq!(code_of(&rival.organiser, query, for_other).await.as_deref(), Some("FORBIDDEN"));
    let customers = input("another", None);
    let ana = system.customer("ana");
    assert_eq!(code_of(&ana, query, customers).await.as_deref(), Some("FORBIDDEN"));

    let reply = system
        .nobody()
        .send("query($id: ID!) { listing(id: $id) { title version } }", json!({ "id": shop.listing }))
        .await;
    let title = format!("Listing {}", shop.slug);
    assert_eq!(reply.field("listing"), &json!({ "title": title, "version": 1 }));
    let slots: i64 = system.database.value("select count(*) from inventory.slot").await;
    assert_eq!(slots, 2);
    assert_eq!(shop.available(shop.slot()).await, 10);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_the_invariants() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    let query = "{ invariants { name violations description } sagas { edges { node { kind state } } } }";
    let reply = system.operator().send(query, json!({})).await;
    let checks = reply.field("invariants").as_array().expect("checks");
    assert!(checks.len() >= 12);
    assert!(checks.iter().all(|check| check["violations"] == 0), "{checks:?}");
    assert_eq!(
        reply.field("sagas")["edges"],
        json!([{ "node": { "kind": "booking", "state": "SUCCEEDED" } }])
    );
    system.finish().await;
}
