//! Reading one's own writes: where a replica answers, clients carry the position of the last commit they know of.
//!
//! An answer that wrote, and every frame of a subscription, says in `extensions.commit` where the database stood after
//! it. A client that sends it back is not shown anything older.

use std::sync::Arc;

use async_graphql::{
    Response, Value, async_trait,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute},
};
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

/// Puts the position into answers, whatever way they are sent by.
pub(super) struct Positions;

impl ExtensionFactory for Positions {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for Positions {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let mut response = next.run(ctx, operation_name).await;
        let Some(db) = ctx.data_opt::<Db>() else { return response };
        metrics::histogram!("holdfast_api_operation_statements").record(precise(db.statements()));
        if let Some(position) = db.position().await {
            response.extensions.insert(COMMIT.to_owned(), Value::String(position.to_string()));
        }
        response
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
