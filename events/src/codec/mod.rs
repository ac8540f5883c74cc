//! The form of values: Avro with a registry, Avro that names its schema itself, or JSON.

mod form;
mod registry;
mod schema;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use apache_avro::Schema;
use serde_json::Value;

use crate::{
    Event, Malformed, Topic,
    envelope::{self, Headers, REPLAYED, header},
};
pub use form::Misfit;
use registry::Registry;
pub use registry::RegistryError;
use schema::Schemas;
pub use schema::schema_of;

const AVRO: &str = "application/avro";
const JSON: &str = "application/json";
/// Confluent's framing: this byte, the schema's id in four bytes, the value.
const CONFLUENT: u8 = 0;
/// Avro's single-object encoding: these bytes, the schema's fingerprint in eight, the value.
const SINGLE_OBJECT: [u8; 2] = [0xC3, 0x01];

/// In which form values are written. What is read is told by the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// With this schema registry in Confluent's framing, or without one in single-object encoding.
    Avro {
        /// Where the registry is.
        registry: Option<String>,
    },
    /// The document as it is.
    Json,
}

/// A message without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The envelope.
    pub headers: Headers,
    /// The value.
    pub payload: Vec<u8>,
}

/// Why an event has no form.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The schema has no place for it.
    #[error("the event does not fit its schema")]
    Misfit(#[from] Misfit),
    /// It could not be written down.
    #[error("the event can't be written as Avro")]
    Avro(#[source] Box<apache_avro::Error>),
    /// The registry does not know our schema yet: it may, later.
    #[error("the schema registry is not ready")]
    Registry(#[from] RegistryError),
}

/// Why a message can't be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The value has none of the forms.
    #[error("the value is in no form that is known: {0}")]
    Unknown(String),
    /// Its schema is known to nobody.
    #[error("the schema of the value can't be had")]
    Registry(#[from] RegistryError),
    /// The value is not what its schema says.
    #[error("the value is not of its schema")]
    Avro(#[source] Box<apache_avro::Error>),
    /// It says what no event says.
    #[error("the value is no event")]
    Misfit(#[from] Misfit),
    /// It is of another topic.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// It is no JSON.
    #[error("the value is no JSON")]
    Json(#[source] serde_json::Error),
}

/// Writes and reads values.
#[derive(Clone, Debug)]
pub struct Codec {
    is_json: bool,
    schemas: Arc<Schemas>,
    registry: Option<Registry>,
}

impl Codec {
    /// That writes this form.
    pub fn new(format: Format) -> Self {
        let schemas = Arc::new(Schemas::ours());
        let (is_json, registry) = match format {
            Format::Json => (true, None),
            Format::Avro { registry } => (false, registry.map(|url| Registry::new(&url))),
        };
        Self { is_json, schemas, registry }
    }

    /// Makes our schemas known to the registry, under `<topic>-value`. Without a registry there is nothing to do.
    pub async fn prepare(&self, prefix: &str) -> Result<(), RegistryError> {
        let Some(registry) = &self.registry else { return Ok(()) };
        for topic in Topic::ALL {
            registry.register(topic, &topic.full_name(prefix), schema::text_of(topic)).await?;
        }
        Ok(())
    }

    /// Whether the registry answers, where there is one.
    pub async fn check(&self) -> Result<(), RegistryError> {
        match &self.registry {
            Some(registry) => registry.check().await,
            None => Ok(()),
        }
    }

    /// The message of an event.
    pub fn encode(&self, event: &Event) -> Result<Encoded, EncodeError> {
        let document = event.to_document();
        if self.is_json {
            let payload = document.to_string().into_bytes();
            return Ok(Encoded { headers: envelope::headers(event, JSON), payload });
        }
        let schema = self.schemas.of(event.topic);
        let value = form::to_avro(&document, schema, &form::names(schema))?;
        let mut payload = match &self.registry {
            Some(registry) => {
                let mut head = vec![CONFLUENT];
                head.extend(registry.id_of(event.topic)?.to_be_bytes());
                head
            }
            None => self.schemas.single_object_head(event.topic).to_vec(),
        };
        payload.extend(schema::write(schema, value).map_err(|source| EncodeError::Avro(Box::new(source)))?);
        Ok(Encoded { headers: envelope::headers(event, AVRO), payload })
    }

    /// The event of a message of this topic, in whichever form it is.
    pub async fn decode(
        &self,
        topic: Topic,
        headers: &Headers,
        payload: &[u8],
    ) -> Result<Event, DecodeError> {
        let document = match payload {
            [b'{', ..] => serde_json::from_slice(payload).map_err(DecodeError::Json)?,
            [CONFLUENT, a, b, c, d, value @ ..] => {
                let id = u32::from_be_bytes([*a, *b, *c, *d]);
                let Some(registry) = &self.registry else {
                    return Err(DecodeError::Unknown(format!(
                        "schema {id} of a registry, and none is named"
                    )));
                };
                self.read(topic, registry.schema(id).await?.as_ref(), value)?
            }
            [head @ .., _] if payload.starts_with(&SINGLE_OBJECT) && head.len() >= 9 => {
                let Some(written) = self.schemas.by_head(&payload[..10]) else {
                    return Err(DecodeError::Unknown("a fingerprint of none of our schemas".to_owned()));
                };
                self.read(topic, written, &payload[10..])?
            }
            other => {
                let head: Vec<_> = other.iter().take(8).collect();
                return Err(DecodeError::Unknown(format!("it begins with {head:?}")));
            }
        };
        let event = Event::from_document(topic, document)?;
        Ok(Event { replayed: header(headers, REPLAYED) == Some("true"), ..event })
    }

    fn read(&self, topic: Topic, written: &Schema, value: &[u8]) -> Result<Value, DecodeError> {
        let read = schema::read(written, self.schemas.of(topic), value);
        Ok(form::to_json(read.map_err(|source| DecodeError::Avro(Box::new(source)))?)?)
    }
}
