//! Outgoing webhooks to organisers, by the Standard Webhooks scheme.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, StatusCode, Url};
use serde_json::json;

use super::{Channel, ChannelError, Content, Delivered, Outgoing, guard, http};

/// How organisers' endpoints are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndpointSettings {
    /// How long a call may take, answer included.
    pub timeout: Duration,
    /// Whether endpoints may be without TLS and in our own network: for development and tests, never for strangers.
    pub allow_private: bool,
}

impl Default for EndpointSettings {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(15), allow_private: false }
    }
}

/// Calls the endpoints of organisers.
#[derive(Debug)]
pub struct Endpoints {
    client: Client,
    settings: EndpointSettings,
}

impl Endpoints {
    /// Called in this way.
    pub fn new(settings: EndpointSettings) -> Result<Self, ChannelError> {
        let client = http::client(settings.timeout, !settings.allow_private).map_err(ChannelError::Client)?;
        Ok(Self { client, settings })
    }

    /// The URL, if it may be called.
    fn url(&self, address: &str) -> Result<Url, Delivered> {
        let url = Url::parse(address).map_err(|error| Delivered::rejected(error.to_string()))?;
        match guard::refusal(&url) {
            Some(reason) if !self.settings.allow_private => Err(Delivered::rejected(reason)),
            _ => Ok(url),
        }
    }

    async fn call(&self, outgoing: &Outgoing) -> Result<Delivered, Delivered> {
        let Content::Event { secrets, document } = &outgoing.content else {
            return Err(Delivered::rejected("an endpoint is told of events, and this is a message"));
        };
        if secrets.is_empty() {
            return Err(Delivered::rejected("the endpoint has no secret to sign with"));
        }
        let url = self.url(&outgoing.address)?;
        let body = json!({"type": outgoing.message, "timestamp": document["occurred_at"], "data": document});
        let answer = http::post(&self.client, url, secrets, outgoing.delivery_id, body.to_string()).await?;
        let delivered = match answer.status() {
            StatusCode::GONE => Delivered::Gone,
            status if status.is_success() => http::sent(status),
            // A redirect is no answer either: what is signed for one address is not handed to another.
            _ => http::refused(&answer),
        };
        http::drain(answer).await;
        Ok(delivered)
    }
}

#[async_trait]
impl Channel for Endpoints {
    async fn deliver(&self, outgoing: &Outgoing) -> Delivered {
        self.call(outgoing).await.unwrap_or_else(|refused| refused)
    }

    fn timeout(&self) -> Duration {
        self.settings.timeout
    }
}

#[cfg(test)]
mod tests;
