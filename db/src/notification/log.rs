//! What became of deliveries, for those who ask.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::DeliveryChannel;
use crate::{Actor, BookingId, Cursor, Db, Error, NotificationDeliveryId, Page, WebhookEndpointId};

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeliveryState {
    /// It waits for its time.
    Planned,
    /// Somebody sends it.
    Sending,
    /// The other side took it.
    Sent,
    /// It was given up.
    Failed,
    /// There was nobody to send it to.
    Skipped,
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RecipientKind {
    /// The customer of a booking.
    Customer,
    /// An endpoint of an organiser.
    Endpoint,
}

/// What came of a try, as the log has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttemptResult {
    /// The other side took it.
    Sent,
    /// It did not, and may later.
    Failed,
    /// It is gone for good.
    Gone,
    /// It never will take this one.
    Rejected,
    /// There was nobody to send it to.
    Skipped,
    /// Whoever sent it did not come back to say.
    Lost,
}

/// One try.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DeliveryAttempt {
    /// Which one, from 1.
    pub number: i32,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<i64>,
    /// What came of it; none while it is under way.
    pub result: Option<AttemptResult>,
    /// The status that the other side answered with.
    pub status_code: Option<i32>,
    /// What went wrong.
    pub detail: Option<String>,
}

/// One message to one recipient by one channel, with the log of its tries.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct NotificationDelivery {
    /// Its id.
    pub id: NotificationDeliveryId,
    /// The event that it tells of.
    pub event_id: String,
    /// The booking it is about.
    pub booking_id: Option<BookingId>,
    /// What is told, such as `CONFIRMED`; to an endpoint the event's type.
    pub message: String,
    /// By which way.
    pub channel: DeliveryChannel,
    /// Who is told.
    pub recipient_kind: RecipientKind,
    /// The customer's subject, or the endpoint's id.
    pub recipient_id: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Tries so far.
    pub attempts: i32,
    /// Tries anew because nobody knew what became of the one before.
    pub repeats: i32,
    /// When it is tried next.
    pub due_at: Option<DateTime<Utc>>,
    /// After this it is not tried any more.
    pub give_up_at: DateTime<Utc>,
    /// When it was planned.
    pub planned_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Every try, in order.
    pub log: Vec<DeliveryAttempt>,
}

impl NotificationDelivery {
    /// The endpoint told, if it is one.
    pub fn endpoint_id(&self) -> Option<WebhookEndpointId> {
        match self.recipient_kind {
            RecipientKind::Endpoint => Uuid::try_parse(&self.recipient_id).ok().map(WebhookEndpointId),
            RecipientKind::Customer => None,
        }
    }
}

/// Which deliveries to list; what the actor may not see is left out all the same.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DeliveryFilter {
    /// Only those about this booking.
    pub booking_id: Option<BookingId>,
    /// Only those to this endpoint.
    pub endpoint_id: Option<WebhookEndpointId>,
    /// Only those that stand there.
    pub state: Option<DeliveryState>,
}

impl Db {
    /// The deliveries with these ids that the actor may see, in no order.
    pub async fn deliveries(
        &self,
        actor: &Actor,
        ids: &[NotificationDeliveryId],
    ) -> Result<Vec<NotificationDelivery>, Error> {
        let argument = serde_json::json!({ "actor": actor, "ids": ids });
        self.read(Some(actor), "notification.view_deliveries", &argument).await
    }

    /// The deliveries that the actor may see, newest first.
    pub async fn delivery_page(
        &self,
        actor: &Actor,
        filter: &DeliveryFilter,
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<Page<NotificationDelivery>, Error> {
        let argument =
            serde_json::json!({ "actor": actor, "filter": filter, "first": first, "after": after });
        self.page(Some(actor), "notification.list_deliveries", &argument, first).await
    }
}
