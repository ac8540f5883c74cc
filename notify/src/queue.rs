//! Events off our own queue: all of them where there is no broker, and everywhere those that an operator sent back.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use db::{Db, ParkedEvent, QueuedEvent};
use events::{Codec, DecodeError, Event, Headers, RegistryError, Topic};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    handle::Planner,
    report::{error_chain, report},
};

/// Events in one batch at most.
const BATCH: i32 = 200;
/// How long a reader has a batch to itself, in seconds.
const LEASE: i32 = 30;
/// Reads after which an event that can't be planned becomes an operator's case.
const READS: i32 = 5;
/// Marks what was in the operators' inbox.
const PARKED: &str = "parked";

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
        let (mut events, mut sent_back) = (Vec::new(), Vec::new());
        let (mut done, mut parked) = (Vec::new(), Vec::new());
        let mut readable = Vec::with_capacity(queued.len());
        for message in &queued {
            match self.event_of(&message.message).await {
                Ok(event) => {
                    if was_parked(&message.message) { &mut sent_back } else { &mut events }.push(event);
                    readable.push(message);
                }
                // It comes again when the lease is over, like what can't be planned.
                Err(Unreadable::ForNow(cause)) => tracing::warn!(cause, "an event can't be read for now"),
                Err(Unreadable::ForGood(cause)) => {
                    parked.push(park(&message.message, cause));
                    done.push(message.clone());
                }
            }
        }
        let mut refused = self.planner.plan(events).await?;
        refused.extend(self.planner.plan_again(sent_back).await?);
        for message in readable {
            match refused.iter().find(|(event, _)| is_about(message, event)) {
                None => done.push(message.clone()),
                Some((_, cause)) if message.read_ct >= READS => {
                    parked.push(park(&message.message, cause.clone()));
                    done.push(message.clone());
                }
                Some((_, cause)) => {
                    tracing::warn!(cause, reads = message.read_ct, "an event can't be planned");
                }
            }
        }
        self.end(&done, &parked).await?;
        Ok(queued.len())
    }

    /// Takes off the queue what is done, after what can't be is with the operators.
    async fn end(&self, done: &[QueuedEvent], parked: &[ParkedEvent]) -> Result<(), db::Error> {
        if !parked.is_empty() {
            tracing::error!(
                parked = parked.len(),
                "events could not be handled; they are in the dead letters"
            );
            metrics::counter!("holdfast_notify_parked_total").increment(parked.len() as u64);
            self.db.park_events(parked).await?;
        }
        if !done.is_empty() {
            self.db.delete_events(done).await?;
        }
        Ok(())
    }

    /// A message is a document of ours, or a record of the broker's that could not be handled.
    async fn event_of(&self, message: &Value) -> Result<Event, Unreadable> {
        if let Some(document) = message.get("document") {
            return Event::from_document(Topic::Booking, document.clone())
                .map_err(|error| Unreadable::ForGood(error_chain(&error)));
        }
        let Some((headers, payload)) = message.get("record").and_then(parts) else {
            return Err(Unreadable::ForGood("It is neither an event nor a record.".to_owned()));
        };
        self.codec.decode(Topic::Booking, &headers, &payload).await.map_err(|error| match &error {
            DecodeError::Registry(RegistryError::Unreachable { .. }) => {
                Unreadable::ForNow(error_chain(&error))
            }
            _ => Unreadable::ForGood(error_chain(&error)),
        })
    }
}

/// Why a message gives no event.
enum Unreadable {
    /// The registry is away, and will be back.
    ForNow(String),
    /// Read again it would be the same.
    ForGood(String),
}

/// What is parked says so: when it comes back, an operator has sent it.
fn park(message: &Value, detail: String) -> ParkedEvent {
    let mut message = message.clone();
    // What is no object is no event either, however often it is sent back.
    if let Value::Object(fields) = &mut message {
        fields.insert(PARKED.to_owned(), Value::Bool(true));
    }
    ParkedEvent { message, detail }
}

fn was_parked(message: &Value) -> bool {
    message.get(PARKED) == Some(&Value::Bool(true))
}

fn is_about(message: &QueuedEvent, event: &Event) -> bool {
    let named = message.message.pointer("/document/id").or_else(|| message.message.pointer("/event_id"));
    named.and_then(Value::as_str) == Some(event.id.as_str())
}

/// A record that can't be handled, as the queue takes it; `event_id` says which event it is, where that could be read.
pub(crate) fn parked_record(
    event_id: Option<&str>,
    headers: &Headers,
    payload: &[u8],
    detail: String,
) -> ParkedEvent {
    let headers: Vec<_> = headers.iter().map(|(name, value)| json!([name, BASE64.encode(value)])).collect();
    let record = json!({ "headers": headers, "payload": BASE64.encode(payload) });
    park(&json!({ "event_id": event_id, "record": record }), detail)
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
        let ParkedEvent { message, .. } = parked_record(Some("a.1"), &headers, &[0, 1, 255], String::new());
        assert!(was_parked(&message));
        assert_eq!(parts(&message["record"]), Some((headers, vec![0, 1, 255])));
        assert_eq!(parts(&json!({ "payload": "!", "headers": [] })), None);
        assert_eq!(parts(&json!({})), None);
    }
}
