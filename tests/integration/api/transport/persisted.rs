//! Documents that are asked for by their hashes, and lists of those that are executed.

use api::{AllowList, PersistedQueries, SharedStore};
use serde_json::{Value, json};
use tests::{Client, Redis, TestSystem, Traits, api_settings, until};

use super::{Program, raw::Raw};

const QUERY: &str = "query Me { viewer { subject } }";

/// The SHA-256 of a text, by somebody else's reckoning.
async fn hash(system: &TestSystem, text: &str) -> String {
    system.database.value(format!("select encode(sha256(convert_to('{text}', 'UTF8')), 'hex')")).await
}

/// What a client sends of a document: its hash alone.
async fn named(system: &TestSystem, text: &str) -> Value {
    let hash = hash(system, text).await;
    json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } })
}

/// The same with the text along.
async fn along(system: &TestSystem, text: &str) -> Value {
    let mut params = named(system, text).await;
    params["query"] = json!(text);
    params
}

/// The code that a request is answered with, `OK` for none.
async fn code(client: &Client, params: &Value) -> String {
    client.post(params.to_string()).await.error().unwrap_or("OK").to_owned()
}

/// How Apollo Client asks for a document: each request's method, whether its text went along, and the code.
async fn asked(url: &str, query: &str, get: bool) -> Vec<(String, bool, String)> {
    let request = json!({ "url": format!("{url}/graphql"), "query": query, "get": get });
    let mut printed = Program::run("persisted.js", &[&request.to_string()]).await;
    let result = printed.pop().expect("a result");
    assert_eq!(result, json!({ "data": { "viewer": null } }), "{printed:?}");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let request = |sent: &Value| (text(&sent["method"]), sent["text"] == true, text(&sent["code"]));
    printed.iter().map(request).collect()
}

fn sent(method: &str, text: bool, code: &str) -> (String, bool, String) {
    (method.to_owned(), text, code.to_owned())
}

