//! History told again: what was published before, marked as replayed.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use db::{Db, EventPlace, OutboxEvent, SubjectKind};
use events::Publisher;
use futures::{StreamExt as _, stream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::send::{Manner, by_subject, send_in_order};
use crate::{retry::Pauses, timers::pause};

/// Events read and sent at a time.
const PAGE: i32 = 1_000;
/// Subjects whose events are under way at once.
const WIDTH: usize = 1_000;
const PAUSES: Pauses = Pauses { first: Duration::from_millis(200), longest: Duration::from_secs(5) };

/// Which history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it is about.
    pub kind: SubjectKind,
    /// What happened from then on; none is from the beginning.
    pub from: Option<DateTime<Utc>>,
    /// What happened before then; none is up to now.
    pub to: Option<DateTime<Utc>>,
    /// From behind this place on, where an earlier replay ended; none is from the beginning.
    pub after: Option<EventPlace>,
}

/// How far a replay has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retold {
    /// Events that the broker took.
    pub events: usize,
    /// Where to go on; none at the beginning.
    pub place: Option<EventPlace>,
}

/// Why a replay ended early; what was sent before stays sent.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The broker, or the schema registry, can't be used.
    #[error("events can't be sent")]
    Prepare(#[source] events::KafkaError),
    /// The history could not be read.
    #[error("the history can't be read any further than the {} events that were sent", retold.events)]
    Database {
        /// How far it has come.
        retold: Retold,
        /// Why no further.
        #[source]
        source: db::Error,
    },
    /// The broker took no more.
    #[error("the broker took {} events and no more: {cause}", retold.events)]
    Broker {
        /// How far it has come.
        retold: Retold,
        /// What it said.
        cause: String,
    },
}

impl ReplayError {
    /// Where to go on.
    pub fn place(&self) -> Option<EventPlace> {
        match self {
            Self::Prepare(_) => None,
            Self::Database { retold, .. } | Self::Broker { retold, .. } => retold.place,
        }
    }
}

/// Publishes again what was published of this history, each subject's events in order and under their old ids, until
/// `stop`. What fails is tried again until nothing has gone through for as long as `patience`.
pub async fn replay(
    db: &Db,
    publisher: &Arc<Publisher>,
    span: &Span,
    patience: Duration,
    stop: &CancellationToken,
) -> Result<Retold, ReplayError> {
    let mut tries = Tries { patience, last: Instant::now(), count: 0 };
    while let Err(error) = publisher.ensure_topics().await {
        if !tries.again(stop).await {
            return Err(ReplayError::Prepare(error));
        }
    }
    let mut retold = Retold { events: 0, place: span.after };
    while !stop.is_cancelled() {
        let page = match db.event_history(span.kind, span.from, span.to, retold.place, PAGE).await {
            Ok(page) => page,
            Err(error) if error.worth_retrying() && tries.again(stop).await => continue,
            Err(source) => return Err(ReplayError::Database { retold, source }),
        };
        let Some(end) = page.last().map(|end| EventPlace { id: end.id, sequence: end.sequence }) else {
            break;
        };
        tries.went_well();
        let mut rest = page;
        loop {
            let (failure, sent) = send_page(db, publisher, &mut rest).await;
            retold.events += sent;
            if sent > 0 {
                tries.went_well();
            }
            let Some(cause) = failure else { break };
            if !tries.again(stop).await {
                return Err(ReplayError::Broker { retold, cause });
            }
        }
        retold.place = Some(end);
    }
    Ok(retold)
}

/// Sends a page, of which what was not sent is left; why not, and how many were.
async fn send_page(
    db: &Db,
    publisher: &Arc<Publisher>,
    page: &mut Vec<OutboxEvent>,
) -> (Option<String>, usize) {
    let (mut failure, mut taken) = (None, BTreeSet::new());
    let mut under_way = stream::iter(by_subject(page.clone()))
        .map(|(subject, events)| {
            send_in_order(db.clone(), Arc::clone(publisher), subject, events, Manner::Replayed)
        })
        .buffer_unordered(WIDTH);
    while let Some(one) = under_way.next().await {
        taken.extend(one.published.into_iter().map(|event| (event.id, event.sequence)));
        failure = failure.or(one.failure.map(|failure| failure.cause));
    }
    page.retain(|event| !taken.contains(&(event.id, event.sequence)));
    (failure, taken.len())
}

/// Tries since something last went well.
struct Tries {
    patience: Duration,
    last: Instant,
    count: u32,
}

impl Tries {
    fn went_well(&mut self) {
        (self.last, self.count) = (Instant::now(), 0);
    }

    /// Waits a little; false when it has lasted too long, or is to stop.
    async fn again(&mut self, stop: &CancellationToken) -> bool {
        self.count += 1;
        self.last.elapsed() < self.patience && pause(PAUSES.after(self.count), stop).await
    }
}
