//! Every kind of failure, over both transports, and what its answer must not tell.

mod request_id;

use std::collections::BTreeMap;

use api::RateLimits;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Connection as _;
use tests::{Client, Goods, Line, Order, Socket, TestSystem, Traits, sql, until};

/// In whatever a planted failure says.
const SECRET: &str = "secret-of-the-database";

/// What no answer has any use for: the words of Postgres, of our libraries, and of the machine.
const INTERNALS: [&str; 33] = [
    SECRET,
    "select ",
    "insert into",
    "plpgsql",
    "sqlx",
    "sqlstate",
    "postgres",
    "relation",
    "constraint",
    "statement",
    "connection",
    "backend",
    "pgmq",
    "redis",
    "deadlock",
    "pool",
    "hf00",
    "57014",
    "40p01",
    "panicked",
    "rustc",
    "tokio",
    "hyper",
    "serde",
    "async_graphql",
    "axum",
    ".rs:",
    "src/",
    "::",
    "/root",
    "/home",
    "/tmp",
    "column ",
];
/// Schemas: a name of one with a dot and a letter behind it is the name of a routine or a table.
const SCHEMAS: [&str; 9] = [
    "booking",
    "inventory",
    "payment",
    "saga",
    "outbox",
    "notification",
    "reporting",
    "invariant",
    "holdfast",
];

/// What in a text tells too much.
fn internals(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace("correlationid", "id");
    let names_routine = |schema: &&&str| {
        text.match_indices(&format!("{schema}."))
            .any(|(at, found)| text[at + found.len()..].starts_with(|next: char| next.is_ascii_alphabetic()))
    };
    let words = INTERNALS.iter().filter(|word| text.contains(*word));
    words.chain(SCHEMAS.iter().filter(names_routine)).map(ToString::to_string).collect()
}

/// All that an answer says, with its headers.
async fn answer(request: reqwest::RequestBuilder) -> (u16, String, String) {
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let headers = format!("{:?}", response.headers());
    let id = response.headers().get("x-request-id").map(|id| id.to_str().expect("a text").to_owned());
    let body = response.text().await.expect("the answer arrives");
    (status, id.unwrap_or_default(), format!("{headers}\n{body}"))
}

fn post(client: &Client, query: &str, variables: &Value) -> reqwest::RequestBuilder {
    let body = json!({ "query": query, "variables": variables }).to_string();
    client.request(Method::POST, "/graphql").header("content-type", "application/json").body(body)
}

/// Asks over both transports: each must answer with this code, and neither may tell anything.
async fn must_fail(client: &Client, name: &str, query: &str, variables: Value, code: &str) {
    let (_, id, said) = answer(post(client, query, &variables)).await;
    let mut socket = Socket::connect(client).await;
    socket.subscribe("1", query, variables).await;
    let heard = socket.hear().await.to_string();
    for (transport, text) in [("HTTP", &said), ("WebSocket", &heard)] {
        println!("{name:<28} {transport:<10} {code}");
        assert!(text.contains(&format!("\"{code}\"")), "{name} over {transport}: {text}");
        assert_eq!(internals(text), [""; 0], "{name} over {transport}: {text}");
    }
    if code == "INTERNAL" {
        assert!(said.contains(&format!("\"correlationId\":\"{id}\"")), "{name}: {said}");
        assert!(heard.contains("\"correlationId\":\""), "{name}: {heard}");
    }
}

