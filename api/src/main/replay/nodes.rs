//! Asking for many things by id.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;

use super::error::ReplayError;
use crate::client::Client;

/// What one `nodes` query may name.
pub(super) const PER_QUERY: usize = 100;

#[derive(Deserialize)]
struct Nodes<T> {
    nodes: Vec<Option<T>>,
}

/// The things with these ids, in their order. All of them were seen before, so all must be there.
pub(super) async fn by_id<T: DeserializeOwned>(
    client: &Client,
    document: &'static str,
    ids: &[&str],
) -> Result<Vec<T>, ReplayError> {
    let answer: Nodes<T> = client
        .ask(document, json!({ "ids": ids }))
        .await
        .map_err(ReplayError::command("asking how things stand"))?;
    if answer.nodes.len() != ids.len() {
        return Err(ReplayError::Contradiction(format!(
            "asked for {} nodes, it answered {}",
            ids.len(),
            answer.nodes.len()
        )));
    }
    let gone = |id: &&str| {
        ReplayError::Contradiction(format!("it no longer knows {id}; was its database replaced?"))
    };
    answer.nodes.into_iter().zip(ids).map(|(node, id)| node.ok_or_else(|| gone(id))).collect()
}
