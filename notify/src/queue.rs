//! Events off our own queue: all of them where there is no broker, and everywhere those that an operator sent back.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use db::{Db, ParkedEvent, QueuedEvent};
use events::{Codec, Event, Headers, Topic};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{handle::Planner, report::report};

/// Events in one batch at most.
const BATCH: i32 = 200;
/// How long a reader has a batch to itself, in seconds.
const LEASE: i32 = 30;
/// Reads after which an event that can't be planned becomes an operator's case.
const READS: i32 = 5;

/// Reads the queue.
#[derive(Debug)]
pub(crate) struct QueueReader {
    pub(crate) db: Db,
    pub(crate) planner: Planner,
    pub(crate) codec: Codec,
    /// Whether events are passed on to the queue by us, because there is no broker that they come from.
    pub(crate) is_only_way: bool,
    pub(crate) poll: Duration,
}

impl QueueReader {
    /// Reads until `shutdown`.
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        loop {
            let found = self.turn().await.unwrap_or_else(|error| {
                if error.worth_retrying() {
                    tracing::debug!(%error, "the queue of the notifications is read again");
                } else {
                    report("the queue of the notifications could not be read", &error);
                }
                0
            });
            if shutdown.is_cancelled() || (found == 0 && !crate::pause(self.poll, &shutdown).await) {
                return;
            }
        }
    }

    /// How many events there were.
    async fn turn(&self) -> Result<usize, db::Error> {
        if self.is_only_way {
            self.db.pass_on_events(BATCH).await?;
        }
        let queued = self.db.read_events(BATCH, LEASE).await?;
        let (mut events, mut done, mut parked) = (Vec::new(), Vec::new(), Vec::new());
        for message in &queued {
            match self.event_of(&message.message).await {
                Ok(event) => events.push(event),
                Err(cause) => {
                    parked.push(ParkedEvent { message: message.message.clone(), detail: cause });
                    done.push(message.clone());
                }
            }
        }
        let refused = self.planner.plan(events).await?;
        for message in queued.iter().filter(|message| !done.contains(message)).cloned().collect::<Vec<_>>() {
            match refused.iter().find(|(event, _)| is_about(&message, event)) {
                None => done.push(message),
                Some((_, cause)) if message.read_ct >= READS => {
                    parked.push(ParkedEvent { message: message.message.clone(), detail: cause.clone() });
                    done.push(message);
                }
                // It comes again when the lease is over.
                Some((_, cause)) => {
                    tracing::warn!(cause, reads = message.read_ct, "an event can't be planned");
                }
            }
        }
        if !parked.is_empty() {
            tracing::error!(
                parked = parked.len(),
                "events could not be handled; they are in the dead letters"
            );
            metrics::counter!("holdfast_notify_parked_total").increment(parked.len() as u64);
            self.db.park_events(&parked).await?;
        }
        if !done.is_empty() {
            self.db.delete_events(&done).await?;
        }
        Ok(queued.len())
    }

    /// A message is a document of ours, or a record of the broker's that could not be handled.
    async fn event_of(&self, message: &Value) -> Result<Event, String> {
        if let Some(document) = message.get("document") {
            return Event::from_document(Topic::Booking, document.clone()).map_err(|error| describe(&error));
        }
        let Some((headers, payload)) = message.get("record").and_then(parts) else {
            return Err("It is neither an event nor a record.".to_owned());
        };
        self.codec.decode(Topic::Booking, &headers, &payload).await.map_err(|error| describe(&error))
    }
}

fn is_about(message: &QueuedEvent, event: &Event) -> bool {
    let named = message.message.pointer("/document/id").or_else(|| message.message.pointer("/event_id"));
    named.and_then(Value::as_str) == Some(event.id.as_str())
}

fn describe(error: &dyn std::error::Error) -> String {
    crate::report::error_chain(error)
}

/// A record as the queue holds it; `event_id` says which event it is, where that could be read.
pub(crate) fn message_of(event_id: Option<&str>, headers: &Headers, payload: &[u8]) -> Value {
    let headers: Vec<_> = headers.iter().map(|(name, value)| json!([name, BASE64.encode(value)])).collect();
    json!({ "event_id": event_id, "record": { "headers": headers, "payload": BASE64.encode(payload) } })
}

fn parts(record: &Value) -> Option<(Headers, Vec<u8>)> {
    let payload = BASE64.decode(record.get("payload")?.as_str()?).ok()?;
    let headers = record.get("headers")?.as_array()?.iter().map(|header| {
        let (name, value) = (header.get(0)?.as_str()?, header.get(1)?.as_str()?);
        Some((name.to_owned(), BASE64.decode(value).ok()?))
    });
    Some((headers.collect::<Option<_>>()?, payload))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_as_it_was() {
        let headers = vec![("ce_id".to_owned(), b"a.1".to_vec()), ("odd".to_owned(), vec![0, 255])];
        let message = message_of(Some("a.1"), &headers, &[0, 1, 255]);
        assert_eq!(parts(&message["record"]), Some((headers, vec![0, 1, 255])));
        assert_eq!(parts(&json!({ "payload": "!", "headers": [] })), None);
        assert_eq!(parts(&json!({})), None);
    }
}
