//! Where customers can be reached, and what they want to hear.

use async_graphql::{Context, Enum, SimpleObject};
use chrono::{DateTime, Utc};

use crate::graphql::{context::Access as _, errors::Result};

/// By which way somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::DeliveryChannel")]
pub(crate) enum NotificationChannel {
    /// A mail to a customer.
    Email,
    /// A short message to a customer's phone.
    Sms,
    /// A push message to a customer's app.
    Push,
    /// A webhook to an organiser.
    Webhook,
}

/// What customers are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::NotificationMessage")]
pub(crate) enum NotificationMessage {
    /// The booking is confirmed.
    Confirmed,
    /// A payment failed, and how to try again.
    PaymentFailed,
    /// The hold ends within a minute.
    HoldEnding,
    /// The booking is cancelled, and what comes back.
    Cancelled,
    /// Places waited for are held.
    WaitlistOffer,
    /// The organiser has cancelled the slot.
    SlotCancelled,
    /// The booking was moved.
    Rescheduled,
}

/// Where somebody can be reached. That one and operators may read it.
#[derive(Clone, SimpleObject)]
pub(crate) struct Contact {
    /// Whose it is: the subject of the identity provider.
    subject: String,
    /// The e-mail address. Null when there is none.
    email: Option<String>,
    /// The phone number, in the form of E.164. Null when there is none.
    phone: Option<String>,
    /// The push service's token of the app. Null when there is none.
    push_token: Option<String>,
    /// A tag of BCP 47. What there is no template for is told in English.
    language: String,
    /// The row version.
    version: i32,
    /// When it was erased, in UTC. Null when it was not.
    erased_at: Option<DateTime<Utc>>,
    /// When it last changed, in UTC.
    updated_at: DateTime<Utc>,
}

impl From<db::Contact> for Contact {
    fn from(row: db::Contact) -> Self {
        Self {
            subject: row.subject,
            email: row.email,
            phone: row.phone,
            push_token: row.push_token,
            language: row.language,
            version: row.version,
            erased_at: row.erased_at,
            updated_at: row.updated_at,
        }
    }
}

impl Contact {
    /// The contact of this subject, if the actor may see it.
    pub(crate) async fn load(ctx: &Context<'_>, subject: &str) -> Result<Option<Self>> {
        let request = ctx.request();
        let found = ctx.db().contact(request.actor()?, subject).await;
        Ok(found.map_err(|error| request.failed(&error))?.map(Self::from))
    }
}

/// Whether somebody hears of something by one way.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct NotificationPreference {
    /// What it is told.
    message: NotificationMessage,
    /// By which way.
    channel: NotificationChannel,
    /// Whether it wants that: by e-mail everything and by SMS and push nothing, unless it has said so.
    enabled: bool,
}

impl From<db::NotificationPreference> for NotificationPreference {
    fn from(row: db::NotificationPreference) -> Self {
        Self { message: row.message.into(), channel: row.channel.into(), enabled: row.enabled }
    }
}

impl NotificationPreference {
    /// All that this subject can be told, by each way; nothing when the actor may not see it.
    pub(crate) async fn load_all(ctx: &Context<'_>, subject: &str) -> Result<Vec<Self>> {
        let request = ctx.request();
        let found = ctx.db().notification_preferences(request.actor()?, subject).await;
        Ok(found.map_err(|error| request.failed(&error))?.into_iter().map(Self::from).collect())
    }
}
