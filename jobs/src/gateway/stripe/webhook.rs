//! What a webhook of Stripe's is about. It is a hint: the object itself is looked up.
//! <https://docs.stripe.com/api/events/types>

use std::collections::HashMap;

use chrono::DateTime;
use serde::Deserialize;

use super::{
    super::{WebhookError, WebhookEvent},
    KEY_METADATA,
};

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    created: i64,
    #[serde(default)]
    livemode: bool,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    id: Option<String>,
    #[serde(rename = "object")]
    class: Option<String>,
    payment_intent: Option<String>,
    status: Option<String>,
    #[serde(default)]
    metadata: HashMap<String, String>,
}

/// Reads a body whose signature holds. One of the other mode, live or test, is not for us.
pub(super) fn read(body: &[u8], is_live: bool) -> Result<WebhookEvent, WebhookError> {
    let event: Event = serde_json::from_slice(body).map_err(|_| WebhookError::Unreadable)?;
    if event.livemode != is_live {
        return Err(WebhookError::Unexpected);
    }
    let object = event.data.object;
    let has_failed = matches!(object.status.as_deref(), Some("failed" | "canceled"));
    let is_exceptional = match event.kind.as_str() {
        "refund.failed" => true,
        "refund.updated" | "charge.refund.updated" => has_failed,
        kind => kind.starts_with("charge.dispute."),
    };
    let is_about_key = bears_its_own_key(&event.kind, object.class.as_deref());
    let operation_key = object.metadata.get(KEY_METADATA).filter(|_| is_about_key).cloned();
    // A charge and a dispute are known here by their intent, a refund by itself.
    let reference = match object.class.as_deref() {
        Some("charge" | "dispute") => object.payment_intent.or(object.id),
        _ => object.id,
    };
    Ok(WebhookEvent {
        id: event.id,
        kind: event.kind,
        operation_key,
        reference,
        is_exceptional,
        occurred_at: DateTime::from_timestamp(event.created, 0),
    })
}

/// An intent bears the key of its authorization, also when it tells of its capture or of its end.
fn bears_its_own_key(kind: &str, class: Option<&str>) -> bool {
    match class {
        Some("refund") => true,
        Some("payment_intent") => !matches!(kind, "payment_intent.succeeded" | "payment_intent.canceled"),
        _ => false,
    }
}
