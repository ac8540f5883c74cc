//! Where organisers want events sent to.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{Actor, Cursor, Db, Error, OrganiserId, Page, WebhookEndpointId};

/// Whether an endpoint is sent events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EndpointState {
    /// It is.
    Enabled,
    /// It is not.
    Disabled,
}

/// Where an organiser wants events sent to; without its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WebhookEndpoint {
    /// Its id.
    pub id: WebhookEndpointId,
    /// Whose it is.
    pub organiser_id: OrganiserId,
    /// Its address.
    pub url: String,
    /// Exact types, `booking.*`, or `*`.
    pub event_types: Vec<String>,
    /// Whether it is sent events.
    pub state: EndpointState,
    /// Why it is not.
    pub disabled_reason: Option<String>,
    /// Until when the secret before the newest is signed with too.
    pub old_secret_until: Option<DateTime<Utc>>,
    /// Its row version.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Revealed {
    secret: String,
}

impl Db {
    /// The endpoints with these ids that the actor may see, in no order.
    pub async fn webhook_endpoints(
        &self,
        actor: &Actor,
        ids: &[WebhookEndpointId],
    ) -> Result<Vec<WebhookEndpoint>, Error> {
        let argument = serde_json::json!({ "actor": actor, "ids": ids });
        self.read(Some(actor), "notification.view_endpoints", &argument).await
    }

    /// The endpoints that the actor may see, newest first.
    pub async fn webhook_endpoint_page(
        &self,
        actor: &Actor,
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<Page<WebhookEndpoint>, Error> {
        let argument = serde_json::json!({ "actor": actor, "first": first, "after": after });
        self.page(Some(actor), "notification.list_endpoints", &argument, first).await
    }

    /// What the webhooks of an endpoint are signed with, if the actor may act for its organiser.
    pub async fn webhook_secret(
        &self,
        actor: &Actor,
        id: WebhookEndpointId,
    ) -> Result<Option<String>, Error> {
        let argument = serde_json::json!({ "actor": actor, "id": id });
        let revealed: Option<Revealed> =
            self.read_one(Some(actor), "notification.reveal_secret", &argument).await?;
        Ok(revealed.map(|revealed| revealed.secret))
    }
}
