//! What the client library tells us, and asks of us.

use rdkafka::{ClientContext, client::OAuthToken, config::RDKafkaLogLevel, error::KafkaError as ClientError};

use super::token::Tokens;

/// Sends the library's log to ours, and gives it tokens.
#[derive(Debug)]
pub(crate) struct Context {
    tokens: Option<Tokens>,
}

impl Context {
    pub(crate) fn new(tokens: Option<Tokens>) -> Self {
        Self { tokens }
    }
}

impl ClientContext for Context {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn log(&self, level: RDKafkaLogLevel, fac: &str, log_message: &str) {
        match level {
            RDKafkaLogLevel::Emerg
            | RDKafkaLogLevel::Alert
            | RDKafkaLogLevel::Critical
            | RDKafkaLogLevel::Error => tracing::warn!(fac, log_message, "the Kafka client"),
            // A broker that is away is told again with every try to reach it.
            _ => tracing::debug!(fac, log_message, "the Kafka client"),
        }
    }

    fn error(&self, error: ClientError, reason: &str) {
        tracing::debug!(%error, reason, "the Kafka client");
    }

    fn generate_oauth_token(&self, _config: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        match &self.tokens {
            Some(tokens) => Ok(tokens.fetch()?),
            None => Err("no identity provider is named".into()),
        }
    }
}
