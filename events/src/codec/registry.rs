//! A schema registry, by the few calls that writing and reading need.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use apache_avro::Schema;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::Topic;

const TIMEOUT: Duration = Duration::from_secs(5);

/// Why the registry is of no use.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// It can't be reached, does not answer, or has trouble of its own: later it may do.
    #[error("the schema registry at {url} is of no use for now")]
    Unreachable {
        /// Where it is.
        url: String,
        /// What went wrong.
        #[source]
        source: reqwest::Error,
    },
    /// It has its reasons.
    #[error("the schema registry refused {what}: {status} {answer}")]
    Refused {
        /// What was asked of it.
        what: String,
        /// Its status.
        status: u16,
        /// What it said.
        answer: String,
    },
    /// What it has is no schema.
    #[error("the schema registry's schema {id} can't be read")]
    NoSchema {
        /// Which one.
        id: u32,
        /// What is wrong with it.
        #[source]
        source: Box<apache_avro::Error>,
    },
    /// Our schemas are not registered yet.
    #[error("the schema of {topic} is not registered yet")]
    NotPrepared {
        /// Whose schema.
        topic: Topic,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Registry {
    url: String,
    client: reqwest::Client,
    ids: Arc<RwLock<HashMap<Topic, u32>>>,
    schemas: Arc<RwLock<HashMap<u32, Arc<Schema>>>>,
}

#[derive(Deserialize)]
struct Registered {
    id: u32,
}

#[derive(Deserialize)]
struct Stored {
    schema: String,
}

impl Registry {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.trim_end_matches('/').to_owned(),
            client: reqwest::Client::new(),
            ids: Arc::default(),
            schemas: Arc::default(),
        }
    }

    /// Registers a topic's schema, or finds it registered; refused when it does not go with those before it.
    pub(super) async fn register(&self, topic: Topic, name: &str, schema: &str) -> Result<(), RegistryError> {
        let path = format!("/subjects/{name}-value/versions");
        let body = json!({ "schemaType": "AVRO", "schema": schema });
        let request = self.client.post(format!("{}{path}", self.url)).json(&body);
        let Registered { id } = self.ask(&path, request).await?;
        self.ids.write().unwrap_or_else(PoisonError::into_inner).insert(topic, id);
        Ok(())
    }

    /// Asks something that every registry can answer.
    pub(super) async fn check(&self) -> Result<(), RegistryError> {
        let path = "/subjects";
        let _: Vec<String> = self.ask(path, self.client.get(format!("{}{path}", self.url))).await?;
        Ok(())
    }

    pub(super) fn id_of(&self, topic: Topic) -> Result<u32, RegistryError> {
        let ids = self.ids.read().unwrap_or_else(PoisonError::into_inner);
        ids.get(&topic).copied().ok_or(RegistryError::NotPrepared { topic })
    }

    /// The schema of an id, which never changes.
    pub(super) async fn schema(&self, id: u32) -> Result<Arc<Schema>, RegistryError> {
        if let Some(known) = self.schemas.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Arc::clone(known));
        }
        let path = format!("/schemas/ids/{id}");
        let Stored { schema } = self.ask(&path, self.client.get(format!("{}{path}", self.url))).await?;
        let schema = Schema::parse_str(&schema)
            .map_err(|source| RegistryError::NoSchema { id, source: Box::new(source) })?;
        let schema = Arc::new(schema);
        self.schemas.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&schema));
        Ok(schema)
    }

    async fn ask<T: for<'de> Deserialize<'de>>(
        &self,
        what: &str,
        request: reqwest::RequestBuilder,
    ) -> Result<T, RegistryError> {
        let unreachable = |source| RegistryError::Unreachable { url: self.url.clone(), source };
        let answer = request.timeout(TIMEOUT).send().await.map_err(unreachable)?;
        let status = answer.status();
        let is_passing = status.is_server_error()
            || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
        if is_passing {
            // Its own trouble says nothing about what was asked.
            answer.error_for_status_ref().map_err(unreachable)?;
        }
        if !status.is_success() {
            let answer = answer.text().await.map_err(unreachable)?.chars().take(500).collect();
            return Err(RegistryError::Refused { what: what.to_owned(), status: status.as_u16(), answer });
        }
        answer.json().await.map_err(unreachable)
    }
}
