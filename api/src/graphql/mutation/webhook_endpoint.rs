//! Mutations of where events are sent to, and of deliveries.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use db::{
    Actor, ChangeWebhookEndpoint, EndpointAction, NotificationDeliveryId, OrganiserId, ResendDelivery,
    UpsertWebhookEndpoint, WebhookEndpointId, Writer,
};

use super::{checks::Problems, submit::submit};
use crate::graphql::{
    context::Access as _,
    errors::Result,
    ids::GlobalId as _,
    notification::{NotificationDelivery, WebhookEndpoint},
    user_error::{UserError, UserErrorCode},
    writers::Named,
};

/// Longest address, in characters.
const LONGEST_URL: usize = 2_000;
/// Types that one endpoint names at most.
const MOST_TYPES: usize = 100;
/// Longest type, in characters.
const LONGEST_TYPE: usize = 101;

/// Mutations of where events are sent to, and of deliveries.
pub(crate) struct WebhookEndpointMutation;

#[Object]
impl WebhookEndpointMutation {
    /// Says where events are sent to as webhooks, or changes that. A new endpoint's secret is answered this once. For
    /// organisers and operators.
    async fn upsert_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The whole endpoint, as it shall be.")] input: UpsertWebhookEndpointInput,
    ) -> Result<WebhookEndpointPayload> {
        let actor = ctx.request().manager()?;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let is_new = input.endpoint_id.is_none();
        let Some(write) = input.into_write(actor, &mut problems)? else {
            return Ok(WebhookEndpointPayload::refused(problems));
        };
        write_endpoint(ctx, &ctx.services().writers.notify.endpoint, key, write, problems, is_new).await
    }

    /// Gives an endpoint a new secret, answered this once. For 24 hours webhooks are signed with the old one too. For
    /// organisers and operators.
    async fn rotate_webhook_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which endpoint.")] input: WebhookEndpointInput,
    ) -> Result<WebhookEndpointPayload> {
        change(ctx, input, EndpointAction::Rotate).await
    }

    /// Sends events to an endpoint again, from now on. For organisers and operators.
    async fn enable_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which endpoint.")] input: WebhookEndpointInput,
    ) -> Result<WebhookEndpointPayload> {
        change(ctx, input, EndpointAction::Enable).await
    }

    /// Sends nothing more to an endpoint; what waits for it is given up. For organisers and operators.
    async fn disable_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which endpoint.")] input: WebhookEndpointInput,
    ) -> Result<WebhookEndpointPayload> {
        change(ctx, input, EndpointAction::Disable).await
    }

    /// Forgets an endpoint; what waits for it is given up. For organisers and operators.
    async fn delete_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which endpoint.")] input: WebhookEndpointInput,
    ) -> Result<WebhookEndpointPayload> {
        change(ctx, input, EndpointAction::Delete).await
    }

    /// Sends a delivery that has ended once more, under the same id. For organisers what goes to their endpoints, for
    /// operators everything but the word that a hold ends.
    async fn resend_delivery(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which delivery.")] input: ResendDeliveryInput,
    ) -> Result<NotificationDeliveryPayload> {
        ctx.request().manager()?;
        let mut problems = Problems::default();
        problems.key(&input.idempotency_key);
        let delivery_id = NotificationDeliveryId::from_global(&input.delivery_id)?;
        if !problems.is_empty() {
            let user_errors = problems.into_errors();
            return Ok(NotificationDeliveryPayload { delivery: None, user_errors, replayed: false });
        }
        let writer = &ctx.services().writers.notify.resend;
        let verdict = submit(ctx, writer, input.idempotency_key, ResendDelivery { delivery_id }).await?;
        let delivery = NotificationDelivery::load(ctx, delivery_id).await?;
        let (user_errors, replayed) = (verdict.user_errors, verdict.outcome.replayed);
        Ok(NotificationDeliveryPayload { delivery, user_errors, replayed })
    }
}

/// An endpoint to be made, or changed.
#[derive(Debug, InputObject)]
pub(super) struct UpsertWebhookEndpointInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    idempotency_key: String,
    /// Whose it is. Operators must say it; organisers need not.
    organiser_id: Option<ID>,
    /// Which endpoint to change, by its global id. Null makes a new one.
    endpoint_id: Option<ID>,
    /// Its address: `https`, and at most 2,000 characters.
    url: String,
    /// What it is sent: 1 to 100 exact types, `booking.*`, or `*`.
    #[graphql(default_with = "vec![String::from(\"*\")]")]
    event_types: Vec<String>,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
}

