//! GraphQL over server-sent events, looked at byte by byte.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::{Value, json};
use tests::{Client, Goods, LIMIT, TestSystem, Traits, api_settings};

/// A stream of events as it comes.
struct Stream {
    response: Response,
    unread: String,
}

/// One block of a stream.
#[derive(Debug, PartialEq)]
enum Block {
    Event(String, String),
    Comment,
}

impl Stream {
    /// Asks for a stream, as a browser would that unpacks whatever comes.
    async fn ask(client: &Client, method: Method, params: &Value) -> Response {
        let url = format!("{}/graphql", client.url());
        let mut request = reqwest::Client::new()
            .request(method.clone(), url)
            .header("accept", "text/event-stream")
            .header("accept-encoding", "gzip, br");
        if let Some(bearer) = client.bearer() {
            request = request.header("authorization", bearer);
        }
        request = if method == Method::GET {
            let fields = params.as_object().expect("parameters").iter();
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            request.query(&fields.map(|(name, value)| (name.clone(), text(value))).collect::<Vec<_>>())
        } else {
            request.json(params)
        };
        request.send().await.expect("the API answers")
    }

    async fn open(client: &Client, method: Method, params: &Value) -> Self {
        let response = Self::ask(client, method, params).await;
        assert_eq!(response.status(), 200);
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        assert_eq!(header("content-type"), Some("text/event-stream"));
        assert_eq!(header("cache-control"), Some("no-store"));
        // Packing would hold events back until there is enough to pack.
        assert_eq!(header("content-encoding"), None);
        let mut stream = Self { response, unread: String::new() };
        assert_eq!(stream.next().await, Some(Block::Comment), "a first sign of life");
        stream
    }

    /// The next block; none at the end.
    async fn next(&mut self) -> Option<Block> {
        loop {
            if let Some(end) = self.unread.find("\n\n") {
                let block = self.unread.drain(..end + 2).collect::<String>();
                let field = |name: &str| {
                    let prefix = format!("{name}:");
                    let line = block.lines().find_map(|line| line.strip_prefix(&prefix))?;
                    Some(line.strip_prefix(' ').unwrap_or(line).to_owned())
                };
                let event =
                    field("event").map(|event| Block::Event(event, field("data").expect("a field of data")));
                let block = event.unwrap_or_else(|| {
                    assert!(block.starts_with(':'), "neither event nor comment: {block}");
                    Block::Comment
                });
                return Some(block);
            }
            let chunk = tokio::time::timeout(LIMIT, self.response.chunk()).await.expect("something in time");
            let Some(chunk) = chunk.expect("the stream can be read") else {
                assert_eq!(self.unread, "", "a block breaks off");
                return None;
            };
            self.unread.push_str(std::str::from_utf8(&chunk).expect("whole characters"));
        }
    }

    async fn result(&mut self) -> Value {
        loop {
            match self.next().await {
                Some(Block::Event(event, data)) if event == "next" => {
                    return serde_json::from_str(&data).expect("JSON");
                }
                Some(Block::Comment) => (),
                other => panic!("no result: {other:?}"),
            }
        }
    }

    async fn completes(&mut self) {
        assert_eq!(self.next().await, Some(Block::Event("complete".to_owned(), String::new())));
        assert_eq!(self.next().await, None, "nothing follows");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_once_is_one_result_and_the_end() {
    let system = TestSystem::idle().await;
    let customer = system.customer("ana");
    let query = json!({ "query": "query Q { viewer { subject } }", "operationName": "Q" });
    for method in [Method::POST, Method::GET] {
        let mut stream = Stream::open(&customer, method, &query).await;
        assert_eq!(stream.result().await["data"], json!({ "viewer": { "subject": "ana" } }));
        stream.completes().await;
    }
    let mutation = json!({ "query": "mutation { __typename }" });
    let mut stream = Stream::open(&customer, Method::POST, &mutation).await;
    assert_eq!(stream.result().await["data"], json!({ "__typename": "Mutation" }));
    stream.completes().await;
    // A link must not change anything, whatever it is answered with.
    let refused = Stream::ask(&customer, Method::GET, &mutation).await;
    assert_eq!(refused.status(), 405);

    // Who listens to a stream sees no status: what is wrong with the document comes by the stream.
    for document in ["{", "{ nothing }", "subscription { bookingChanged(id: \"x\") { nothing } }"] {
        let mut stream = Stream::open(&customer, Method::POST, &json!({ "query": document })).await;
        let result = stream.result().await;
        assert_eq!(result["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{result}");
        assert!(result.get("data").is_none(), "{result}");
        stream.completes().await;
    }
    // What is no request at all has no stream.
    assert_eq!(Stream::ask(&customer, Method::POST, &json!({ "query": 1 })).await.status(), 400);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_comes_as_it_happens() {
    let settings = api::Settings { heartbeat: Duration::from_millis(100), ..api_settings() };
    let system = TestSystem::with(Traits { api: Some(settings), idle: true, ..Traits::default() }).await;
    let shop = system.shop(&Goods::default().listed(json!({ "holdExtensions": 10 }))).await;
    let customer = system.customer("ana");
    let booking = customer.hold(shop.slot()).await;
    let query = "subscription($id: ID!) { bookingChanged(id: $id, afterVersion: 0) { version } }";
    let params = json!({ "query": query, "variables": { "id": booking } });

    let mut posted = Stream::open(&customer, Method::POST, &params).await;
    let mut linked = Stream::open(&customer, Method::GET, &params).await;
    for version in 1..=3 {
        for stream in [&mut posted, &mut linked] {
            assert_eq!(stream.result().await["data"]["bookingChanged"]["version"], version);
        }
        customer.ask("extendHold", &booking, json!({})).await.id();
    }
    assert_eq!(posted.result().await["data"]["bookingChanged"]["version"], 4);
    // Then nothing happens, and the client hears that the other side is there.
    for _ in 0..3 {
        assert_eq!(posted.next().await, Some(Block::Comment));
    }

    let mut foreign = Stream::open(&system.customer("ben"), Method::POST, &params).await;
    assert_eq!(foreign.result().await["errors"][0]["extensions"]["code"], "NOT_FOUND");
    foreign.completes().await;
    // Without a stream there is nothing to subscribe with.
    let reply = customer.post(params.to_string()).await;
    assert_eq!((reply.status, reply.error()), (400, Some("BAD_USER_INPUT")));
    drop((posted, linked));
    system.finish().await;
}
