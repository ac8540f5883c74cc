//! Contacts, wishes, endpoints and deliveries: who may see and change which.

use db::Role;
use serde_json::{Value, json};
use tests::{Client, Goods, Shop, TestSystem, uuid_of};
use uuid::Uuid;

const ENDPOINT: &str = "endpoint { id state disabledReason version eventTypes } secret";
const DELIVERY: &str = "delivery { id state attempts }";
const LISTED: &str =
    "id state channel message customerId endpointId attempts log { number result statusCode }";

async fn write(client: &Client, name: &str, fields: &str, mut input: Value) -> Value {
    if input["idempotencyKey"].is_null() {
        input["idempotencyKey"] = json!(Uuid::new_v4());
    }
    let kind = match name {
        "rotateWebhookSecret"
        | "enableWebhookEndpoint"
        | "disableWebhookEndpoint"
        | "deleteWebhookEndpoint" => "WebhookEndpointInput".to_owned(),
        _ => format!("{}{}Input", name[..1].to_uppercase(), &name[1..]),
    };
    let mutation = format!(
        "mutation($input: {kind}!) {{ {name}(input: $input) {{ {fields} userErrors {{ code path }} replayed }} }}"
    );
    client.send(&mutation, json!({ "input": input })).await.payload(name).0
}

fn code(payload: &Value) -> Option<&str> {
    payload["userErrors"][0]["code"].as_str()
}

/// The deliveries that a client sees.
async fn deliveries(client: &Client, arguments: &str) -> Vec<Value> {
    let query = format!("{{ deliveries({arguments}) {{ edges {{ node {{ {LISTED} }} }} }} }}");
    let reply = client.send(&query, json!({})).await;
    let edges = reply.field("deliveries")["edges"].as_array().expect("edges").clone();
    edges.iter().map(|edge| edge["node"].clone()).collect()
}

/// Plans word of a booking, as the consumer of its events does.
async fn told(system: &TestSystem, shop: &Shop, booking: &str, customer: &str, event: &str) -> i32 {
    let document = json!([{ "event_id": event, "message": "CONFIRMED", "document": {
        "type": "booking.confirmed", "organiser_id": shop.organiser_id, "booking_id": uuid_of(booking),
        "booking": { "customer_id": customer, "lines": [] },
    } }]);
    let query =
        format!("select (p ->> 'planned')::integer from notification.plan_deliveries('{document}') p");
    system.database.value(query).await
}

