//! Where customers can be reached, and what they want to hear.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::DeliveryChannel;
use crate::{Actor, Db, Error};

/// Where somebody can be reached.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Contact {
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
    /// Its row version.
    pub version: i32,
    /// When it was erased.
    pub erased_at: Option<DateTime<Utc>>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl fmt::Debug for Contact {
    /// Without what must not come into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// What customers are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotificationMessage {
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

/// Whether somebody wants to hear something by one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationPreference {
    /// What.
    pub message: NotificationMessage,
    /// By which way; never a webhook.
    pub channel: DeliveryChannel,
    /// Whether it is wanted.
    pub enabled: bool,
}

impl Db {
    /// Where this subject can be reached, if the actor is that one or an operator.
    pub async fn contact(&self, actor: &Actor, subject: &str) -> Result<Option<Contact>, Error> {
        let argument = serde_json::json!({ "actor": actor, "subject": subject });
        self.read_one(Some(actor), "notification.view_contact", &argument).await
    }

    /// All that this subject can be told, by each way, if the actor is that one or an operator.
    pub async fn notification_preferences(
        &self,
        actor: &Actor,
        subject: &str,
    ) -> Result<Vec<NotificationPreference>, Error> {
        let argument = serde_json::json!({ "actor": actor, "subject": subject });
        self.read(Some(actor), "notification.view_preferences", &argument).await
    }
}
