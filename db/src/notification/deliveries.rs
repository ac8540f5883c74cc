//! Deliveries that a sender has for itself until their lease ends.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{Db, Error};

/// By which way somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeliveryChannel {
    /// A mail to a customer.
    Email,
    /// A short message to a customer's phone.
    Sms,
    /// A push message to a customer's app.
    Push,
    /// A webhook to an organiser.
    Webhook,
}

impl DeliveryChannel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Email, Self::Sms, Self::Push, Self::Webhook];

    /// Its name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Sms => "SMS",
            Self::Push => "PUSH",
            Self::Webhook => "WEBHOOK",
        }
    }
}

/// What a sender can take on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimDeliveries {
    /// Its name, unique among the senders of a database.
    pub worker: String,
    /// Deliveries at most.
    pub batch: i32,
    /// How long they are its own, in seconds.
    pub lease_seconds: i32,
    /// By which ways.
    pub channels: Vec<DeliveryChannel>,
    /// Endpoints that have enough under way.
    pub busy: Vec<Uuid>,
    /// Deliveries to one endpoint at most, so that a slow one starves nobody.
    pub per_endpoint: i32,
    /// Only those that are past their time: to end what nobody could send.
    pub lapsed: bool,
}

/// A delivery that this sender alone may send until its lease ends.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ClaimedDelivery {
    /// Which one.
    pub delivery_id: Uuid,
    /// What is recorded under an older fence changes nothing.
    pub fence: i64,
    /// What is told, such as `CONFIRMED`; to an endpoint the event's type.
    pub message: String,
    /// By which way.
    pub channel: DeliveryChannel,
    /// Whether it may have been sent already by one who did not come back to say.
    pub repeated: bool,
    /// Tries before this one.
    pub attempts: i32,
    /// Where to; none when the customer can't be reached any more, and for endpoints.
    pub address: Option<String>,
    /// The customer's language, as a BCP 47 tag.
    pub language: Option<String>,
    /// The event, as the outside is told of it.
    pub document: Value,
    /// What people call what it is about: `{organiser: {name}, listings: {<id>: {title, time_zone, slug}}}`.
    pub context: Value,
    /// The endpoint, for a webhook.
    pub endpoint: Option<ClaimedEndpoint>,
    /// When it was planned.
    pub planned_at: DateTime<Utc>,
    /// After this it is not tried any more.
    pub give_up_at: DateTime<Utc>,
    /// Whether what it asks its reader to hurry for is over, or done.
    pub moot: bool,
}

/// Where a webhook goes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ClaimedEndpoint {
    /// Which one.
    pub id: Uuid,
    /// Its address.
    pub url: String,
    /// What it is signed with, the newest first; two while one replaces the other.
    pub secrets: Vec<String>,
}

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeliveryResult {
    /// The other side took it.
    Sent,
    /// It did not, and may later.
    Failed,
    /// It is gone for good (410): its endpoint gets nothing more.
    Gone,
    /// It never will take this one.
    Rejected,
    /// There was nobody to send it to.
    Skipped,
    /// It was not tried: it goes back.
    Released,
}

/// What is written down of a try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeliveryRecord {
    /// Which delivery.
    pub delivery_id: Uuid,
    /// The fence of its claim.
    pub fence: i64,
    /// What came of it.
    pub result: DeliveryResult,
    /// The HTTP status, where there was one.
    pub status_code: Option<i32>,
    /// What went wrong, for people.
    pub detail: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// After how many milliseconds it is tried again, when it failed.
    pub retry_in_ms: Option<i64>,
}

impl Db {
    /// Claims deliveries that are due; that each is being sent is written down first.
    pub async fn claim_deliveries(&self, claim: &ClaimDeliveries) -> Result<Vec<ClaimedDelivery>, Error> {
        self.rows("select notification.claim_deliveries($1)", claim).await
    }

    /// Writes down what came of tries; under an older fence nothing changes, which is no error.
    pub async fn record_deliveries(&self, records: &[DeliveryRecord]) -> Result<(), Error> {
        let _: Vec<Value> = self.rows("select notification.record_deliveries($1)", records).await?;
        Ok(())
    }
}
