//! Webhooks as the gateways of the tests send them: signed by Stripe's scheme, under either of two secrets.

use api::{WebhookRefused, Webhooks};
use chrono::{DateTime, Utc};
use jobs::gateway::{WebhookError, signature};
use serde_json::{Value, json};

use crate::system::WEBHOOK_SECRET;

/// The secrets that the API knows: the new one, and the one before it.
pub const WEBHOOK_SECRETS: [&str; 2] = [WEBHOOK_SECRET, "an old secret of the tests' webhooks"];

/// The header that bears the signature.
pub const SIGNATURE_HEADER: &str = "simulator-signature";

/// Checks them, for the gateways `simulator` and `book`; events about a dispute are exceptional.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignedByTests;

impl Webhooks for SignedByTests {
    fn signature_header(&self, gateway: &str) -> Option<&'static str> {
        ["simulator", "book"].contains(&gateway).then_some(SIGNATURE_HEADER)
    }

    fn verify(&self, gateway: &str, signature: &str, body: &[u8]) -> Result<db::Webhook, WebhookRefused> {
        let secrets = WEBHOOK_SECRETS.map(str::to_owned);
        signature::verify(signature, body, &secrets, Utc::now()).map_err(|error| match error {
            WebhookError::Forged => WebhookRefused::Forged,
            WebhookError::Stale => WebhookRefused::Stale,
            WebhookError::Unreadable => WebhookRefused::Unreadable,
            WebhookError::Unexpected => WebhookRefused::Unexpected,
        })?;
        let event: Value = serde_json::from_slice(body).map_err(|_| WebhookRefused::Unreadable)?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let kind = text(&event["type"]).ok_or(WebhookRefused::Unreadable)?;
        Ok(db::Webhook {
            gateway: gateway.to_owned(),
            event_id: text(&event["id"]).ok_or(WebhookRefused::Unreadable)?,
            is_exceptional: kind.starts_with("dispute"),
            kind,
            operation_key: text(&event["data"]["key"]),
            reference: text(&event["data"]["reference"]),
            occurred_at: event["created"].as_i64().and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
        })
    }
}

/// The body of an event about an operation.
pub fn webhook_body(id: &str, kind: &str, key: Option<&str>, reference: Option<&str>) -> Vec<u8> {
    let created = Utc::now().timestamp();
    let data = json!({ "key": key, "reference": reference });
    json!({ "id": id, "type": kind, "created": created, "data": data }).to_string().into_bytes()
}

/// The signature of a body that was sent at a time.
pub fn webhook_signature(body: &[u8], secret: &str, at: DateTime<Utc>) -> String {
    signature::sign(body, secret, at)
}