const BOOKINGS: &str = "{ bookings { edges { node { id } } } }";
const CREATE: &str = "mutation($input: CreateBookingInput!) { createBooking(input: $input) \
                      { booking { id } userErrors { code message path } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_fails_tells_nothing() {
    let system = TestSystem::idle().await;
    let ana = system.customer("ana");
    let whole: String = system
        .database
        .value("select pg_get_functiondef('booking.list_bookings(jsonb)'::regprocedure)")
        .await;
    let raise = |state: &str| {
        format!(
            "raise exception '{SECRET} in booking.booking' using errcode = '{state}', detail = 'select 1', hint = 'x'"
        )
    };
    for (name, act, code) in [
        ("it raises", raise("P0001"), "INTERNAL"),
        ("a table is missing", raise("42P01"), "INTERNAL"),
        ("a rule of ours is broken", raise("HF003"), "INTERNAL"),
        ("the disk is full", raise("53100"), "UNAVAILABLE"),
        ("a row is wrong", raise("23514"), "INTERNAL"),
        ("no such text", raise("22P02"), "BAD_USER_INPUT"),
        ("no room for a connection", raise("53300"), "UNAVAILABLE"),
        ("rows are held", raise("55P03"), "UNAVAILABLE"),
        ("a deadlock", raise("40P01"), "UNAVAILABLE"),
        ("the server goes down", raise("57P01"), "UNAVAILABLE"),
        ("a real error", format!("perform ('{SECRET}')::integer"), "INTERNAL"),
        ("a real division", "perform 1 / (random() * 0)::integer".to_owned(), "INTERNAL"),
        (
            "rubbish",
            "return next '{\"row\": 1, \"rubbish\": \"select\"}'::jsonb; return".to_owned(),
            "INTERNAL",
        ),
        ("no object", "return next '[]'::jsonb; return".to_owned(), "INTERNAL"),
        ("a null", "return next null::jsonb; return".to_owned(), "INTERNAL"),
    ] {
        let planted = whole.replacen("return query", &format!("{act}; return query"), 1);
        assert_ne!(planted, whole);
        system.database.execute(planted).await;
        // A cursor that can't be read is the client's own mistake; it is told so when it has sent one.
        let code = if code == "BAD_USER_INPUT" { "INTERNAL" } else { code };
        must_fail(&ana, name, BOOKINGS, json!({}), code).await;
    }
    system.abandon().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_tells_nothing() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let ana = system.customer("ana");
    let routine = "booking.create_bookings(jsonb)";
    let whole: String =
        system.database.value(format!("select pg_get_functiondef('{routine}'::regprocedure)")).await;
    let guard = "outcomes := booking.refuse_strangers(commands, outcomes, firsts);";
    let order = || Order::of([Line::of(shop.slot(), 1)]).input();
    for (name, act, code) in [
        ("it raises", format!("raise exception '{SECRET}' using detail = 'booking.line'"), "INTERNAL"),
        ("a real error", format!("perform ('{SECRET}')::integer"), "INTERNAL"),
        ("a constraint", "insert into booking.booking default values".to_owned(), "INTERNAL"),
        ("a deadlock each time", "raise exception 'x' using errcode = '40P01'".to_owned(), "CONTENDED"),
        ("the key is held", "raise exception 'x' using errcode = 'HF001'".to_owned(), "IDEMPOTENCY_KEY_IN_USE"),
        ("rubbish", "return query select 1, '{\"rubbish\": \"select\"}'::jsonb; return".to_owned(), "INTERNAL"),
        ("no answer", "return".to_owned(), "INTERNAL"),
        ("a code unheard of", "return query select 1, '{\"refusal\": {\"code\": \"BOOKING_LINE\", \"message\": \"select\"}}'::jsonb; return".to_owned(), "INTERNAL"),
    ] {
        let planted = whole.replacen(guard, &format!("{act}; {guard}"), 1);
        assert_ne!(planted, whole);
        system.database.execute(planted).await;
        must_fail(&ana, name, CREATE, json!({ "input": order() }), code).await;
    }
    let bookings: i64 = system.database.value("select count(*) from booking.booking").await;
    assert_eq!(bookings, 0);
    system.abandon().await;
}

