//! Documents that clients ask for by name.
//!
//! By Apollo's protocol of automatic persisted queries a client sends the SHA-256 of
//! its document alone, and its text, too, once the server says that it does not know
//! it. What was sent is kept in this process and in the store that instances share.
//! With an [`AllowList`] nothing but what stands in it is executed.

mod allow_list;
mod store;

use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

pub use self::allow_list::{AllowList, AllowListError};
pub(crate) use self::store::Store;
use crate::graphql::{Fault, Params};

/// The version of the protocol.
const VERSION: u64 = 1;
/// The parameter's prefix by the specification of persisted documents.
const PREFIX: &str = "sha256:";

/// Which documents are executed, and by which names.
#[derive(Clone, Debug, Default)]
pub enum PersistedQueries {
    /// Every document, and by its SHA-256 once it was sent. This is the default.
    #[default]
    Automatic,
    /// Every document, always sent as it is.
    Off,
    /// Those of a list and no other, by their names or as they are.
    Only(AllowList),
}

/// A document that may be prepared.
pub(crate) struct Found {
    pub(crate) text: Arc<str>,
    /// What to keep it by, when it was not refused; it may be known already.
    keep: Option<Hash>,
}

/// A SHA-256 in lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Hash(String);

impl Hash {
    fn of(text: &str) -> Self {
        Self(format!("{:x}", Sha256::digest(text)))
    }

    fn parse(text: &str) -> Option<Self> {
        let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| Self(text.to_ascii_lowercase()))
    }
}

/// The name that a request asks by, if it does: Apollo's extension, or the parameter `documentId`. One of the wrong
/// form is a mistake.
fn name(params: &Params) -> Result<Option<&str>, Fault> {
    let bad = |message: &str| Fault::BadUserInput(message.to_owned());
    let Some(extension) = params.extensions.get("persistedQuery") else {
        return Ok(params.document_id.as_deref());
    };
    let field =
        |name: &str| extension.as_object().and_then(|extension: &Map<String, Value>| extension.get(name));
    if field("version").and_then(Value::as_u64) != Some(VERSION) {
        return Err(bad("Unsupported persisted query version"));
    }
    let hash = field("sha256Hash").and_then(Value::as_str);
    hash.map(Some).ok_or_else(|| bad("`extensions.persistedQuery.sha256Hash` must be a string."))
}

