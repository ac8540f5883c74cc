//! The documents that may be executed, from the file that a front end's build writes.

use std::{
    collections::{HashMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_graphql::parser::{self, parse_query};
use serde::Deserialize;

use super::PREFIX;

/// Why a list can't be used.
#[derive(Debug, thiserror::Error)]
pub enum AllowListError {
    /// There is no such file, or it may not be read.
    #[error("the list of persisted queries {path} can't be read")]
    File {
        /// The file.
        path: PathBuf,
        /// What was wrong.
        #[source]
        source: io::Error,
    },
    /// Neither Apollo's manifest nor an object of documents by their ids.
    #[error("the list of persisted queries has neither Apollo's form nor Relay's")]
    Form(#[source] serde_json::Error),
    /// The format says that it is of another kind.
    #[error("the list of persisted queries is of the unknown format `{format}`, version {version}")]
    Format {
        /// What it says of itself.
        format: String,
        /// And which version.
        version: u64,
    },
    /// One of the documents is none.
    #[error("the persisted query `{id}` is no GraphQL document")]
    Document {
        /// Its id.
        id: String,
        /// What was wrong with it.
        #[source]
        source: Box<parser::Error>,
    },
    /// Two documents have one id.
    #[error("the list of persisted queries has two documents under the id `{0}`")]
    Twice(String),
    /// It has no documents at all: nothing could be asked.
    #[error("the list of persisted queries is empty")]
    Empty,
}

/// The documents that may be executed; cheap to clone.
#[derive(Clone, Debug)]
pub struct AllowList(Arc<Listed>);

#[derive(Debug)]
struct Listed {
    by_id: HashMap<String, Arc<str>>,
    texts: HashSet<Arc<str>>,
}

/// The forms in which tools write such lists.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    /// Of `@apollo/generate-persisted-query-manifest`.
    Apollo { format: String, version: u64, operations: Vec<Operation> },
    /// Of `relay-compiler`, and of `graphql-codegen`'s client preset.
    ById(HashMap<String, String>),
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

impl AllowList {
    /// Reads a list: Apollo's manifest, or an object of documents by their ids, as Relay's compiler writes it.
    pub fn read(path: &Path) -> Result<Self, AllowListError> {
        let text = fs::read_to_string(path)
            .map_err(|source| AllowListError::File { path: path.to_owned(), source })?;
        Self::parse(&text)
    }

    /// The same from the text of a file.
    pub fn parse(text: &str) -> Result<Self, AllowListError> {
        let documents: Vec<(String, String)> =
            match serde_json::from_str(text).map_err(AllowListError::Form)? {
                Manifest::Apollo { format, version, .. }
                    if format != "apollo-persisted-query-manifest" || version != 1 =>
                {
                    return Err(AllowListError::Format { format, version });
                }
                Manifest::Apollo { operations, .. } => {
                    operations.into_iter().map(|operation| (operation.id, operation.body)).collect()
                }
                Manifest::ById(documents) => documents.into_iter().collect(),
            };
        if documents.is_empty() {
            return Err(AllowListError::Empty);
        }
        let mut listed = Listed { by_id: HashMap::new(), texts: HashSet::new() };
        for (id, text) in documents {
            if let Err(source) = parse_query(&text) {
                return Err(AllowListError::Document { id, source: Box::new(source) });
            }
            let text: Arc<str> = text.into();
            listed.texts.insert(Arc::clone(&text));
            if listed.by_id.insert(id.clone(), text).is_some() {
                return Err(AllowListError::Twice(id));
            }
        }
        Ok(Self(Arc::new(listed)))
    }

    /// How many documents it has.
    pub fn len(&self) -> usize {
        self.0.by_id.len()
    }

    /// Whether it has none, which no list that was read does.
    pub fn is_empty(&self) -> bool {
        self.0.by_id.is_empty()
    }

    pub(super) fn get(&self, id: &str) -> Option<Arc<str>> {
        let by_id = &self.0.by_id;
        by_id.get(id).or_else(|| by_id.get(id.strip_prefix(PREFIX)?)).cloned()
    }

    pub(super) fn has(&self, text: &str) -> bool {
        self.0.texts.contains(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let apollo = r#"{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [
            {"id": "a1", "name": "Me", "type": "query", "body": "query Me { viewer { subject } }"}]}"#;
        let relay = r#"{"a1": "query Me { viewer { subject } }"}"#;
        for text in [apollo, relay] {
            let list = AllowList::parse(text).expect("a list");
            assert_eq!(list.len(), 1);
            assert_eq!(list.get("a1"), list.get("sha256:a1"));
            assert!(list.get("a1").is_some_and(|text| list.has(&text)));
            assert!(list.get("a2").is_none());
        }
    }

    #[test]
    fn what_can_be_no_list_is_refused_at_the_start() {
        let read = |text: &str| AllowList::parse(text).map(|list| list.len());
        assert!(matches!(read("[]"), Err(AllowListError::Form(_))));
        assert!(matches!(read(r#"{"a": 1}"#), Err(AllowListError::Form(_))));
        assert!(matches!(read("{}"), Err(AllowListError::Empty)));
        assert!(matches!(read(r#"{"a": "{"}"#), Err(AllowListError::Document { .. })));
        let other = r#"{"format": "other", "version": 1, "operations": []}"#;
        assert!(matches!(read(other), Err(AllowListError::Format { .. })));
        let twice = r#"{"format": "apollo-persisted-query-manifest", "version": 1,
            "operations": [{"id": "a", "body": "{ a }"}, {"id": "a", "body": "{ b }"}]}"#;
        assert!(matches!(read(twice), Err(AllowListError::Twice(_))));
    }
}
