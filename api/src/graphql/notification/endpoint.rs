//! Where organisers want events sent to.

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};
use db::WebhookEndpointId;

use crate::graphql::{
    connection::{Window, connection},
    context::Access as _,
    errors::Result,
    ids::GlobalId as _,
};

/// Whether an endpoint is sent events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::EndpointState")]
pub(crate) enum WebhookEndpointState {
    /// It is.
    Enabled,
    /// It is not: `disabledReason` says why.
    Disabled,
}

/// Where an organiser wants events sent to, signed as Standard Webhooks has it. Its organiser and operators may read it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct WebhookEndpoint {
    #[graphql(skip)]
    id: ID,
    /// Whose it is.
    organiser_id: ID,
    /// Its address.
    url: String,
    /// What it is sent: exact types, `booking.*`, or `*`.
    event_types: Vec<String>,
    /// Whether it is sent events.
    state: WebhookEndpointState,
    /// Why it is sent nothing. Null while it is.
    disabled_reason: Option<String>,
    /// Until when the secret before the newest is signed with too, in UTC. Null when it is not.
    old_secret_until: Option<DateTime<Utc>>,
    /// The row version: hand it in as `expectedVersion` to change only what you have seen.
    version: i32,
    /// When it was made, in UTC.
    created_at: DateTime<Utc>,
    /// When it last changed, in UTC.
    updated_at: DateTime<Utc>,
}

impl From<db::WebhookEndpoint> for WebhookEndpoint {
    fn from(row: db::WebhookEndpoint) -> Self {
        Self {
            id: row.id.to_global(),
            organiser_id: row.organiser_id.to_global(),
            url: row.url,
            event_types: row.event_types,
            state: row.state.into(),
            disabled_reason: row.disabled_reason,
            old_secret_until: row.old_secret_until,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

#[ComplexObject]
impl WebhookEndpoint {
    /// The global id: opaque, the same for ever.
    pub(crate) async fn id(&self) -> ID {
        self.id.clone()
    }
}

impl WebhookEndpoint {
    /// The endpoint with this id, if the actor may see it.
    pub(crate) async fn load(ctx: &Context<'_>, id: WebhookEndpointId) -> Result<Option<Self>> {
        ctx.request().actor()?;
        Ok(ctx.loaders().load_one(id).await?.map(Self::from))
    }
}

connection!(
    WebhookEndpointConnection,
    WebhookEndpointEdge,
    WebhookEndpoint,
    db::WebhookEndpoint,
    "A page of endpoints, newest first.",
    "An endpoint and its place in the list."
);

impl WebhookEndpointConnection {
    /// The endpoints that the actor may see.
    pub(super) async fn read(ctx: &Context<'_>, window: &Window) -> Result<Self> {
        let request = ctx.request();
        let actor = request.seller()?;
        let page = ctx.db().webhook_endpoint_page(actor, window.first, window.after.as_ref()).await;
        Ok(Self::new(page.map_err(|error| request.failed(&error))?, window))
    }
}
