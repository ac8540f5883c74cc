//! What is read of notifications.

use async_graphql::{Context, ID, Object};
use db::{BookingId, WebhookEndpointId};

use super::{
    contact::{Contact, NotificationPreference},
    delivery::{NotificationDeliveryConnection, NotificationDeliveryState},
    endpoint::WebhookEndpointConnection,
};
use crate::graphql::{connection::Window, context::Access as _, errors::Result, ids::GlobalId as _, text};

/// What is read of notifications.
pub(crate) struct NotificationReads;

#[Object]
impl NotificationReads {
    /// Where a customer can be reached. Null when nobody has said. For operators; customers ask `viewer`.
    async fn contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer, as the subject of the identity provider.")] subject: String,
    ) -> Result<Option<Contact>> {
        ctx.request().operator()?;
        Contact::load(ctx, text::term("subject", &subject)?).await
    }

    /// What a customer hears by which way. For operators; customers ask `viewer`.
    async fn notification_preferences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer, as the subject of the identity provider.")] subject: String,
    ) -> Result<Vec<NotificationPreference>> {
        ctx.request().operator()?;
        NotificationPreference::load_all(ctx, text::term("subject", &subject)?).await
    }

    /// Where events are sent to, newest first: an organiser's own, or all of them for an operator. For organisers and
    /// operators.
    async fn webhook_endpoints(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
    ) -> Result<WebhookEndpointConnection> {
        WebhookEndpointConnection::read(ctx, &Window::new(first, after.as_deref())?).await
    }

    /// Messages and what became of them, newest first, for 90 days: those meant for a customer, those that an organiser's
    /// sales brought about, or all of them for an operator.
    #[allow(clippy::too_many_arguments)] // One parameter for each argument of the field.
    async fn deliveries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those about this booking.")] booking_id: Option<ID>,
        #[graphql(desc = "Only those to this endpoint.")] endpoint_id: Option<ID>,
        #[graphql(desc = "Only those that stand there.")] state: Option<NotificationDeliveryState>,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
    ) -> Result<NotificationDeliveryConnection> {
        let filter = db::DeliveryFilter {
            booking_id: booking_id.as_ref().map(BookingId::from_global).transpose()?,
            endpoint_id: endpoint_id.as_ref().map(WebhookEndpointId::from_global).transpose()?,
            state: state.map(Into::into),
        };
        NotificationDeliveryConnection::read(ctx, &filter, &Window::new(first, after.as_deref())?).await
    }
}
