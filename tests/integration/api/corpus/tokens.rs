//! Tokens that are none of ours, as they come in over both transports.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::{SinkExt as _, StreamExt as _};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tests::TestSystem;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue};

/// The secret of the tests, which the system was started with.
const SECRET: &[u8] = b"a secret of the tests, long enough for HS256";

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

/// Good claims with some of them replaced; null takes one away.
fn claims(changes: &Value) -> Value {
    let mut claims = json!({ "iss": "holdfast-tests", "aud": "holdfast", "sub": "ana", "role": "customer",
                             "exp": now() + 600 });
    let all = claims.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("changes") {
        all.insert(name.clone(), value.clone());
        all.retain(|_, value| !value.is_null());
    }
    claims
}

fn signed(header: &Header, changes: &Value, secret: &[u8]) -> String {
    encode(header, &claims(changes), &EncodingKey::from_secret(secret)).expect("a token")
}

fn unsigned(header: &Value, signature: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(header), part(&claims(&json!({}))))
}

fn bad_tokens() -> Vec<(&'static str, String)> {
    let plain = Header::new(Algorithm::HS256);
    let changed = |changes: Value| signed(&plain, &changes, SECRET);
    let good = changed(json!({}));
    let key = Header { kid: Some("../../../../dev/null".to_owned()), ..plain.clone() };
    let elsewhere = Header { jku: Some("http://127.0.0.1:1/keys".to_owned()), ..plain.clone() };
    vec![
        ("alg none", unsigned(&json!({ "alg": "none" }), "")),
        ("alg None", unsigned(&json!({ "alg": "None", "typ": "JWT" }), "")),
        ("no alg", unsigned(&json!({ "typ": "JWT" }), "x")),
        ("RS256 by a secret", unsigned(&json!({ "alg": "RS256" }), "AAAA")),
        ("another algorithm", signed(&Header::new(Algorithm::HS512), &json!({}), SECRET)),
        ("another secret", signed(&plain, &json!({}), b"another secret, just as long as the first")),
        ("an empty secret", signed(&plain, &json!({}), b"")),
        ("a key by its path", signed(&key, &json!({}), b"")),
        ("keys from elsewhere", signed(&elsewhere, &json!({}), b"x")),
        ("cut short", good[..good.len() - 4].to_owned()),
        ("no signature", good.rsplit_once('.').expect("three parts").0.to_owned() + "."),
        ("another issuer", changed(json!({ "iss": "holdfast" }))),
        ("another audience", changed(json!({ "aud": "holdfast-other" }))),
        ("no audience", changed(json!({ "aud": null }))),
        ("no issuer", changed(json!({ "iss": null }))),
        ("no end", changed(json!({ "exp": null }))),
        ("expired", changed(json!({ "exp": now() - 60 }))),
        ("expired long ago", changed(json!({ "exp": 1 }))),
        ("not yet valid", changed(json!({ "nbf": now() + 600 }))),
        ("no subject", changed(json!({ "sub": null }))),
        ("an empty subject", changed(json!({ "sub": "" }))),
        ("NUL in the subject", changed(json!({ "sub": "a\u{0}b" }))),
        ("a role unheard of", changed(json!({ "role": "root" }))),
        ("no role", changed(json!({ "role": null }))),
        ("no organiser", changed(json!({ "role": "organiser" }))),
        ("an end that is a text", changed(json!({ "exp": "tomorrow" }))),
        ("no token", String::new()),
        ("8 kB of it", "x".repeat(8_000)),
    ]
}

/// The code with which a socket is closed that introduces itself with this token.
async fn close_code(url: &str, token: &str) -> u16 {
    let address = format!("{}/graphql", url.replacen("http", "ws", 1));
    let mut request = address.into_client_request().expect("an address");
    let protocol = HeaderValue::from_static("graphql-transport-ws");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.expect("an upgrade");
    let init =
        json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } });
    socket.send(Message::text(init.to_string())).await.expect("it is sent");
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Close(Some(frame)) => return frame.code.into(),
            Message::Text(text) => panic!("it was taken: {text}"),
            _ => {}
        }
    }
    panic!("it was closed without a reason");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_bad_token_is_taken_by_either_transport() {
    let system = TestSystem::idle().await;
    let nobody = system.nobody();
    let query = json!({ "query": "{ viewer { subject } }" });
    let status = async |token: &str| {
        let request = nobody.request(reqwest::Method::POST, "/graphql").bearer_auth(token).json(&query);
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.expect("a text"))
    };
    let mut wrong = Vec::new();
    for (name, token) in bad_tokens() {
        let (http, said) = status(&token).await;
        let socket = close_code(nobody.url(), &token).await;
        println!("{name:<24} HTTP {http}, WebSocket {socket}");
        if http != 401 || socket != 4403 || said.contains("ana") {
            wrong.push(format!("{name}: {http}, {socket}: {said}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
    // That these are refused for what is changed in them, the good one shows.
    let good = signed(&Header::new(Algorithm::HS256), &json!({}), SECRET);
    let (http, said) = status(&good).await;
    assert!(http == 200 && said.contains("ana"), "{said}");
    system.finish().await;
}
