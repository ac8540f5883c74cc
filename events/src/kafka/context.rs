//! What the client library tells us, and asks of us.

use std::sync::{Mutex, PoisonError};

use rdkafka::{
    ClientContext, config::RDKafkaLogLevel, consumer::ConsumerContext, error::KafkaError as ClientError,
};

/// Sends the library's log to ours.
#[derive(Debug, Default)]
pub(crate) struct Context {
    /// The last thing that went wrong: a call that has timed out does not know why.
    complaint: Mutex<Option<String>>,
}

impl Context {
    /// What the library has complained of last.
    pub(crate) fn complaint(&self) -> Option<String> {
        self.complaint.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, fac: &str, log_message: &str) {
        match level {
            RDKafkaLogLevel::Emerg
            | RDKafkaLogLevel::Alert
            | RDKafkaLogLevel::Critical
            | RDKafkaLogLevel::Error => {
                tracing::warn!(fac, log_message, "the Kafka client");
                *self.complaint.lock().unwrap_or_else(PoisonError::into_inner) = Some(log_message.to_owned());
            }
            // A broker that is away is told again with every try to reach it.
            _ => tracing::debug!(fac, log_message, "the Kafka client"),
        }
    }

    fn error(&self, error: ClientError, reason: &str) {
        tracing::debug!(%error, reason, "the Kafka client");
    }
}

/// For a consumer that only listens to the library.
impl ConsumerContext for Context {}
