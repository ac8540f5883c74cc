//! The files that `GraphiQL` consists of.

use sha2::{Digest as _, Sha256};

/// How long browsers may keep a file without asking.
#[derive(Clone, Copy)]
pub(super) enum Cache {
    /// Its name has its version: it never changes.
    ForEver,
    /// Ours: it changes with the binary.
    AskAgain,
}

/// A file and how it is sent.
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) content_type: &'static str,
    pub(super) bytes: &'static [u8],
    /// Whether the bytes are packed.
    pub(super) gzipped: bool,
    pub(super) cache: Cache,
}

impl File {
    /// A name for exactly these bytes.
    pub(super) fn etag(&self) -> String {
        format!("\"{:x}\"", Sha256::digest(self.bytes))
    }
}

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

macro_rules! packed {
    ($name:literal, $content_type:expr) => {
        File {
            name: $name,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../../assets/graphiql/", $name, ".gz")),
            gzipped: true,
            cache: Cache::ForEver,
        }
    };
}

macro_rules! plain {
    ($name:literal, $content_type:expr) => {
        File {
            name: $name,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../../assets/graphiql/", $name)),
            gzipped: false,
            cache: Cache::AskAgain,
        }
    };
}

/// The page.
pub(super) static PAGE: File = plain!("index.html", "text/html; charset=utf-8");

/// All that the page names.
pub(super) static FILES: [File; 7] = [
    packed!("react-18.3.1.min.js", SCRIPT),
    packed!("react-dom-18.3.1.min.js", SCRIPT),
    packed!("graphql-ws-5.16.2.min.js", SCRIPT),
    packed!("graphiql-3.9.0.min.js", SCRIPT),
    packed!("graphiql-3.9.0.min.css", STYLE),
    plain!("page.js", SCRIPT),
    plain!("page.css", STYLE),
];
