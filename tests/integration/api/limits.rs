//! Rate limits: each asker's, each address's, shared by instances or not.

mod shared;

use api::RateLimits;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Client, Goods, Line, Order, Socket, TestSystem, Traits};

/// The cheapest thing that can be asked for.
const CHEAP: &str = "{ viewer { subject } }";

/// Limits so small that nothing flows back while a test looks: of three units, each takes 20 s.
fn few() -> RateLimits {
    RateLimits { per_user: 3, ..RateLimits::of(0) }
}

async fn limited(rate_limits: RateLimits) -> TestSystem {
    let api = api::Settings { rate_limits, ..tests::api_settings() };
    TestSystem::with(Traits { idle: true, api: Some(api), ..Traits::default() }).await
}

/// What an answer says by its status, its code, and of when to come back.
struct Told {
    status: u16,
    code: Option<String>,
    after_ms: Option<u64>,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

impl Told {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a text"))
    }
}

async fn send(client: &Client, query: &str, headers: &[(&str, &str)]) -> Told {
    let mut request = client.request(Method::POST, "/graphql").header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.body(json!({ "query": query }).to_string()).send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body: Value = response.json().await.expect("JSON");
    let extensions = &body["errors"][0]["extensions"];
    let code = extensions["code"].as_str().map(str::to_owned);
    Told { status, code, after_ms: extensions["retryAfterMs"].as_u64(), headers, body }
}

/// How many of `tries` are answered before one is refused.
async fn answered(client: &Client, tries: usize, headers: &[(&str, &str)]) -> usize {
    for done in 0..tries {
        let told = send(client, CHEAP, headers).await;
        if told.status == 429 {
            assert_eq!(told.code.as_deref(), Some("RATE_LIMITED"));
            return done;
        }
        assert_eq!((told.status, told.code), (200, None));
    }
    tries
}