async fn sharing(redis: &Redis) -> TestSystem {
    let shared = SharedStore::open(redis.url(), "test").expect("an address");
    let settings = api::Settings { shared: Some(shared), ..api_settings() };
    TestSystem::with(Traits { api: Some(settings), idle: true, ..Traits::default() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn apollo_client_sends_a_document_once_for_all_instances_and_again_when_it_is_forgotten() {
    let mut redis = Redis::start().await;
    let system = sharing(&redis).await;
    let (second, stop_second) = system.second_api().await;
    let first = system.nobody().url().to_owned();
    let learns = [sent("POST", false, "PERSISTED_QUERY_NOT_FOUND"), sent("POST", true, "OK")];
    let knows = [sent("POST", false, "OK")];
    assert_eq!(asked(&first, QUERY, false).await, learns);
    assert_eq!(asked(&first, QUERY, false).await, knows);
    assert_eq!(asked(&second, QUERY, false).await, knows, "what one instance was told the other knows");
    assert_eq!(asked(&second, QUERY, true).await, [sent("GET", false, "OK")]);

    redis.kill().await;
    assert!(redis.connection().await.is_err(), "the Redis is away");
    assert_eq!(asked(&second, QUERY, false).await, knows, "what it knows it keeps");
    let other = "query Myself { viewer { subject } }";
    assert_eq!(
        asked(&first, other, true).await,
        [sent("GET", false, "PERSISTED_QUERY_NOT_FOUND"), sent("POST", true, "OK")]
    );
    assert_eq!(asked(&first, other, false).await, knows);
    assert_eq!(asked(&second, other, false).await, learns, "each instance by itself");

    redis.start_again().await;
    let (here, there) = (system.nobody(), system.nobody().at(&second));
    let mut tried = 0;
    until("documents are shared again", || {
        tried += 1;
        let (here, there, system) = (here.clone(), there.clone(), &system);
        async move {
            let text = format!("query Again{tried} {{ viewer {{ subject }} }}");
            assert_eq!(code(&here, &along(system, &text).await).await, "OK");
            (code(&there, &named(system, &text).await).await == "OK").then_some(())
        }
    })
    .await;
    stop_second.await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_good_is_kept_and_the_shared_store_is_not_believed() {
    let redis = Redis::start().await;
    let system = sharing(&redis).await;
    let client = system.nobody();
    let deep = format!("{{ {} }}", (0..6_000).map(|_| "__typename ").collect::<String>());
    for (text, refusal) in [("{ viewer {", "BAD_USER_INPUT"), (deep.as_str(), "QUERY_TOO_COMPLEX")] {
        assert_eq!(code(&client, &along(&system, text).await).await, refusal);
        assert_eq!(code(&client, &named(&system, text).await).await, "PERSISTED_QUERY_NOT_FOUND");
    }
    let mut wrong = along(&system, QUERY).await;
    wrong["query"] = json!("{ __typename }");
    assert_eq!(code(&client, &wrong).await, "PERSISTED_QUERY_HASH_MISMATCH");
    let mut connection = redis.connection().await.expect("the Redis answers");
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut connection).await.expect("keys");
    assert_eq!(keys, [""; 0], "nothing of it was kept");

    assert_eq!(code(&client, &along(&system, QUERY).await).await, "OK");
    let key = format!("test:document:{}", hash(&system, QUERY).await);
    let (text, left): (String, i64) =
        redis::pipe().get(&key).ttl(&key).query_async(&mut connection).await.expect("the document");
    assert_eq!(text, QUERY);
    assert!((1..=7 * 24 * 3_600).contains(&left), "it is kept for {left} s");
    // Another text under a hash is nothing that the client asked for.
    let meant = "query Meant { viewer { subject } }";
    let planted = format!("test:document:{}", hash(&system, meant).await);
    let set: redis::RedisResult<()> =
        redis::cmd("SET").arg(&planted).arg("{ __typename }").query_async(&mut connection).await;
    set.expect("it is planted");
    assert_eq!(code(&client, &named(&system, meant).await).await, "PERSISTED_QUERY_NOT_FOUND");
    system.finish().await;
}

/// What a document is answered with by each transport: the code, `OK` for none.
async fn everywhere(client: &Client, params: &Value) -> Vec<(&'static str, String)> {
    let posted = code(client, params).await;
    let url = format!("{}/graphql", client.url());
    let fields = params.as_object().expect("parameters").iter();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let query: Vec<(String, String)> = fields.map(|(name, value)| (name.clone(), text(value))).collect();
    let linked = reqwest::Client::new().get(&url).query(&query).send().await.expect("an answer");
    let linked: Value = linked.json().await.expect("JSON");
    let streamed = reqwest::Client::new().post(&url).header("accept", "text/event-stream").json(params);
    let streamed = streamed.send().await.expect("an answer").text().await.expect("a stream");
    let result = streamed.lines().find_map(|line| line.strip_prefix("data: ")).expect("a result");
    let result: Value = serde_json::from_str(result).expect("JSON");
    let mut socket = Raw::acknowledged(client).await;
    socket.subscribe("1", params.clone()).await;
    let message = socket.message().await;
    let code = |errors: &Value| errors[0]["extensions"]["code"].as_str().unwrap_or("OK").to_owned();
    vec![
        ("POST", posted),
        ("GET", code(&linked["errors"])),
        ("events", code(&result["errors"])),
        ("socket", code(&message["payload"])),
    ]
}

fn all(code: &str) -> Vec<(&'static str, String)> {
    ["POST", "GET", "events", "socket"].map(|transport| (transport, code.to_owned())).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_transport_knows_documents_by_their_hashes() {
    let system = TestSystem::idle().await;
    let client = system.nobody();
    assert_eq!(everywhere(&client, &named(&system, QUERY).await).await, all("PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!(everywhere(&client, &along(&system, QUERY).await).await, all("OK"));
    assert_eq!(everywhere(&client, &named(&system, QUERY).await).await, all("OK"));
    let by_id = json!({ "documentId": format!("sha256:{}", hash(&system, QUERY).await) });
    assert_eq!(everywhere(&client, &by_id).await, all("OK"));
    system.finish().await;
}

async fn with(persisted_queries: PersistedQueries) -> TestSystem {
    let settings = api::Settings { persisted_queries, ..api_settings() };
    TestSystem::with(Traits { api: Some(settings), idle: true, ..Traits::default() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_list_nothing_else_is_executed() {
    let manifest = json!({
        "format": "apollo-persisted-query-manifest", "version": 1,
        "operations": [{ "id": "me-1", "name": "Me", "type": "query", "body": QUERY }]
    });
    let list = AllowList::parse(&manifest.to_string()).expect("a list");
    let system = with(PersistedQueries::Only(list)).await;
    let client = system.nobody();
    for params in [json!({ "documentId": "me-1" }), json!({ "query": QUERY })] {
        assert_eq!(everywhere(&client, &params).await, all("OK"), "{params}");
    }
    let other = "query Me { viewer { subject role } }";
    for params in [
        json!({ "query": other }),
        along(&system, other).await,
        named(&system, other).await,
        json!({ "query": "{ __schema { types { name } } }" }),
    ] {
        assert_eq!(everywhere(&client, &params).await, all("PERSISTED_QUERY_NOT_IN_LIST"), "{params}");
    }
    let url = format!("{}/graphql", client.url());
    let request = json!({ "url": url, "query": QUERY, "get": false, "ids": { "Me": "me-1" } });
    let printed = Program::run("persisted.js", &[&request.to_string()]).await;
    let only = json!({ "method": "POST", "text": false, "status": 200, "code": "OK" });
    assert_eq!(printed, [only, json!({ "data": { "viewer": null } })]);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_keeps_no_documents_says_so_and_apollo_client_sends_them() {
    let system = with(PersistedQueries::Off).await;
    let sent_at_once = [sent("POST", false, "PERSISTED_QUERY_NOT_SUPPORTED"), sent("POST", true, "OK")];
    assert_eq!(asked(system.nobody().url(), QUERY, false).await, sent_at_once);
    system.finish().await;
}
