//! How the pages are served, and that the doors beside them are there for `dev` and its own pages alone.

use std::path::Path;

use nix::sys::signal::Signal;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::process::support::{DataDir, Dev, PrivatePostgres, Running, block_on, holdfast, http};

/// What is asked of a door.
const DOORS: [(&str, &str, &str); 5] = [
    ("POST", "/dev/tokens", r#"{"role":"OPERATOR","subjects":["somebody"]}"#),
    ("GET", "/dev/state", ""),
    ("PUT", "/dev/trouble", r#"{"latency_ms":1}"#),
    ("POST", "/dev/worker/kill", r#"{"moment":"NOW"}"#),
    ("GET", "/dev/events?booking=Qm9va2luZzowMTkwMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDE", ""),
];

struct Answer {
    status: StatusCode,
    headers: header::HeaderMap,
    body: String,
    /// Of the body as it was sent, in bytes.
    length: usize,
}

fn ask(method: &str, url: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let mut request = http().request(method, url);
    if !body.is_empty() {
        request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_owned());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    block_on(async {
        let response = request.send().await.expect("it answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.expect("a body");
        Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), length: bytes.len() }
    })
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().expect("plain text"))
}

#[test]
fn the_page_is_served_as_browsers_like_it() {
    let data = DataDir::new();
    let dev = Dev::start(&data);
    assert_eq!(dev.address("Demo"), format!("{}/", dev.url()));
    let page = ask("GET", dev.address("Demo"), "", &[]);
    assert_eq!(page.status, StatusCode::OK, "the pages are built by ./test: {}", page.body);
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    assert_eq!(header(&page, "cache-control"), "no-cache");
    let policy = header(&page, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");

    let assets: Vec<_> =
        page.body.split('"').filter(|part| part.starts_with("/assets/")).map(str::to_owned).collect();
    assert!(assets.len() >= 2, "{}", page.body);
    for asset in assets {
        let url = format!("{}{asset}", dev.url());
        let plain = ask("GET", &url, "", &[]);
        assert_eq!(header(&plain, "cache-control"), "public, max-age=31536000, immutable", "{asset}");
        let is_style = Path::new(&asset).extension().is_some_and(|ending| ending == "css");
        let wanted = if is_style { "text/css" } else { "text/javascript" };
        assert!(header(&plain, "content-type").starts_with(wanted), "{asset}");
        // What fits into one packet as it is is left alone.
        for coding in ["br", "gzip"].into_iter().filter(|_| plain.length >= 1_024) {
            let packed = ask("GET", &url, "", &[("accept-encoding", coding)]);
            assert_eq!(header(&packed, "content-encoding"), coding, "{asset}");
            assert!(packed.length < plain.length, "{asset}");
        }
    }
    assert_eq!(ask("GET", &format!("{}/assets/none.js", dev.url()), "", &[]).status, StatusCode::NOT_FOUND);
    assert_eq!(ask("GET", dev.address("GraphiQL"), "", &[]).status, StatusCode::OK);
    assert_eq!(dev.stop(Signal::SIGINT).code, Some(0));
}

#[test]
fn the_doors_open_to_our_own_pages_alone() {
    let data = DataDir::new();
    let dev = Dev::start(&data);
    let port = dev.port();
    for (method, path, body) in DOORS {
        let url = format!("{}{path}", dev.url());
        let rebound = format!("evil.example:{port}");
        for (name, value) in [
            ("host", rebound.as_str()),
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
        ] {
            let refused = ask(method, &url, body, &[(name, value)]);
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path} with {name}: {value}");
            assert!(refused.headers.get("access-control-allow-origin").is_none(), "{path}");
        }
        let own = format!("http://127.0.0.1:{port}");
        let answer = ask(method, &url, body, &[("origin", &own)]);
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    }
    assert_eq!(dev.stop(Signal::SIGINT).code, Some(0));
}

#[test]
fn nonsense_is_refused_at_the_doors() {
    let data = DataDir::new();
    let dev = Dev::start(&data);
    let many = json!({ "role": "CUSTOMER", "subjects": vec!["a"; 1_001] }).to_string();
    for (method, path, body) in [
        ("POST", "/dev/tokens", r#"{"role":"CUSTOMER","subjects":[]}"#),
        ("POST", "/dev/tokens", r#"{"role":"CUSTOMER","subjects":[""]}"#),
        ("POST", "/dev/tokens", r#"{"role":"SERVICE","subjects":["a"]}"#),
        ("POST", "/dev/tokens", many.as_str()),
        ("PUT", "/dev/trouble", r#"{"decline_rate":2}"#),
        ("PUT", "/dev/trouble", r#"{"unknown":1}"#),
        ("POST", "/dev/worker/kill", r#"{"moment":"LATER"}"#),
        ("GET", "/dev/events?booking=nonsense", ""),
    ] {
        let answer = ask(method, &format!("{}{path}", dev.url()), body, &[]);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}: {}", answer.body);
        let said: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert!(said["error"].is_string(), "{said}");
    }
    assert_eq!(dev.stop(Signal::SIGINT).code, Some(0));
}

#[test]
fn no_trouble_is_made_at_a_gateway_that_is_none_of_ours() {
    let data = DataDir::new();
    // Nobody is there: it is named, and never asked.
    let dev = Dev::start_with(&data, 0, &["--simulator=theirs=http://127.0.0.1:9"]);
    for (method, body) in [("GET", ""), ("PUT", r#"{"down":true}"#)] {
        let answer = ask(method, &format!("{}/dev/trouble", dev.url()), body, &[]);
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.body);
        assert!(answer.body.contains("none of ours"), "{}", answer.body);
    }
    let state = ask("GET", &format!("{}/dev/state", dev.url()), "", &[]);
    let state: Value = serde_json::from_str(&state.body).expect("JSON");
    assert_eq!((&state["trouble"], &state["worker"]["isWorking"]), (&Value::Null, &json!(true)));
    assert_eq!(dev.stop(Signal::SIGINT).code, Some(0));
}

#[test]
fn no_door_and_no_page_is_there_outside_of_dev() {
    let (data, postgres) = (DataDir::new(), PrivatePostgres::start());
    let named = format!("--database-url={}", postgres.url());
    assert_eq!(Running::start(&mut holdfast(&["migrate", &named])).end().code, Some(0));
    let flags = ["serve", "--dev-key", "--port=0", "--graphiql=on", &data.flag(), &named];
    let mut serve = Running::start(&mut holdfast(&flags));
    let url = serve.line(|line| {
        let url = line.strip_prefix("Serving ")?;
        url.strip_suffix("/graphql").map(str::to_owned)
    });
    for (method, path, body) in DOORS {
        let answer = ask(method, &format!("{url}{path}"), body, &[]);
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.body);
    }
    let root = ask("GET", &format!("{url}/"), "", &[]);
    assert!(root.body.contains("GraphiQL") && !root.body.contains("/assets/"), "{}", root.body);
}
