//! Who may use the doors: this machine's own pages, and nobody's whom its browser happens to visit.
//!
//! `holdfast dev` listens on loopback, but a page from anywhere may make a browser ask there. A name that its owner
//! points to this machine is not ours, and what another origin asks for is refused, whatever it is.

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, Uri, header},
    middleware::Next,
    response::Response,
};

use super::refuse;

/// Lets through what was asked for by address, or by `localhost`, and by no page of another origin.
pub(super) async fn only_from_here(request: Request, next: Next) -> Response {
    match host(request.headers()) {
        Some(host) if is_ours(&host) && is_same_origin(request.headers(), &host) => next.run(request).await,
        _ => refuse(StatusCode::FORBIDDEN, "this is for the demo's own pages alone"),
    }
}

fn host(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    Some(host.to_ascii_lowercase())
}

/// An address is no name that anybody could point here.
fn is_ours(host: &str) -> bool {
    let Ok(uri) = host.parse::<Uri>() else { return false };
    let Some(name) = uri.host() else { return false };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok()
}

fn is_same_origin(headers: &HeaderMap, host: &str) -> bool {
    match headers.get(header::ORIGIN) {
        // A program, or a page that only reads what it can't see the answer of.
        None => headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none"),
        Some(origin) => origin.to_str().is_ok_and(|origin| {
            origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))
        }),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn names_that_somebody_could_point_here_are_not_ours() {
        for host in ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "192.168.1.7"] {
            assert!(is_ours(host), "{host}");
        }
        for host in ["evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example:80", "", "a b"] {
            assert!(!is_ours(host), "{host}");
        }
    }

    #[test]
    fn pages_of_other_origins_are_refused() {
        let asks = |name: &'static str, value: &'static str| {
            let headers =
                HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(value))]);
            is_same_origin(&headers, "127.0.0.1:8080")
        };
        assert!(is_same_origin(&HeaderMap::new(), "127.0.0.1:8080"), "a program has no origin");
        assert!(asks("origin", "http://127.0.0.1:8080"));
        assert!(!asks("origin", "http://127.0.0.1:9090"));
        assert!(!asks("origin", "https://evil.example"));
        assert!(!asks("origin", "null"));
        assert!(asks("sec-fetch-site", "same-origin"));
        assert!(!asks("sec-fetch-site", "cross-site"));
    }
}
