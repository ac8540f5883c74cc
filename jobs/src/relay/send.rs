//! A batch on its way to the broker: the events of one subject one after the other, subjects side by side.

use std::collections::BTreeMap;

use db::{Db, OutboxEvent, ParkCause, Published, SubjectKind};
use events::{Event, PublishError, Publisher, Topic};
use futures::{StreamExt as _, stream};
use uuid::Uuid;

use crate::{error_chain, report};

/// Subjects whose events are under way at once.
const WIDTH: usize = 2_000;

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

/// What became of a batch.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// What the broker has acknowledged.
    pub(super) published: Vec<Published>,
    /// Why not all of it was, with one of the causes.
    pub(super) failure: Option<String>,
}

/// Sends events, those of each subject in order, and waits until the broker has acknowledged each.
pub(super) async fn send(db: &Db, publisher: &Publisher, events: Vec<OutboxEvent>, manner: Manner) -> Sent {
    let mut subjects: BTreeMap<(SubjectKind, Uuid), Vec<OutboxEvent>> = BTreeMap::new();
    for event in events {
        subjects.entry((event.kind, event.id)).or_default().push(event);
    }
    stream::iter(subjects.into_values())
        .map(|events| send_in_order(db, publisher, events, manner))
        .buffer_unordered(WIDTH)
        .fold(Sent::default(), async |mut all, one: Sent| {
            all.published.extend(one.published);
            all.failure = all.failure.or(one.failure);
            all
        })
        .await
}

/// The next event goes only when the broker has the one before.
async fn send_in_order(db: &Db, publisher: &Publisher, events: Vec<OutboxEvent>, manner: Manner) -> Sent {
    let mut sent = Sent::default();
    for event in events {
        let OutboxEvent { kind, id, sequence, .. } = event;
        if let Err(cause) = send_one(db, publisher, &event, manner).await {
            sent.failure = Some(cause);
            return sent;
        }
        sent.published.push(Published { kind, id, sequence });
    }
    sent
}

/// Sends an event, or a placeholder in its place when it can't be sent as it is, so that nothing behind it waits.
async fn send_one(db: &Db, publisher: &Publisher, event: &OutboxEvent, manner: Manner) -> Result<(), String> {
    let topic = topic_of(event.kind);
    let (cause, detail) = match Event::from_document(topic, event.document.clone()) {
        Err(malformed) => (ParkCause::Unencodable, error_chain(&malformed)),
        Ok(ready) => match publisher.send(&manner.marked(ready)).await {
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
        ParkCause::Unencodable => "UNENCODABLE",
        ParkCause::TooLarge => "TOO_LARGE",
    }
}