#[tokio::test(flavor = "multi_thread")]
async fn each_customer_has_a_budget_and_is_told_what_is_left() {
    let system = limited(few()).await;
    let ana = system.customer("ana");
    let first = send(&ana, CHEAP, &[]).await;
    assert_eq!(
        first.body["extensions"]["cost"],
        json!({ "requestedQueryCost": 1,
                "throttleStatus": { "maximumAvailable": 3, "currentlyAvailable": 2, "restoreRate": 0.05 } })
    );
    assert_eq!(
        (first.header("ratelimit-policy"), first.header("ratelimit")),
        ("\"user\";q=3;w=60", "\"user\";r=2;t=20")
    );
    assert_eq!(answered(&ana, 10, &[]).await, 2);

    let told = send(&ana, CHEAP, &[]).await;
    println!("refused: {} {:?}, again after {:?} ms", told.status, told.code, told.after_ms);
    assert_eq!((told.status, told.code.as_deref()), (429, Some("RATE_LIMITED")));
    let after_ms = told.after_ms.expect("when to come back");
    assert!((1..=20_000).contains(&after_ms), "{after_ms}");
    assert_eq!(told.header("retry-after"), after_ms.div_ceil(1_000).to_string());
    assert!(told.body["data"].is_null());
    let standard = send(&ana, CHEAP, &[("accept", "application/graphql-response+json")]).await;
    assert_eq!(standard.status, 429);

    // The others have theirs, and who has no name is counted by address alone.
    assert_eq!(answered(&system.customer("bob"), 2, &[]).await, 2);
    assert_eq!(answered(&system.nobody(), 20, &[]).await, 20);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_costs_more_takes_more_and_what_is_refused_does_nothing() {
    let system = limited(few()).await;
    let shop = system.shop(&Goods::default()).await;
    let ana = system.customer("ana");
    let many = "{ bookings(first: 60) { edges { node { id status } } } }";
    let told = send(&ana, many, &[]).await;
    assert_eq!(told.body["extensions"]["cost"]["requestedQueryCost"], 3, "{}", told.body);
    let order = Order::of([Line::of(shop.slot(), 1)]);
    let refused = ana.try_mutate("createBooking", order.input()).await;
    assert_eq!((refused.status, refused.error()), (429, Some("RATE_LIMITED")));
    let bookings: i64 = system.database.value("select count(*) from booking.booking").await;
    assert_eq!(bookings, 0);

    // More than the bucket holds takes all of it: it can be done once in a while.
    let all = "{ bookings(first: 100) { edges { node { id status version reference } } } }";
    let bob = system.customer("bob");
    assert_eq!(send(&bob, all, &[]).await.status, 200);
    assert_eq!(send(&bob, CHEAP, &[]).await.status, 429);
    // What can't be run is work, too.
    let eve = system.customer("eve");
    for _ in 0..3 {
        assert_eq!(send(&eve, "{ password }", &[]).await.code.as_deref(), Some("BAD_USER_INPUT"));
    }
    assert_eq!(send(&eve, "{ password }", &[]).await.status, 429);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn organisers_have_limits_of_their_own() {
    let system = limited(RateLimits { per_user: 1, per_organiser: 4, ..RateLimits::of(0) }).await;
    let organiser = system.nobody().acting_as(db::Role::Organiser, "seller", Some(uuid::Uuid::now_v7()));
    assert_eq!(answered(&organiser, 10, &[]).await, 4);
    assert_eq!(answered(&system.customer("ana"), 10, &[]).await, 1);
    // The same name is another's when the role is.
    assert_eq!(answered(&system.customer("seller"), 10, &[]).await, 1);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_counts_when_it_starts() {
    let system = limited(few()).await;
    let ana = system.customer("ana");
    let mut socket = Socket::connect(&ana).await;
    for id in ["1", "2", "3"] {
        socket.subscribe(id, CHEAP, json!({})).await;
        let next = socket.hear().await;
        assert_eq!(next["type"], "next", "{next}");
        assert_eq!(next["payload"]["extensions"]["cost"]["requestedQueryCost"], 1);
        assert_eq!(socket.hear().await["type"], "complete");
    }
    socket.watch(&TestSystem::stranger("Booking"), None).await;
    let refused = socket.hear().await;
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("1")), "{refused}");
    let extensions = &refused["payload"][0]["extensions"];
    assert_eq!(extensions["code"], "RATE_LIMITED");
    assert!(extensions["retryAfterMs"].as_u64().is_some_and(|wait| wait > 0), "{extensions}");
    // It is one budget, whatever way it is drawn on.
    assert_eq!(send(&ana, CHEAP, &[]).await.status, 429);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_a_budget_whoever_asks_and_whatever_it_sends() {
    let trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
    let system = limited(RateLimits { per_address: 3, trusted_proxies, ..RateLimits::of(0) }).await;
    let (ana, nobody) = (system.customer("ana"), system.nobody());
    let from = |address| [("x-forwarded-for", address)];
    assert_eq!(answered(&ana, 2, &from("192.0.2.1")).await, 2);
    assert_eq!(answered(&nobody, 9, &from("192.0.2.1")).await, 1);
    assert_eq!(answered(&nobody, 9, &from("192.0.2.2")).await, 3, "another address");
    // What a client wrote into the header itself stands to the left of what the proxy added.
    assert_eq!(answered(&nobody, 9, &from("198.51.100.9, 192.0.2.1")).await, 0);
    // Whoever has an IPv6 address has a whole network of them.
    assert_eq!(answered(&nobody, 2, &from("2001:db8::1")).await, 2);
    assert_eq!(answered(&nobody, 9, &from("2001:db8::ffff")).await, 1);

    for (at, (name, body, kind, bearer)) in [
        ("no JSON", "{", "application/json", None),
        ("a form", "query=%7Bviewer%7D", "application/x-www-form-urlencoded", None),
        ("a bad token", "{}", "application/json", Some("Bearer x.y.z")),
    ]
    .into_iter()
    .enumerate()
    {
        let address = format!("203.0.113.{at}");
        let mut found = Vec::new();
        for _ in 0..4 {
            let request = nobody.request(Method::POST, "/graphql").header("content-type", kind);
            let request = request.header("x-forwarded-for", &address);
            let request = match bearer {
                Some(bearer) => request.header("authorization", bearer),
                None => request,
            };
            found.push(request.body(body).send().await.expect("an answer").status().as_u16());
        }
        assert!(found[..3].iter().all(|status| *status != 429) && found[3] == 429, "{name}: {found:?}");
    }
    system.finish().await;
}
