//! The pages, embedded: nothing is fetched from anywhere else. The API's own layer packs them for those who take it.

use axum::{
    extract::Path,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use include_dir::{Dir, include_dir};

/// What Vite built, as `build.rs` found it; empty where it has not.
static PAGES: Dir<'_> = include_dir!("$OUT_DIR/web-demo");

/// Where Vite puts what has its own digest in its name.
const HASHED: &str = "assets/";

const HEADERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

const UNBUILT: &str = "The demo is not part of this binary, because web-demo/dist was not there when it was built.\n\
     ./dev builds both; or run `npm ci && npm run build` in web-demo, and cargo again.\n\
     GraphiQL is at /graphiql.\n";

/// The one page.
pub(super) async fn index() -> Response {
    send("index.html").unwrap_or_else(|| {
        (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], UNBUILT)
            .into_response()
    })
}

/// What the page is made of.
pub(super) async fn file(Path(name): Path<String>) -> Response {
    send(&name).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

fn send(name: &str) -> Option<Response> {
    let file = PAGES.get_file(name)?;
    let cache = if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kept = [(header::CONTENT_TYPE, content_type(name)), (header::CACHE_CONTROL, cache)];
    Some((HEADERS, kept, file.contents()).into_response())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use include_dir::DirEntry;

    use super::*;

    fn names<'a>(folder: &'a Dir<'a>) -> Vec<&'a str> {
        let within = |entry: &'a DirEntry<'a>| match entry {
            DirEntry::Dir(folder) => names(folder),
            DirEntry::File(file) => vec![file.path().to_str().expect("a plain name")],
        };
        folder.entries().iter().flat_map(within).collect()
    }

    #[test]
    fn every_file_has_a_type() {
        for name in names(&PAGES) {
            assert_ne!(content_type(name), "application/octet-stream", "{name}");
        }
    }
}
