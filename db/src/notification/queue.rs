//! The queue that stands for a broker where there is none, and that operators send events back to.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Actor, Db, Error};

/// An event off the queue, this reader's own until its lease ends.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct QueuedEvent {
    /// The message.
    pub msg_id: i64,
    /// How often it was read, this time included; fences its deletion.
    pub read_ct: i32,
    /// What it holds: a document of ours, or a record of the broker's.
    pub message: Value,
}

/// An event that could not be handled.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParkedEvent {
    /// As the queue takes it, should an operator send it back.
    pub message: Value,
    /// What is wrong with it, for people.
    pub detail: String,
}

#[derive(Deserialize)]
struct Redriven {
    redriven: i32,
}

#[derive(Deserialize)]
struct Done {}

impl Db {
    /// Reads events off the queue; those that are not deleted by then come again after the lease, in seconds.
    pub async fn read_events(&self, batch: i32, lease_seconds: i32) -> Result<Vec<QueuedEvent>, Error> {
        let argument = serde_json::json!({ "batch": batch, "lease_seconds": lease_seconds });
        self.rows("select notification.read_events($1)", &argument).await
    }

    /// Takes events off the queue, unless somebody else has read them since.
    pub async fn delete_events(&self, events: &[QueuedEvent]) -> Result<(), Error> {
        let argument: Vec<_> = events
            .iter()
            .map(|event| serde_json::json!({ "msg_id": event.msg_id, "read_ct": event.read_ct }))
            .collect();
        let _: Option<Value> = self.row("select notification.delete_events($1)", &argument).await?;
        Ok(())
    }

    /// Puts events in the operators' inbox.
    pub async fn park_events(&self, events: &[ParkedEvent]) -> Result<(), Error> {
        let _: Option<Done> = self.row("select notification.park_events($1)", events).await?;
        Ok(())
    }

    /// Sends events in the operators' inbox back to be handled again, at this actor's wish; how many.
    pub async fn redrive_events(&self, actor: &Actor, batch: i32) -> Result<i32, Error> {
        let argument = serde_json::json!({ "actor": actor, "batch": batch });
        let redriven: Option<Redriven> =
            self.row("select notification.redrive_events($1)", &argument).await?;
        Ok(redriven.map_or(0, |redriven| redriven.redriven))
    }
}
