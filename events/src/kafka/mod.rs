//! The broker: where it is, what it is sent, and what is read from it.

mod context;
mod publisher;
mod settings;
mod subscriber;
mod topics;

pub use publisher::{PublishError, Publisher};
pub use settings::{Credentials, Kafka, KafkaError, Sasl, Tls, TopicSettings};
pub use subscriber::{GroupSettings, Handler, Record, Subscriber};
pub use topics::TopicReport;
