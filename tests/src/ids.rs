//! Global ids, for checks that look behind the API.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

/// The row behind a global id.
pub fn uuid_of(global: &str) -> Uuid {
    let bytes = URL_SAFE_NO_PAD.decode(global).expect("a global id");
    let text = String::from_utf8(bytes).expect("a global id");
    let (_, uuid) = text.split_once(':').expect("a kind and an id");
    uuid.parse().expect("an id")
}

/// The global id of a row.
pub fn node_id(kind: &str, id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(format!("{kind}:{id}"))
}
