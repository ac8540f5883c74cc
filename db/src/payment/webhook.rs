//! What gateways tell of their own accord: each event is written down once, and worked by the queue.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Db, Error};

/// An event that a gateway told, its signature checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Webhook {
    /// Which gateway.
    pub gateway: String,
    /// Its id of the event; the same one may come many times.
    pub event_id: String,
    /// Its name for what happened.
    #[serde(rename = "type")]
    pub kind: String,
    /// The key of the operation it is about, when it bears one of ours.
    pub operation_key: Option<String>,
    /// Its name for what it is about.
    pub reference: Option<String>,
    /// Whether somebody has to look at it, whatever we know.
    pub is_exceptional: bool,
    /// When it happened, by its clock.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// What became of an event that came in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ReceivedWebhook {
    /// The gateway's id of the event.
    pub event_id: String,
    /// Whether it was not known before.
    pub is_new: bool,
}

/// What became of a batch of webhooks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct WorkedWebhooks {
    /// Their sagas were woken, and look up what they are about.
    pub applied: u32,
    /// What they tell was known already, or is of no concern.
    pub ignored: u32,
    /// They are operators' cases now.
    pub quarantined: u32,
    /// They come back in a second: somebody is at their sagas.
    pub put_off: u32,
    /// Messages that name no webhook.
    pub parked: u32,
}

impl WorkedWebhooks {
    /// Messages taken from the queue, or put back onto it.
    pub fn total(&self) -> u32 {
        self.applied + self.ignored + self.quarantined + self.put_off + self.parked
    }

    /// Each result by its name.
    pub fn by_result(&self) -> [(&'static str, u32); 5] {
        [
            ("applied", self.applied),
            ("ignored", self.ignored),
            ("quarantined", self.quarantined),
            ("put_off", self.put_off),
            ("parked", self.parked),
        ]
    }
}

impl Db {
    /// Writes events down, each once, and puts the new ones on the queue in the same transaction; one answer for each,
    /// in order.
    pub async fn receive_webhooks(&self, events: &[Webhook]) -> Result<Vec<ReceivedWebhook>, Error> {
        const ROUTINE: &str = "select payment.receive_webhooks($1)";
        let answers: Vec<ReceivedWebhook> = self.rows(ROUTINE, events).await?;
        if answers.len() != events.len() {
            return Err(Error::Miscounted {
                routine: ROUTINE,
                commands: events.len(),
                answers: answers.len(),
            });
        }
        Ok(answers)
    }

    /// Works so many events at most.
    pub async fn work_webhooks(&self, batch: i32) -> Result<WorkedWebhooks, Error> {
        let argument = serde_json::json!({ "batch": batch, "vt_seconds": 30 });
        Ok(self.row("select payment.work_webhooks($1)", &argument).await?.unwrap_or_default())
    }

    /// Forgets so many events at most that are past their 30 days; how many it found.
    pub async fn purge_webhooks(&self, limit: i32) -> Result<i32, Error> {
        Ok(self.row("select payment.purge_webhooks($1)", &limit).await?.unwrap_or(0))
    }
}
