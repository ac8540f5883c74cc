//! The API's way to the gateways' signatures: the one place where it and the workers' crate meet over webhooks.

use api::{WebhookRefused, Webhooks};
use chrono::Utc;
use db::Webhook;
use jobs::gateway::{Gateways, PaymentGateway as _, WebhookError};

/// Checks and reads webhooks as the gateways that the flags name do.
#[derive(Debug)]
pub(crate) struct FromGateways(Gateways);

impl FromGateways {
    /// Of these gateways.
    pub(crate) fn new(gateways: Gateways) -> Self {
        Self(gateways)
    }
}

impl Webhooks for FromGateways {
    fn signature_header(&self, gateway: &str) -> Option<&'static str> {
        self.0.get(gateway).map(|known| known.signature_header())
    }

    fn verify(&self, gateway: &str, signature: &str, body: &[u8]) -> Result<Webhook, WebhookRefused> {
        let known = self.0.get(gateway).ok_or(WebhookRefused::Unexpected)?;
        let event = known.parse_webhook(signature, body, Utc::now()).map_err(|error| match error {
            WebhookError::Forged => WebhookRefused::Forged,
            WebhookError::Stale => WebhookRefused::Stale,
            WebhookError::Unreadable => WebhookRefused::Unreadable,
            WebhookError::Unexpected => WebhookRefused::Unexpected,
        })?;
        Ok(Webhook {
            gateway: gateway.to_owned(),
            event_id: event.id,
            kind: event.kind,
            operation_key: event.operation_key,
            reference: event.reference,
            is_exceptional: event.is_exceptional,
            occurred_at: event.occurred_at,
        })
    }
}
