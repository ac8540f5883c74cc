//! On the way to the broker: the events of one subject one after the other, subjects side by side.

use std::{collections::BTreeMap, sync::Arc};

use db::{Db, OutboxEvent, ParkCause, Published, SubjectKind};
use events::{Event, PublishError, Publisher, Topic};
use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{error_chain, report};

/// How events are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// As what has just happened.
    First,
    /// As history told again.
    Replayed,
}

impl Manner {
    fn marked(self, event: Event) -> Event {
        Event { replayed: self == Self::Replayed, ..event }
    }
}

/// What became of the events of one subject.
#[derive(Debug)]
pub(super) struct Sent {
    /// Which one.
    pub(super) subject: (SubjectKind, Uuid),
    /// What the broker has acknowledged.
    pub(super) published: Vec<Published>,
    /// Why not all of it was.
    pub(super) failure: Option<Failure>,
}

/// An event that was not acknowledged. Those behind it were not sent.
#[derive(Debug)]
pub(super) struct Failure {
    /// Of what kind of subject.
    pub(super) kind: SubjectKind,
    /// Of which one.
    pub(super) id: Uuid,
    /// When it was given to the client.
    pub(super) since: Instant,
    /// What was said.
    pub(super) cause: String,
}

/// Events by their subjects, each one's in order.
pub(super) fn by_subject(events: Vec<OutboxEvent>) -> BTreeMap<(SubjectKind, Uuid), Vec<OutboxEvent>> {
    let mut subjects: BTreeMap<_, Vec<OutboxEvent>> = BTreeMap::new();
    for event in events {
        subjects.entry((event.kind, event.id)).or_default().push(event);
    }
    subjects
}

/// Sends the events of one subject, and waits until the broker has acknowledged each: the next event goes only when the
/// broker has the one before.
pub(super) async fn send_in_order(
    db: Db,
    publisher: Arc<Publisher>,
    subject: (SubjectKind, Uuid),
    events: Vec<OutboxEvent>,
    manner: Manner,
) -> Sent {
    let mut sent = Sent { subject, published: Vec::new(), failure: None };
    for event in events {
        let OutboxEvent { kind, id, sequence, .. } = event;
        let since = Instant::now();
        if let Err(cause) = send_one(&db, &publisher, &event, manner).await {
            sent.failure = Some(Failure { kind, id, since, cause });
            return sent;
        }
        sent.published.push(Published { kind, id, sequence });
    }
    sent
}

/// Sends an event, or a placeholder in its place when it can't be sent as it is, so that nothing behind it waits.
async fn send_one(db: &Db, publisher: &Publisher, event: &OutboxEvent, manner: Manner) -> Result<(), String> {
    let topic = topic_of(event.kind);
    let untold = event.document.pointer("/parked/detail").and_then(Value::as_str);
    let (cause, detail) = match (untold, Event::from_document(topic, event.document.clone())) {
        (Some(detail), _) => (ParkCause::Untellable, detail.to_owned()),
        (None, Err(malformed)) => (ParkCause::Unencodable, error_chain(&malformed)),
        (None, Ok(ready)) => match publisher.send(&manner.marked(ready)).await {
            Ok(()) => return Ok(()),
            Err(PublishError::Broker(source)) => return Err(error_chain(source.as_ref())),
            Err(error @ PublishError::TooLarge { .. }) => (ParkCause::TooLarge, error_chain(&error)),
            Err(error @ PublishError::Unencodable(_)) => (ParkCause::Unencodable, error_chain(&error)),
        },
    };
    if let Err(error) = db.park_event(event, cause, &detail).await {
        report("an event that can't be published could not be parked", &error);
        return Err(detail);
    }
    metrics::counter!("holdfast_outbox_parked_total").increment(1);
    tracing::error!(id = %event.id, sequence = event.sequence, detail, "an event can't be published as it is");
    let placeholder = Event::placeholder(topic, &event.document, name_of(cause), &detail)
        .map_err(|malformed| error_chain(&malformed))?;
    publisher.send(&manner.marked(placeholder)).await.map_err(|error| error_chain(&error))
}

fn topic_of(kind: SubjectKind) -> Topic {
    match kind {
        SubjectKind::Booking => Topic::Booking,
        SubjectKind::Slot => Topic::Inventory,
        SubjectKind::Delivery => Topic::Notification,
    }
}

fn name_of(cause: ParkCause) -> &'static str {
    match cause {
        ParkCause::Untellable => "UNTELLABLE",
        ParkCause::Unencodable => "UNENCODABLE",
        ParkCause::TooLarge => "TOO_LARGE",
    }
}
