//! Reading one's own writes: where a replica answers, clients carry the position of the last commit they know of.
//!
//! An answer that wrote, and every frame of a subscription, says in `extensions.commit` where the database stood after
//! it. A client that sends it back is not shown anything older.

use async_graphql::{Response, Value};
use db::{CommitPosition, Db};
use serde_json::Map;

use super::errors::{Fault, Result};

/// The extension's name, in requests and in answers.
pub(crate) const COMMIT: &str = "commit";

/// The position that a client sends back, if it sends one.
pub(super) fn sent_back(extensions: &Map<String, serde_json::Value>) -> Result<Option<CommitPosition>> {
    let unknown = || Fault::BadUserInput("`extensions.commit` is not what an answer said.".to_owned());
    match extensions.get(COMMIT) {
        None | Some(serde_json::Value::Null) => Ok(None),
        Some(serde_json::Value::String(text)) => text.parse().map(Some).map_err(|_| unknown()),
        Some(_) => Err(unknown()),
    }
}

/// Puts into an answer the position after all that was written or told by `db`, which is its request's. Not as an extension
/// of the schema: with one, the library wraps every field of every answer.
pub(crate) async fn tell_position(db: &Db, response: &mut Response) {
    metrics::histogram!("holdfast_api_operation_statements").record(precise(db.statements()));
    if let Some(position) = db.position().await {
        response.extensions.insert(COMMIT.to_owned(), Value::String(position.to_string()));
    }
}

/// A small count, for a histogram.
fn precise(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_position_is_what_an_answer_said_or_the_clients_mistake() {
        let read = |value: serde_json::Value| {
            let extensions = json!({ "commit": value, "another": 1 });
            sent_back(extensions.as_object().expect("an object"))
        };
        assert_eq!(sent_back(&Map::new()).expect("none is fine"), None);
        assert_eq!(read(json!(null)).expect("none is fine"), None);
        let position = read(json!("16/B374D848")).expect("a position").expect("one");
        assert_eq!(position.to_string(), "16/B374D848");
        for wrong in [json!(""), json!("0"), json!("latest"), json!(7), json!({}), json!("0/0'; select 1")] {
            assert!(matches!(read(wrong.clone()), Err(Fault::BadUserInput(_))), "{wrong}");
        }
    }
}
