//! What auditors of GraphQL servers try first: graphql-cop's list, and a little more.

use std::{fmt::Write as _, time::Instant};

use api::Introspection;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Client, TestSystem, Traits};

/// As `holdfast serve` is by itself.
async fn in_production() -> TestSystem {
    let defaults = api::Settings::default();
    let api = api::Settings {
        introspection: defaults.introspection,
        graphiql: defaults.graphiql,
        rate_limits: defaults.rate_limits,
        gate: defaults.gate,
        ..tests::api_settings()
    };
    TestSystem::with(Traits { idle: true, api: Some(api), ..Traits::default() }).await
}

async fn text(client: &Client, method: Method, path: &str) -> (u16, String) {
    let response = client.request(method, path).send().await.expect("an answer");
    (response.status().as_u16(), response.text().await.expect("a text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_does_not_describe_itself_in_production() {
    let system = in_production().await;
    let nobody = system.nobody();
    for query in [
        "{ __schema { types { name } } }",
        "{ __type(name: \"Query\") { fields { name } } }",
        "query IntrospectionQuery { __schema { queryType { name } } }",
        "{ x: __schema { types { name } } }",
        "fragment F on Query { __schema { types { name } } } query { ...F }",
        "query A { viewer { subject } } query B { __schema { types { name } } }",
    ] {
        let body = json!({ "query": query, "operationName": query.contains("query A").then_some("A") });
        let reply = nobody.post(body.to_string()).await;
        assert_eq!(reply.error(), Some("FORBIDDEN"), "{query}: {reply:?}");
        assert!(!reply.body.to_string().contains("\"name\""), "{reply:?}");
    }
    let reply = nobody.send("{ __typename listings { __typename } }", json!({})).await;
    assert_eq!(reply.field("__typename"), "Query", "clients need the names of types");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_what_he_may_have_meant() {
    let system = in_production().await;
    for query in [
        "{ viewr { subject } }",
        "{ viewer { subjec } }",
        "{ listing(slugg: \"a\") { id } }",
        "mutation { createBookin { id } }",
    ] {
        let reply = system.nobody().send(query, json!({})).await;
        assert_eq!(reply.error(), Some("BAD_USER_INPUT"));
        let said = reply.body.to_string().to_lowercase();
        assert!(!said.contains("did you mean") && !said.contains("\\\"subject\\\""), "{said}");
    }
    system.finish().await;

    // In development both are of use.
    let system = TestSystem::idle().await;
    let reply = system.nobody().send("{ viewr { subject } }", json!({})).await;
    assert!(reply.body.to_string().contains("Did you mean"), "{reply:?}");
    let reply = system.nobody().send("{ __schema { queryType { name } } }", json!({})).await;
    assert_eq!(reply.field("__schema")["queryType"]["name"], "Query");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn editors_and_traces_are_not_there_in_production() {
    let system = in_production().await;
    let nobody = system.nobody();
    for path in
        ["/graphiql", "/", "/playground", "/altair", "/console", "/graphql/console", "/graphiql/graphiql.js"]
    {
        let (status, _) = text(&nobody, Method::GET, path).await;
        assert_eq!(status, 404, "{path}");
    }
    let (_, page) = text(&nobody, Method::GET, "/graphql").await;
    assert!(!page.to_lowercase().contains("<html"), "{page}");
    let request = nobody.request(Method::POST, "/graphql").header("content-type", "application/json");
    let request = request.header("apollo-federation-include-trace", "ftv1").header("x-apollo-tracing", "1");
    let response = request.body("{\"query\":\"{ viewer { subject } }\"}").send().await.expect("an answer");
    let body: Value = response.json().await.expect("JSON");
    let extensions: Vec<&String> = body["extensions"].as_object().expect("extensions").keys().collect();
    assert_eq!(extensions, ["cost"], "no tracing, no timings");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_can_change_nothing() {
    let system = in_production().await;
    let ana = system.customer("ana");
    let mutation =
        "mutation { cancelBooking(input: {idempotencyKey: \"k\", bookingId: \"x\"}) { replayed } }";
    for method in [Method::GET, Method::HEAD] {
        let response = ana.request(method.clone(), "/graphql").query(&[("query", mutation)]).send().await;
        assert_eq!(response.expect("an answer").status().as_u16(), 405, "a mutation by {method}");
    }
    let form = "query=%7B%20viewer%20%7B%20subject%20%7D%20%7D";
    let part = "--x\r\ncontent-disposition: form-data; name=\"operations\"\r\n\r\n{\"query\":\"{ viewer { subject } }\"}\r\n--x--";
    let object = "{\"query\":\"{ viewer { subject } }\"}";
    // What a form, or a script without asking first, may send to another origin.
    for (kind, body) in [
        (Some("application/x-www-form-urlencoded"), form),
        (Some("multipart/form-data; boundary=x"), part),
        (Some("text/plain"), object),
        (Some("text/plain; application/json"), object),
        (Some("application/graphql"), "{ viewer { subject } }"),
        (None, object),
    ] {
        let request = ana.request(Method::POST, "/graphql").body(body);
        let request = match kind {
            Some(kind) => request.header("content-type", kind),
            None => request,
        };
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 415, "{kind:?}");
        assert!(!response.text().await.expect("a text").contains("ana"), "{kind:?}");
    }
    // Nor is any other origin told that it may read an answer.
    let request = ana.request(Method::OPTIONS, "/graphql").header("origin", "https://evil.example");
    let response = request.header("access-control-request-method", "POST").send().await.expect("an answer");
    assert!(
        response.headers().keys().all(|name| !name.as_str().starts_with("access-control-")),
        "{response:?}"
    );
    system.finish().await;
}

/// Repeats a text.
fn many(open: &str, each: impl Fn(usize) -> String, count: usize, close: &str) -> String {
    let mut query = open.to_owned();
    for number in 0..count {
        let _ = write!(query, " {}", each(number));
    }
    query + close
}

#[tokio::test(flavor = "multi_thread")]
async fn overloads_are_refused_before_anything_runs() {
    let system = TestSystem::idle().await;
    let client = system.customer("ana");
    let circle =
        format!("{{ __schema {{ types {{{} name{} }} }} }}", " fields { type {".repeat(5), " } }".repeat(5));
    let mut wrong = Vec::new();
    for (name, query) in [
        ("101 aliases", many("{", |at| format!("a{at}: __typename"), 101, " }")),
        ("10,000 aliases", many("{", |at| format!("a{at}: __typename"), 10_000, " }")),
        ("51 directives", many("{ __typename", |_| "@include(if: true)".to_owned(), 51, " }")),
        ("directives unheard of", many("{ __typename", |_| "@aa".to_owned(), 10_000, " }")),
        ("10,000 fields again", many("{ viewer {", |_| "subject".to_owned(), 10_000, " } }")),
        ("10,000 objects again", many("{", |_| "viewer { subject }".to_owned(), 10_000, " }")),
        ("10,000 operations", many("", |at| format!("query q{at} {{ __typename }}"), 10_000, "")),
        (
            "10,000 fragments",
            many("{ __typename }", |at| format!("fragment f{at} on Query {{ __typename }}"), 10_000, ""),
        ),
        ("10,000 variables", many("query (", |at| format!("$v{at}: Int"), 10_000, ") { __typename }")),
        ("circular introspection", circle),
    ] {
        let begun = Instant::now();
        let body = json!({ "query": query, "operationName": query.starts_with(" query").then_some("q0") });
        let reply = client.post(body.to_string()).await;
        let code = reply.error().unwrap_or("answered").to_owned();
        println!(
            "{name:<24} {:>7} bytes {code:<18} {:>7.1} ms",
            query.len(),
            begun.elapsed().as_secs_f64() * 1e3
        );
        if !["QUERY_TOO_COMPLEX", "BAD_USER_INPUT"].contains(&code.as_str()) || !reply.body["data"].is_null()
        {
            wrong.push(name);
        }
    }
    assert_eq!(wrong, [""; 0]);
    let batch =
        many("[", |_| "{\"query\":\"{ __typename }\"},".to_owned(), 100, "{\"query\":\"{ __typename }\"}]");
    assert_eq!(client.post(batch).await.status, 400, "a batch");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn just_below_the_limits_an_answer_comes_soon() {
    let api = api::Settings { introspection: Introspection::On, ..tests::api_settings() };
    let system = TestSystem::with(Traits { idle: true, api: Some(api), ..Traits::default() }).await;
    let client = system.customer("ana");
    for (name, query) in [
        ("4,900 fields again", many("{ viewer {", |_| "subject".to_owned(), 4_900, " } }")),
        ("50 aliases", many("{", |at| format!("a{at}: viewer {{ subject }}"), 50, " }")),
        (
            "three rounds of types",
            format!(
                "{{ __schema {{ types {{{} name{} }} }} }}",
                " fields { type {".repeat(3),
                " } }".repeat(3)
            ),
        ),
    ] {
        let begun = Instant::now();
        let reply = client.send(&query, json!({})).await;
        let size = reply.body.to_string().len();
        println!(
            "{name:<24} {:>7} bytes, answered with {size:>8} bytes in {:>7.1} ms",
            query.len(),
            begun.elapsed().as_secs_f64() * 1e3
        );
        assert_eq!(reply.error(), None, "{name}");
        assert!(size < 5_000_000, "{name}: {size}");
    }
    system.finish().await;
}