impl Store {
    /// The document that a request asks for.
    pub(crate) async fn find(&self, params: &mut Params) -> Result<Found, Fault> {
        let text: Option<Arc<str>> = params.query.take().map(Into::into);
        match (self.mode(), name(params)?, text) {
            (PersistedQueries::Only(list), _, Some(text)) if list.has(&text) => {
                Ok(Found { text, keep: None })
            }
            (PersistedQueries::Only(list), Some(name), None) => {
                let text = list.get(name).ok_or(Fault::PersistedQueryNotInList)?;
                Ok(Found { text, keep: None })
            }
            (PersistedQueries::Only(_), ..) => Err(Fault::PersistedQueryNotInList),
            (_, None, Some(text)) => Ok(Found { text, keep: None }),
            (PersistedQueries::Off, ..) => Err(Fault::PersistedQueryNotSupported),
            (PersistedQueries::Automatic, Some(name), Some(text)) => {
                let hash = Hash::of(&text);
                let same = Hash::parse(name.strip_prefix(PREFIX).unwrap_or(name)).as_ref() == Some(&hash);
                if same { Ok(Found { text, keep: Some(hash) }) } else { Err(Fault::PersistedQueryMismatch) }
            }
            (PersistedQueries::Automatic, Some(name), None) => {
                // What is no hash is the name of no document, and never a key of the store.
                let hash = Hash::parse(name.strip_prefix(PREFIX).unwrap_or(name));
                let hash = hash.ok_or(Fault::PersistedQueryNotFound)?;
                let text = self.get(&hash).await.ok_or(Fault::PersistedQueryNotFound)?;
                Ok(Found { text, keep: None })
            }
            (PersistedQueries::Automatic, None, None) => {
                Err(Fault::BadUserInput("`query` is missing.".to_owned()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{ viewer { subject } }";

    fn request(query: Option<&str>, extensions: &Value, document_id: Option<&str>) -> Params {
        let extensions = extensions.as_object().cloned().expect("an object");
        let (query, document_id) = (query.map(str::to_owned), document_id.map(str::to_owned));
        Params { query, document_id, extensions, ..Params::default() }
    }

    fn by_hash(query: Option<&str>, hash: &str) -> Params {
        request(query, &serde_json::json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } }), None)
    }

    async fn code(store: &Store, mut params: Params) -> &'static str {
        match store.find(&mut params).await {
            Ok(found) => {
                assert_eq!(&*found.text, TEXT);
                store.keep(&found).await;
                "found"
            }
            Err(fault) => fault.code(),
        }
    }

    #[tokio::test]
    async fn a_document_is_known_once_it_was_sent_and_under_its_own_hash_alone() {
        let store = Store::new(PersistedQueries::Automatic, None);
        let hash = Hash::of(TEXT).0;
        for (params, expected) in [
            (by_hash(None, &hash), "PERSISTED_QUERY_NOT_FOUND"),
            (by_hash(Some("{ other }"), &hash), "PERSISTED_QUERY_HASH_MISMATCH"),
            (by_hash(None, &hash), "PERSISTED_QUERY_NOT_FOUND"),
            (by_hash(Some(TEXT), &hash), "found"),
            (by_hash(None, &hash), "found"),
            (by_hash(None, &hash.to_uppercase()), "found"),
            (request(None, &serde_json::json!({}), Some(&format!("sha256:{hash}"))), "found"),
            (by_hash(None, "flushall\r\n"), "PERSISTED_QUERY_NOT_FOUND"),
            (request(Some(TEXT), &serde_json::json!({}), None), "found"),
            (
                request(None, &serde_json::json!({ "persistedQuery": { "version": 2 } }), None),
                "BAD_USER_INPUT",
            ),
            (
                request(None, &serde_json::json!({ "persistedQuery": { "version": 1 } }), None),
                "BAD_USER_INPUT",
            ),
        ] {
            let asked = format!("{params:?}");
            assert_eq!(code(&store, params).await, expected, "{asked}");
        }
    }

    #[tokio::test]
    async fn who_keeps_nothing_says_so() {
        let store = Store::new(PersistedQueries::Off, None);
        let hash = Hash::of(TEXT).0;
        assert_eq!(code(&store, by_hash(None, &hash)).await, "PERSISTED_QUERY_NOT_SUPPORTED");
        assert_eq!(code(&store, by_hash(Some(TEXT), &hash)).await, "PERSISTED_QUERY_NOT_SUPPORTED");
        assert_eq!(code(&store, request(Some(TEXT), &serde_json::json!({}), None)).await, "found");
    }

    #[tokio::test]
    async fn a_list_lets_nothing_else_through() {
        let list = AllowList::parse(&format!(r#"{{"mine": "{TEXT}"}}"#)).expect("a list");
        let store = Store::new(PersistedQueries::Only(list), None);
        let other = "{ viewer { subject role } }";
        for (params, expected) in [
            (by_hash(None, "mine"), "found"),
            (request(None, &serde_json::json!({}), Some("mine")), "found"),
            (request(Some(TEXT), &serde_json::json!({}), None), "found"),
            (by_hash(Some(TEXT), "whatever"), "found"),
            (by_hash(None, &Hash::of(other).0), "PERSISTED_QUERY_NOT_IN_LIST"),
            (by_hash(Some(other), "mine"), "PERSISTED_QUERY_NOT_IN_LIST"),
            (by_hash(Some(other), &Hash::of(other).0), "PERSISTED_QUERY_NOT_IN_LIST"),
            (request(Some(other), &serde_json::json!({}), None), "PERSISTED_QUERY_NOT_IN_LIST"),
        ] {
            let asked = format!("{params:?}");
            assert_eq!(code(&store, params).await, expected, "{asked}");
        }
    }
}
