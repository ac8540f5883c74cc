//! What people say about how they are told.

use serde::Serialize;

use super::NotificationPreference;
use crate::{NotificationDeliveryId, OrganiserId, WebhookEndpointId, call::Write};

/// Says where somebody can be reached, in the place of what was known.
#[derive(Clone, Debug, Serialize)]
pub struct SetContact {
    /// Whose it is: the subject of the identity provider.
    pub subject: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The phone number, in the form of E.164.
    pub phone: Option<String>,
    /// The push service's token of the app.
    pub push_token: Option<String>,
    /// A tag of BCP 47.
    pub language: String,
}

impl Write for SetContact {
    const ROUTINE: &'static str = "select outcome from notification.set_contacts($1) order by ordinal";
}

/// Forgets where somebody can be reached.
#[derive(Clone, Debug, Serialize)]
pub struct EraseContact {
    /// Whose it is: the subject of the identity provider.
    pub subject: String,
}

impl Write for EraseContact {
    const ROUTINE: &'static str = "select outcome from notification.erase_contacts($1) order by ordinal";
}

/// Says what somebody wants to hear by which way; what is not named stays as it is.
#[derive(Clone, Debug, Serialize)]
pub struct SetNotificationPreferences {
    /// Whose they are: the subject of the identity provider.
    pub subject: String,
    /// What is wanted, and what is not.
    pub preferences: Vec<NotificationPreference>,
}

impl Write for SetNotificationPreferences {
    const ROUTINE: &'static str = "select outcome from notification.set_preferences($1) order by ordinal";
}

/// Says where an organiser wants which events sent to.
#[derive(Clone, Debug, Serialize)]
pub struct UpsertWebhookEndpoint {
    /// Whose it is.
    pub organiser_id: OrganiserId,
    /// Which one; none makes a new one.
    pub endpoint_id: Option<WebhookEndpointId>,
    /// Its address.
    pub url: String,
    /// Exact types, `booking.*`, or `*`.
    pub event_types: Vec<String>,
    /// The version that the client last saw.
    pub expected_version: Option<i32>,
}

impl Write for UpsertWebhookEndpoint {
    const ROUTINE: &'static str = "select outcome from notification.upsert_endpoints($1) order by ordinal";
}

/// What is done to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EndpointAction {
    /// It gets a new secret; the old one stays good for 24 hours.
    Rotate,
    /// It is sent events again.
    Enable,
    /// It is sent nothing more.
    Disable,
    /// It is forgotten.
    Delete,
}

/// Changes an endpoint.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeWebhookEndpoint {
    /// Which one.
    pub endpoint_id: WebhookEndpointId,
    /// How.
    pub action: EndpointAction,
}

impl Write for ChangeWebhookEndpoint {
    const ROUTINE: &'static str = "select outcome from notification.change_endpoints($1) order by ordinal";
}

/// Sends a delivery once more, under the same id.
#[derive(Clone, Debug, Serialize)]
pub struct ResendDelivery {
    /// Which one.
    pub delivery_id: NotificationDeliveryId,
}

impl Write for ResendDelivery {
    const ROUTINE: &'static str = "select outcome from notification.resend_deliveries($1) order by ordinal";
}