/// Which endpoint.
#[derive(Debug, InputObject)]
pub(super) struct WebhookEndpointInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    idempotency_key: String,
    /// The endpoint's global id.
    endpoint_id: ID,
}

/// Which delivery.
#[derive(Debug, InputObject)]
pub(super) struct ResendDeliveryInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    idempotency_key: String,
    /// The delivery's global id.
    delivery_id: ID,
}

/// What became of a mutation of an endpoint.
#[derive(SimpleObject)]
pub(super) struct WebhookEndpointPayload {
    /// The endpoint as it is now. Null when there is none to show.
    endpoint: Option<WebhookEndpoint>,
    /// The new secret that its webhooks are signed with, told this once: keep it. Null when there is no new one, and when
    /// this is a stored outcome.
    secret: Option<String>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    replayed: bool,
}

/// What became of a mutation of a delivery.
#[derive(Debug, SimpleObject)]
pub(super) struct NotificationDeliveryPayload {
    /// The delivery as it is now. Null when there is none to show.
    delivery: Option<NotificationDelivery>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    replayed: bool,
}

impl WebhookEndpointPayload {
    fn refused(problems: Problems) -> Self {
        Self { endpoint: None, secret: None, user_errors: problems.into_errors(), replayed: false }
    }
}

impl UpsertWebhookEndpointInput {
    /// The command; none when nobody knows whose endpoint it is about.
    fn into_write(self, actor: &Actor, problems: &mut Problems) -> Result<Option<UpsertWebhookEndpoint>> {
        problems.line(&self.url, LONGEST_URL, &["url"]);
        problems.count(self.event_types.len(), MOST_TYPES, &["eventTypes"]);
        for kind in &self.event_types {
            problems.line(kind, LONGEST_TYPE, &["eventTypes"]);
        }
        let named = self.organiser_id.as_ref().map(OrganiserId::from_global).transpose()?;
        let endpoint_id = self.endpoint_id.as_ref().map(WebhookEndpointId::from_global).transpose()?;
        let Some(organiser_id) = named.or(actor.organiser_id) else {
            problems.add(UserErrorCode::InvalidInput, &["organiserId"], "Say whose endpoint it is.");
            return Ok(None);
        };
        Ok(Some(UpsertWebhookEndpoint {
            organiser_id,
            endpoint_id,
            url: self.url,
            event_types: self.event_types,
            expected_version: self.expected_version,
        }))
    }
}

async fn change(
    ctx: &Context<'_>,
    input: WebhookEndpointInput,
    action: EndpointAction,
) -> Result<WebhookEndpointPayload> {
    ctx.request().manager()?;
    let mut problems = Problems::default();
    problems.key(&input.idempotency_key);
    let write =
        ChangeWebhookEndpoint { endpoint_id: WebhookEndpointId::from_global(&input.endpoint_id)?, action };
    let writer = &ctx.services().writers.notify.change;
    let is_rotation = action == EndpointAction::Rotate;
    write_endpoint(ctx, writer, input.idempotency_key, write, problems, is_rotation).await
}

/// Writes what has no problems, and shows the endpoint as it is then, with its secret when that is new.
async fn write_endpoint<W: Named>(
    ctx: &Context<'_>,
    writer: &Writer<W>,
    key: String,
    write: W,
    problems: Problems,
    has_new_secret: bool,
) -> Result<WebhookEndpointPayload> {
    if !problems.is_empty() {
        return Ok(WebhookEndpointPayload::refused(problems));
    }
    let verdict = submit(ctx, writer, key, write).await?;
    let (user_errors, replayed) = (verdict.user_errors, verdict.outcome.replayed);
    let Some(id) = verdict.outcome.id.map(WebhookEndpointId) else {
        return Ok(WebhookEndpointPayload { endpoint: None, secret: None, user_errors, replayed });
    };
    let endpoint = WebhookEndpoint::load(ctx, id).await?;
    let request = ctx.request();
    let secret = if has_new_secret && !replayed && user_errors.is_empty() {
        let found = ctx.db().webhook_secret(request.actor()?, id).await;
        found.map_err(|error| request.failed(&error))?
    } else {
        None
    };
    Ok(WebhookEndpointPayload { endpoint, secret, user_errors, replayed })
}
