//! What gateways told of their own accord.

use async_graphql::{Enum, SimpleObject};
use chrono::{DateTime, Utc};

use crate::graphql::connection::connection;

/// What has become of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::WebhookState")]
pub(crate) enum WebhookState {
    /// It waits on the queue.
    Received,
    /// What it is about was open, and is looked up.
    Applied,
    /// Known already, or of no concern.
    Ignored,
    /// About nothing that we know, or against what we know: a case of the inbox.
    Quarantined,
}

/// Something that a payment gateway told of its own accord. It is not believed: what it is about is looked up.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Webhook {
    /// Which gateway.
    gateway: String,
    /// The gateway's id of the event; it counts once, however often it comes.
    event_id: String,
    /// The gateway's name for what happened.
    #[graphql(name = "type")]
    kind: String,
    /// The key of the operation it is about, when it bears one of ours.
    operation_key: Option<String>,
    /// The gateway's name for what it is about.
    reference: Option<String>,
    /// When it happened, by the gateway's clock.
    occurred_at: Option<DateTime<Utc>>,
    /// When it came in, in UTC.
    received_at: DateTime<Utc>,
    /// What has become of it.
    state: WebhookState,
    /// Why.
    detail: Option<String>,
}

impl From<db::WebhookRecord> for Webhook {
    fn from(webhook: db::WebhookRecord) -> Self {
        Self {
            gateway: webhook.gateway,
            event_id: webhook.event_id,
            kind: webhook.kind,
            operation_key: webhook.operation_key,
            reference: webhook.reference,
            occurred_at: webhook.occurred_at,
            received_at: webhook.received_at,
            state: webhook.state.into(),
            detail: webhook.detail,
        }
    }
}

connection!(
    WebhookConnection,
    WebhookEdge,
    Webhook,
    db::WebhookRecord,
    "A page of webhooks, newest first.",
    "A webhook and its place in the list."
);
