//! SMS and push by a gateway of the operator's: a signed POST of JSON, `{id, channel, to, language, message, text, link}`.
//!
//! Providers differ in everything; a small adapter, or an automation service, turns this into what one of them takes.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use reqwest::{Client, StatusCode, Url};
use serde_json::json;

use super::{Channel, ChannelError, Content, Delivered, Outgoing, Secret, http};

/// Where a gateway is, and how it is called.
#[derive(Clone, PartialEq, Eq)]
pub struct GatewaySettings {
    /// What it sends, as the body says it: `sms` or `push`.
    pub channel: &'static str,
    /// Its address; the operator's own, so that any is good.
    pub url: String,
    /// What signs the calls, written as `whsec_` and base64; two while one replaces the other.
    pub secrets: Vec<String>,
    /// How long a call may take, answer included.
    pub timeout: Duration,
}

impl fmt::Debug for GatewaySettings {
    /// Keeps the secrets out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewaySettings").field("channel", &self.channel).finish_non_exhaustive()
    }
}

/// Hands messages to a gateway.
#[derive(Debug)]
pub struct Gateway {
    client: Client,
    channel: &'static str,
    url: Url,
    secrets: Vec<Secret>,
    timeout: Duration,
}

impl Gateway {
    /// The gateway of these settings.
    pub fn new(settings: &GatewaySettings) -> Result<Self, ChannelError> {
        let url = Url::parse(&settings.url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or_else(|| ChannelError::Url(settings.url.clone()))?;
        let secrets = settings.secrets.iter().map(|secret| secret.parse()).collect::<Result<_, _>>()?;
        let client = http::client(settings.timeout, false).map_err(ChannelError::Client)?;
        Ok(Self { client, channel: settings.channel, url, secrets, timeout: settings.timeout })
    }

    async fn call(&self, outgoing: &Outgoing) -> Result<Delivered, Delivered> {
        let Content::Message(rendered) = &outgoing.content else {
            return Err(Delivered::rejected("a gateway is given messages, and this is an event"));
        };
        let body = json!({
            "id": outgoing.delivery_id,
            "channel": self.channel,
            "to": outgoing.address,
            "language": rendered.language.code(),
            "message": outgoing.message,
            "text": rendered.subject,
            "link": rendered.link,
        });
        let (url, id) = (self.url.clone(), outgoing.delivery_id);
        let answer = http::post(&self.client, url, &self.secrets, id, body.to_string()).await?;
        let delivered = match answer.status() {
            status if status.is_success() => http::sent(status),
            // The recipient is no longer there, or never was one that can be reached.
            status @ (StatusCode::GONE | StatusCode::UNPROCESSABLE_ENTITY) => {
                let detail = format!("the gateway answered {status}");
                Delivered::Rejected { detail, status_code: Some(status.as_u16()) }
            }
            _ => http::refused(&answer),
        };
        http::drain(answer).await;
        Ok(delivered)
    }
}

#[async_trait]
impl Channel for Gateway {
    async fn deliver(&self, outgoing: &Outgoing) -> Delivered {
        self.call(outgoing).await.unwrap_or_else(|refused| refused)
    }

    fn timeout(&self) -> Duration {
        self.timeout
    }
}
