//! Events become deliveries.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{Db, Error};

/// An event that somebody may want to be told of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToTell {
    /// Its id: it is planned once.
    pub event_id: String,
    /// What the customer is told, such as `CONFIRMED`; none is nothing.
    pub message: Option<&'static str>,
    /// The event, as the outside is told of it.
    pub document: Value,
    /// How long ago it may have happened for the customer to be told, in seconds by the database's clock; none is however
    /// long. Endpoints are told of all.
    pub longest_seconds: Option<f64>,
}

/// How many deliveries an event became.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Planned {
    /// Which event.
    pub event_id: String,
    /// Deliveries that were not planned before.
    pub planned: i32,
    /// Whether the customer is not told, because it happened too long ago.
    pub too_old: bool,
}

/// A page of holds looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Reminded {
    /// How many customers word was planned to.
    pub planned: i32,
    /// Where to go on; none at the end.
    pub next: Option<HoldEnd>,
}

/// The end of a hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldEnd {
    /// When it is.
    pub hold_expires_at: DateTime<Utc>,
    /// Of which booking.
    pub booking_id: Uuid,
}

#[derive(Deserialize)]
struct Purged {
    purged: i32,
}

impl Db {
    /// Plans who is told of these events; each once, however often this is called.
    pub async fn plan_deliveries(&self, events: &[ToTell]) -> Result<Vec<Planned>, Error> {
        self.rows("select notification.plan_deliveries($1)", events).await
    }

    /// Plans word to customers whose hold ends within a minute: a page of holds, from behind `after` on.
    pub async fn plan_reminders(&self, after: Option<&HoldEnd>, batch: i32) -> Result<Reminded, Error> {
        let argument = serde_json::json!({ "after": after, "batch": batch });
        Ok(self.row("select notification.plan_reminders($1)", &argument).await?.unwrap_or_default())
    }

    /// Forgets the reminders of holds that ended a week ago; how many.
    pub async fn purge_reminders(&self, batch: i32) -> Result<i32, Error> {
        let argument = serde_json::json!({ "batch": batch });
        let purged: Option<Purged> = self.row("select notification.purge_reminders($1)", &argument).await?;
        Ok(purged.map_or(0, |purged| purged.purged))
    }

    /// Forgets deliveries that ended 90 days ago, with their log; how many.
    pub async fn purge_deliveries(&self, batch: i32) -> Result<i32, Error> {
        let argument = serde_json::json!({ "batch": batch });
        let purged: Option<Purged> = self.row("select notification.purge_deliveries($1)", &argument).await?;
        Ok(purged.map_or(0, |purged| purged.purged))
    }
}
