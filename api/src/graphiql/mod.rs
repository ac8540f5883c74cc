//! `GraphiQL`, served from this binary: nothing is fetched from anywhere else.
//!
//! The files and where they come from are told in `assets/graphiql/README.md`.

mod files;

use std::io::Read as _;

use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::read::GzDecoder;

use self::files::{Cache, FILES, File, PAGE};

/// Nothing but this origin, and nothing inline but the styles that the editor sets itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     font-src 'self' data:; img-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// The page itself.
pub(crate) async fn page(headers: HeaderMap) -> Response {
    let mut response = send(&PAGE, &headers);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// What the page needs.
pub(crate) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match FILES.iter().find(|file| file.name == name) {
        Some(file) => send(file, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn send(file: &'static File, headers: &HeaderMap) -> Response {
    let etag = file.etag();
    let mut response = if matches(headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if file.gzipped && accepts_gzip(headers) {
        ([(header::CONTENT_ENCODING, "gzip")], file.bytes).into_response()
    } else if file.gzipped {
        unpack(file.bytes)
            .map_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response(), IntoResponse::into_response)
    } else {
        file.bytes.into_response()
    };
    let all = response.headers_mut();
    all.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    all.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    all.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    all.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(match file.cache {
            Cache::ForEver => "public, max-age=31536000, immutable",
            Cache::AskAgain => "no-cache",
        }),
    );
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        all.insert(header::ETAG, etag);
    }
    response
}

fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut plain).ok()?;
    Some(plain)
}

fn matches(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    known.split(',').any(|known| known.trim().trim_start_matches("W/") == etag)
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        named && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_can_be_unpacked_and_the_page_names_only_what_is_there() {
        for file in FILES.iter().filter(|file| file.gzipped) {
            assert!(unpack(file.bytes).is_some_and(|plain| plain.len() > file.bytes.len()), "{}", file.name);
        }
        let page = std::str::from_utf8(PAGE.bytes).expect("text");
        let named: Vec<_> =
            page.split("/graphiql/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(named.len(), FILES.len(), "{named:?}");
        for name in named {
            assert!(FILES.iter().any(|file| file.name == name), "{name}");
        }
        assert!(!page.contains("http:") && !page.contains("https:"), "nothing comes from elsewhere");
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        for (accept, taken) in
            [("gzip", true), ("br, GZIP;q=0.5", true), ("gzip;q=0", false), ("br", false), ("", false)]
        {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accept))]);
            assert_eq!(accepts_gzip(&headers), taken, "{accept}");
        }
    }
}