/// Claims and records everything that is due, as a sender does.
async fn sent(system: &TestSystem, result: &str) {
    let query = format!(
        "select count(r) from notification.record_deliveries((
             select coalesce(jsonb_agg(jsonb_build_object('delivery_id', c -> 'delivery_id', 'fence', c -> 'fence',
                 'result', '{result}', 'took_ms', 5, 'status_code', 200)), '[]')
             from notification.claim_deliveries('{{\"worker\": \"by hand\", \"batch\": 100, \"lease_seconds\": 30,
                 \"per_endpoint\": 100, \"channels\": [\"EMAIL\", \"SMS\", \"PUSH\", \"WEBHOOK\"]}}') c)) r"
    );
    let recorded: i64 = system.database.value(query).await;
    println!("{recorded} deliveries recorded as {result}");
    assert!(recorded > 0, "there was something to send");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_its_customers_own_and_can_be_erased() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let (ana, ben, operator) = (system.customer("ana"), system.customer("ben"), system.operator());
    ana.hold(shop.slot()).await;
    let set =
        |email: &str, subject: Option<&str>| json!({ "email": email, "subject": subject, "language": "de" });
    let fields = "contact { email language version erasedAt }";

    // Whoever sells to somebody says where it can be reached, once; then it is the customer's own.
    let first = write(&shop.organiser, "setContact", fields, set("ana@shop.test", Some("ana"))).await;
    assert_eq!((code(&first), &first["contact"]), (None, &Value::Null), "an organiser does not read it");
    let again = write(&shop.organiser, "setContact", fields, set("thief@shop.test", Some("ana"))).await;
    assert_eq!(code(&again), Some("INVALID_STATE"));
    let stranger = write(&shop.organiser, "setContact", fields, set("ben@shop.test", Some("ben"))).await;
    assert_eq!(code(&stranger), Some("NOT_FOUND"));
    let own = write(&ana, "setContact", fields, set("ana@home.test", None)).await;
    assert_eq!(
        (code(&own), &own["contact"]["email"], &own["contact"]["version"]),
        (None, &json!("ana@home.test"), &json!(2))
    );
    let bad = write(&ana, "setContact", fields, set("nobody", None)).await;
    assert_eq!((code(&bad), &bad["userErrors"][0]["path"]), (Some("INVALID_INPUT"), &json!(["email"])));
    let query = "mutation($input: EraseContactInput!) { eraseContact(input: $input) { replayed } }";
    let input = json!({ "input": { "idempotencyKey": "mine", "subject": "ana" } });
    assert_eq!(ben.send(query, input).await.error(), Some("FORBIDDEN"), "another's is not one's to erase");
    let foreign = ben.send("{ contact(subject: \"ana\") { email } }", json!({})).await;
    assert_eq!(foreign.error(), Some("FORBIDDEN"));

    let erased = write(&ana, "eraseContact", fields, json!({})).await;
    assert_eq!((code(&erased), &erased["contact"]["email"]), (None, &Value::Null));
    assert!(erased["contact"]["erasedAt"].is_string(), "{erased}");
    let left: i64 = system
        .database
        .value("select count(*) from holdfast.idempotency_key k where k::text ilike '%home.test%'")
        .await;
    assert_eq!(left, 0, "nor is it kept with the keys");
    let refused = write(&shop.organiser, "setContact", fields, set("ana@shop.test", Some("ana"))).await;
    assert_eq!(code(&refused), Some("INVALID_STATE"), "what was erased an organiser does not put back");
    let seen = operator.send("{ contact(subject: \"ana\") { email erasedAt } }", json!({})).await;
    assert_eq!(seen.field("contact")["email"], Value::Null);
    let audited: i64 =
        system.database.value("select count(*) from holdfast.audit a where a.action = 'eraseContact'").await;
    assert_eq!(audited, 2, "the refused one and the other");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wishes_decide_by_which_way_somebody_is_told() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let ana = system.customer("ana");
    let booking = ana.hold(shop.slot()).await;
    let contact = json!({ "email": "ana@home.test", "phone": "+351210000000" });
    assert_eq!(code(&write(&ana, "setContact", "contact { phone }", contact).await), None);
    assert_eq!(told(&system, &shop, &booking, "ana", "one").await, 1, "by e-mail only");

    let wish = |channel: &str, enabled: bool| json!({ "message": "CONFIRMED", "channel": channel, "enabled": enabled });
    let wishes = json!({ "preferences": [wish("EMAIL", false), wish("SMS", true)] });
    let fields = "preferences { message channel enabled }";
    let payload = write(&ana, "setNotificationPreferences", fields, wishes).await;
    assert_eq!(payload["preferences"].as_array().map(Vec::len), Some(21));
    let webhook = json!({ "preferences": [wish("WEBHOOK", true)] });
    let refused = write(&ana, "setNotificationPreferences", fields, webhook).await;
    assert_eq!(code(&refused), Some("INVALID_INPUT"));
    assert_eq!(told(&system, &shop, &booking, "ana", "two").await, 1);
    let seen = deliveries(&ana, "first: 10").await;
    let channels: Vec<_> = seen.iter().map(|delivery| delivery["channel"].as_str()).collect();
    assert_eq!(channels, [Some("SMS"), Some("EMAIL")], "newest first");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_and_their_deliveries_are_their_organisers_own() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let other = system.shop(&Goods::default()).await;
    let (ana, operator) = (system.customer("ana"), system.operator());
    let booking = ana.hold(shop.slot()).await;
    let contact = json!({ "email": "ana@home.test" });
    assert_eq!(code(&write(&ana, "setContact", "contact { email }", contact).await), None);

    let wanted =
        json!({ "url": "https://shop.test/hook", "eventTypes": ["booking.*"], "idempotencyKey": "first" });
    let made = write(&shop.organiser, "upsertWebhookEndpoint", ENDPOINT, wanted.clone()).await;
    let id = made["endpoint"]["id"].clone();
    assert!(made["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")), "told once");
    let again = write(&shop.organiser, "upsertWebhookEndpoint", ENDPOINT, wanted).await;
    assert_eq!(
        (&again["endpoint"]["id"], &again["secret"], &again["replayed"]),
        (&id, &Value::Null, &json!(true))
    );
    let which = json!({ "endpointId": id });
    for action in ["rotateWebhookSecret", "disableWebhookEndpoint", "deleteWebhookEndpoint"] {
        let refused = write(&other.organiser, action, ENDPOINT, which.clone()).await;
        assert_eq!(code(&refused), Some("NOT_FOUND"), "{action}");
    }
    let rotated = write(&shop.organiser, "rotateWebhookSecret", ENDPOINT, which.clone()).await;
    assert!(rotated["secret"].is_string() && rotated["secret"] != made["secret"], "a new one");
    let list = "{ webhookEndpoints { edges { node { id url } } } }";
    for (client, count) in [(&shop.organiser, 1), (&other.organiser, 0), (&operator, 1)] {
        let reply = client.send(list, json!({})).await;
        assert_eq!(reply.field("webhookEndpoints")["edges"].as_array().map(Vec::len), Some(count));
    }
    assert_eq!(ana.send(list, json!({})).await.error(), Some("FORBIDDEN"));

    assert_eq!(told(&system, &shop, &booking, "ana", "one").await, 2, "the customer and the endpoint");
    assert_eq!(told(&system, &shop, &booking, "ana", "one").await, 0, "once");
    sent(&system, "SENT").await;
    let by_booking = format!("bookingId: {}", json!(booking));
    for (client, count) in [(&shop.organiser, 2), (&other.organiser, 0), (&operator, 2), (&ana, 1)] {
        let seen = deliveries(client, &by_booking).await;
        assert_eq!(seen.len(), count, "{}: {seen:?}", client.subject);
        assert!(seen.iter().all(|delivery| delivery["log"][0]["result"] == "SENT"), "{seen:?}");
    }
    let seen = deliveries(&shop.organiser, &format!("endpointId: {id}, state: SENT")).await;
    let delivery = json!({ "deliveryId": seen[0]["id"] });
    let refused = write(&other.organiser, "resendDelivery", DELIVERY, delivery.clone()).await;
    assert_eq!((code(&refused), &refused["delivery"]), (Some("NOT_FOUND"), &Value::Null));
    let resent = write(&shop.organiser, "resendDelivery", DELIVERY, delivery.clone()).await;
    assert_eq!((code(&resent), &resent["delivery"]["state"]), (None, &json!("PLANNED")));
    let twice = write(&shop.organiser, "resendDelivery", DELIVERY, delivery).await;
    assert_eq!(code(&twice), Some("INVALID_STATE"), "it is on its way");

    // Nobody home for good: the endpoint gets nothing more until it is switched on.
    sent(&system, "GONE").await;
    let node = "query($id: ID!) { node(id: $id) { ... on WebhookEndpoint { state disabledReason } } }";
    let gone = shop.organiser.send(node, json!({ "id": id })).await;
    assert_eq!(gone.field("node")["state"], "DISABLED");
    assert_eq!(other.organiser.send(node, json!({ "id": id })).await.field("node"), &Value::Null);
    let enabled = write(&shop.organiser, "enableWebhookEndpoint", ENDPOINT, which.clone()).await;
    assert_eq!(enabled["endpoint"]["state"], "ENABLED");
    let deleted = write(&shop.organiser, "deleteWebhookEndpoint", ENDPOINT, which).await;
    assert_eq!((code(&deleted), &deleted["endpoint"]), (None, &Value::Null));
    let nobody = system.customer("x").acting_as(Role::Organiser, "x", Some(Uuid::now_v7()));
    let unknown =
        write(&nobody, "upsertWebhookEndpoint", ENDPOINT, json!({ "url": "https://shop.test/" })).await;
    assert_eq!(code(&unknown), Some("NOT_FOUND"), "who has listed nothing is nobody yet");
    system.finish().await;
}
