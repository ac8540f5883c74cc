//! What sends: each message is acknowledged by all copies before its sender is told.

use std::{
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig,
    error::RDKafkaErrorCode,
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord, Producer as _, future_producer::Delivery},
    util::Timeout,
};

use super::{
    context::Context,
    settings::{Kafka, KafkaError},
};
use crate::{Codec, EncodeError, Event, Headers};

/// A message that is not acknowledged by then counts as not sent; it may arrive all the same.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(5);

/// Why a message is not with the broker, as far as we know.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// There is no form for it, and never will be.
    #[error("the event can't be encoded")]
    Unencodable(#[source] EncodeError),
    /// It is longer than what is sent.
    #[error("a message of {bytes} bytes is too large")]
    TooLarge {
        /// Its length without headers.
        bytes: usize,
    },
    /// The broker, or the schema registry, was not there in time: later it may be.
    #[error("the broker did not acknowledge it in time")]
    Broker(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Sends events to their topics, and anything to any other.
pub struct Publisher {
    pub(super) kafka: Kafka,
    codec: Codec,
    config: ClientConfig,
    /// Replaced when the library says that it is of no use any more.
    producer: RwLock<Arc<FutureProducer<Context>>>,
    /// Made when a message may be too large, and may only have been in bad company.
    alone: Mutex<Option<Arc<FutureProducer<Context>>>>,
}

impl std::fmt::Debug for Publisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Publisher").field("kafka", &self.kafka).finish_non_exhaustive()
    }
}

impl Publisher {
    /// For this broker, which need not be there yet. Called within a runtime.
    pub fn connect(kafka: &Kafka, codec: Codec) -> Result<Self, KafkaError> {
        kafka.check()?;
        let mut config = kafka.client();
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("compression.type", "zstd")
            .set("linger.ms", "1")
            .set("message.timeout.ms", MESSAGE_TIMEOUT.as_millis().to_string())
            .set("message.max.bytes", (kafka.longest_message + ROOM_FOR_HEADERS).to_string())
            .set("queue.buffering.max.messages", "100000");
        let producer = make(&config)?;
        Ok(Self {
            kafka: kafka.clone(),
            codec,
            config,
            producer: RwLock::new(Arc::new(producer)),
            alone: Mutex::default(),
        })
    }

    /// Makes our schemas known, where there is a registry; then the topics that are missing.
    pub async fn ensure_topics(&self) -> Result<(), KafkaError> {
        self.codec.prepare(&self.kafka.topics.prefix).await?;
        super::topics::ensure(&self.kafka).await
    }

    /// How each of our topics stands with the broker.
    pub async fn check_topics(&self) -> Result<Vec<super::TopicReport>, KafkaError> {
        super::topics::check(&self.kafka).await
    }

    /// Sends an event, and waits for the acknowledgement.
    pub async fn send(&self, event: &Event) -> Result<(), PublishError> {
        let encoded = match self.codec.encode(event) {
            Ok(encoded) => encoded,
            Err(EncodeError::Registry(error)) => return Err(PublishError::Broker(Box::new(error))),
            Err(error) => return Err(PublishError::Unencodable(error)),
        };
        let topic = self.kafka.topics.name(event.topic);
        self.send_raw(&topic, event.key.to_string().as_bytes(), &encoded.headers, &encoded.payload).await
    }

    /// Sends anything to any topic, and waits for the acknowledgement.
    pub async fn send_raw(
        &self,
        topic: &str,
        key: &[u8],
        headers: &Headers,
        payload: &[u8],
    ) -> Result<(), PublishError> {
        let started = Instant::now();
        let bytes = payload.len();
        if bytes > self.kafka.longest_message {
            return Err(PublishError::TooLarge { bytes });
        }
        let mut told = OwnedHeaders::new_with_capacity(headers.len());
        for (key, value) in headers {
            told = told.insert(Header { key, value: Some(value) });
        }
        let record = || FutureRecord::to(topic).key(key).payload(payload).headers(told.clone());
        let producer = Arc::clone(&self.producer.read().unwrap_or_else(PoisonError::into_inner));
        let mut sent = producer.send(record(), Timeout::After(MESSAGE_TIMEOUT)).await;
        if sent.as_ref().is_ok_and(has_no_place) {
            metrics::counter!("holdfast_events_unplaced_total", "topic" => topic.to_owned()).increment(1);
            tracing::warn!(
                topic,
                "a message counts as there already and has no place in the log; it is sent again"
            );
            sent = producer.send(record(), Timeout::After(MESSAGE_TIMEOUT)).await;
        }
        // The broker says this of a batch, and so of all that went with the one that is too large.
        if sent.as_ref().is_err_and(|(error, _)| is_too_large(error)) {
            let alone = self.alone().map_err(|error| PublishError::Broker(Box::new(error)))?;
            sent = alone.send(record(), Timeout::After(MESSAGE_TIMEOUT)).await;
        }
        if sent.as_ref().is_ok_and(has_no_place) {
            return Err(PublishError::Broker("it has no place in the log".into()));
        }
        let Err((error, _)) = sent else {
            metrics::counter!("holdfast_events_published_total", "topic" => topic.to_owned()).increment(1);
            metrics::histogram!("holdfast_events_publish_seconds").record(started.elapsed());
            return Ok(());
        };
        metrics::counter!("holdfast_events_publish_errors_total", "topic" => topic.to_owned()).increment(1);
        self.replace_if_fatal(&producer);
        Err(if is_too_large(&error) {
            PublishError::TooLarge { bytes }
        } else {
            PublishError::Broker(Box::new(error))
        })
    }

    /// A producer whose batches hold one message. After a fatal error it is made again like the other.
    fn alone(&self) -> Result<Arc<FutureProducer<Context>>, KafkaError> {
        let mut alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        let of_use = alone.take().filter(|producer| producer.client().fatal_error().is_none());
        let producer = match of_use {
            Some(producer) => producer,
            None => Arc::new(make(self.config.clone().set("batch.num.messages", "1"))?),
        };
        Ok(Arc::clone(alone.insert(producer)))
    }

    /// After a fatal error a producer sends nothing any more. What it had under way is told to have failed, and is
    /// sent again by whoever waits for it.
    fn replace_if_fatal(&self, used: &Arc<FutureProducer<Context>>) {
        let Some((code, reason)) = used.client().fatal_error() else { return };
        let mut producer = self.producer.write().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&producer, used) {
            return;
        }
        tracing::warn!(%code, reason, "the producer is of no use any more; another one takes its place");
        match make(&self.config) {
            Ok(next) => *producer = Arc::new(next),
            Err(error) => tracing::error!(%error, "another producer could not be made"),
        }
    }
}

/// Of a message's length, beside the value.
const ROOM_FOR_HEADERS: usize = 16_384;

/// Whether the library has only heard that the broker has a message of this number already. It takes that for a success whether
/// the message was ever sent before or not, and it has been one that was nowhere (`docs/decisions/0018-events.md`). Twice is
/// better than never: both have the same id.
fn has_no_place(delivery: &Delivery) -> bool {
    delivery.offset < 0
}

fn is_too_large(error: &rdkafka::error::KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::MessageSizeTooLarge)
}

fn make(config: &ClientConfig) -> Result<FutureProducer<Context>, KafkaError> {
    config.create_with_context(Context::default()).map_err(KafkaError::Client)
}