/// Ends or cancels the calls that sleep, as soon as there are some, until told to stop.
async fn strike(system: &TestSystem, function: &str) -> i64 {
    let query = format!(
        "select count({function}(pid)) from pg_stat_activity
         where datname = current_database() and wait_event = 'PgSleep'"
    );
    until("a call was struck", async || {
        let struck: i64 = system.database.value(query.as_str()).await;
        (struck > 0).then_some(struck)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_tells_nothing() {
    let system = TestSystem::idle().await;
    let ana = system.customer("ana");
    system.plant("booking.list_bookings(jsonb)", "return query", "perform pg_sleep(60); return query").await;
    for (name, function, code) in [
        ("a backend is killed", "pg_terminate_backend", "UNAVAILABLE"),
        ("a statement is cancelled", "pg_cancel_backend", "TIMEOUT"),
    ] {
        let striking = async {
            let twice = (strike(&system, function).await, strike(&system, function).await);
            assert!(twice.0 + twice.1 >= 2, "{name}: {twice:?}");
        };
        let ((), ()) = tokio::join!(striking, must_fail(&ana, name, BOOKINGS, json!({}), code));
    }

    // There are ten connections, and each call that has one sleeps for as long as a call may take.
    let calls = (0..30).map(|_| answer(post(&ana, BOOKINGS, &json!({}))));
    let mut codes = BTreeMap::new();
    for (_, _, said) in join_all(calls).await {
        assert_eq!(internals(&said), [""; 0], "{said}");
        let code = ["UNAVAILABLE", "TIMEOUT"].into_iter().find(|code| said.contains(&format!("\"{code}\"")));
        *codes.entry(code.unwrap_or_else(|| panic!("{said}"))).or_insert(0) += 1;
    }
    println!("no connection is left: {codes:?}");
    assert!(codes.contains_key("UNAVAILABLE"), "somebody waited for a connection in vain: {codes:?}");

    // Nobody gets in any more.
    let name: String = system.database.value("select current_database()::text").await;
    let mut cluster =
        sqlx::PgConnection::connect(&tests::cluster_url("postgres")).await.expect("the cluster");
    let away = format!("alter database {name} allow_connections false");
    sqlx::raw_sql(sql(away)).execute(&mut cluster).await.expect("it is closed");
    let ended = format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
    sqlx::raw_sql(sql(ended)).execute(&mut cluster).await.expect("its connections end");
    let (status, _, said) = answer(post(&ana, BOOKINGS, &json!({}))).await;
    println!("the database is closed: {status}");
    assert!(said.contains("\"errors\"") && internals(&said).is_empty(), "{said}");
    let (status, _, said) = answer(ana.request(Method::GET, "/readyz")).await;
    assert_eq!(status, 503);
    assert!(!said.contains(&name) && !said.contains("allow"), "{said}");
    let back = format!("alter database {name} allow_connections true");
    sqlx::raw_sql(sql(back)).execute(&mut cluster).await.expect("it is open");
    system.abandon().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_others_hold_tell_nothing() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let mut other = system.database.sql.begin().await.expect("a transaction");
    sqlx::query("select from inventory.slot for update")
        .execute(&mut *other)
        .await
        .expect("the slot is held");
    let input = Order::of([Line::of(shop.slot(), 1)]).input();
    must_fail(&system.customer("ana"), "the slot is held", CREATE, json!({ "input": input }), "CONTENDED")
        .await;
    other.rollback().await.expect("it is let go");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_fails_tells_nothing() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let ana = system.customer("ana");
    let booking = ana.hold(shop.slot()).await;
    let (other, query) =
        (system.customer("bob"), "subscription($id: ID!) { bookingChanged(id: $id) { version } }");
    let mut socket = Socket::connect(&other).await;
    socket.subscribe("1", query, json!({ "id": booking })).await;
    let heard = socket.hear().await.to_string();
    assert!(heard.contains("NOT_FOUND") && internals(&heard).is_empty(), "{heard}");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_became_a_request_tells_nothing() {
    let rate_limits = RateLimits { per_user: 1, ..RateLimits::of(0) };
    let api = api::Settings { rate_limits, ..tests::api_settings() };
    let system = TestSystem::with(Traits { idle: true, api: Some(api), ..Traits::default() }).await;
    let (nobody, ana) = (system.nobody(), system.customer("ana"));
    let plain = |method: Method, path: &str| nobody.request(method, path);
    let json = |body: &[u8]| {
        plain(Method::POST, "/graphql").header("content-type", "application/json").body(body.to_vec())
    };
    assert_eq!(answer(post(&ana, "{ viewer { subject } }", &json!({}))).await.0, 200);
    for (name, status, request) in [
        ("no such route", 404, plain(Method::GET, "/../etc/passwd")),
        ("no such route, posted", 404, plain(Method::POST, "/v1/graphql")),
        ("no such method", 405, plain(Method::DELETE, "/graphql")),
        ("a mutation by GET", 405, plain(Method::GET, "/graphql?query=mutation%7Ba%7D")),
        ("no query", 400, plain(Method::GET, "/graphql")),
        ("no JSON", 400, json(b"{\"query\":")),
        ("no UTF-8", 400, json(b"{\"query\":\"\xff\xfe\"}")),
        ("no UTF-8 at all", 400, json(&[0xff; 100])),
        ("NUL", 400, json(b"\0")),
        ("too large", 413, json(&vec![b'x'; 2_000_000])),
        ("no type", 415, plain(Method::POST, "/graphql").body("{}")),
        ("nothing acceptable", 406, json(b"{}").header("accept", "text/html")),
        ("no token", 401, json(b"{}").header("authorization", "Bearer x")),
        ("a strange scheme", 401, json(b"{}").header("authorization", "Basic eDp5")),
        ("a webhook of nobody's", 404, plain(Method::POST, "/webhooks/none").body("{}")),
        ("an upgrade to nothing", 400, plain(Method::GET, "/graphql").header("upgrade", "websocket")),
        ("too often", 429, post(&ana, "{ viewer { subject } }", &json!({}))),
    ] {
        let (found, id, said) = answer(request).await;
        println!("{name:<24} {found}");
        assert_eq!(found, status, "{name}: {said}");
        assert_eq!(internals(&said.replace("\"connection\"", "")), [""; 0], "{name}: {said}");
        assert!(!id.is_empty(), "{name}: no x-request-id");
    }
    system.finish().await;
}
