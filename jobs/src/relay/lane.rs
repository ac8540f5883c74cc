//! One batch after the other: claimed, sent, written down.

use std::{convert::Infallible, sync::Arc, time::Duration};

use db::{Db, OutboxClaim, OutboxEvent, OutboxQueue};
use events::Publisher;
use tokio_util::sync::CancellationToken;

use super::{
    RelaySettings,
    broker::Broker,
    send::{Manner, send},
};
use crate::{report, retry::Pauses, timers::pause};

/// Events of one subject read at a time.
const EVENTS: i32 = 10;
/// Subjects taken over at a time from a relay that was killed.
const LAPSED: i32 = 200;
/// Subjects tried while the broker is away.
const PROBES: i32 = 5;
/// Between tries while the broker or the database is away.
const AWAY: Pauses = Pauses { first: Duration::from_millis(200), longest: Duration::from_secs(2) };

/// When a lane looks again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rhythm {
    /// The pause after a look that found nothing.
    pub(super) pause: Duration,
    /// Whether it pauses after each look: what changes meanwhile is gathered.
    pub(super) is_steady: bool,
}

/// A way out with its own leases.
#[derive(Debug)]
pub(super) struct Lane {
    name: String,
    queue: OutboxQueue,
    rhythm: Rhythm,
    lease: Duration,
    batch: i32,
    db: Db,
    publisher: Arc<Publisher>,
    broker: Arc<Broker>,
}

impl Lane {
    pub(super) fn new(
        name: String,
        queue: OutboxQueue,
        rhythm: Rhythm,
        settings: &RelaySettings,
        db: &Db,
        publisher: &Arc<Publisher>,
        broker: &Arc<Broker>,
    ) -> Self {
        Self {
            name,
            queue,
            rhythm,
            lease: settings.lease,
            batch: settings.batch,
            db: db.clone(),
            publisher: Arc::clone(publisher),
            broker: Arc::clone(broker),
        }
    }

    pub(super) async fn run(self, shutdown: CancellationToken) {
        let mut failures = 0;
        loop {
            let rest = match self.turn().await {
                Turn::Sent if !self.rhythm.is_steady => Duration::ZERO,
                Turn::Sent | Turn::Idle => self.rhythm.pause,
                Turn::Failed => AWAY.after(failures),
            };
            failures = if rest.is_zero() || rest == self.rhythm.pause { 0 } else { failures + 1 };
            if shutdown.is_cancelled() || (!rest.is_zero() && !pause(rest, &shutdown).await) {
                return;
            }
        }
    }

    /// One batch, to its end.
    async fn turn(&self) -> Turn {
        let mut events = match self.claim().await {
            Ok(events) if events.is_empty() => return Turn::Idle,
            Ok(events) => events,
            Err(error) => return self.failed("events could not be claimed", &error),
        };
        while !events.is_empty() {
            let sent = tokio::select! {
                sent = send(&self.db, &self.publisher, events, Manner::First) => sent,
                never = self.keep() => match never {},
            };
            let is_whole = sent.failure.is_none();
            if let Some(cause) = &sent.failure {
                self.broker.is_gone(cause).await;
            } else {
                self.broker.is_here().await;
            }
            events = match self.db.mark_published(&self.name, &sent.published, self.lease, EVENTS).await {
                Ok(more) => more,
                // They are sent again, under the same ids, when the lease has lapsed.
                Err(error) => return self.failed("what the broker has could not be written down", &error),
            };
            if !is_whole {
                self.hand_back().await;
                return Turn::Failed;
            }
        }
        Turn::Sent
    }

    async fn claim(&self) -> Result<Vec<OutboxEvent>, db::Error> {
        let is_away = self.broker.is_away();
        let claim = OutboxClaim {
            relay: self.name.clone(),
            queue: self.queue,
            // Nothing more is taken on while nothing can be sent; when nothing is under way, a little, to see.
            subjects: if is_away { 1 } else { self.batch },
            lapsed: if is_away { PROBES } else { LAPSED },
            lease_seconds: self.lease.as_secs_f64(),
            events: EVENTS,
        };
        self.db.claim_events(&claim).await
    }

    /// Renews the leases for as long as the batch takes: on a busy day others would take them over, send everything a
    /// second time, and make the day busier.
    async fn keep(&self) -> Infallible {
        loop {
            tokio::time::sleep(self.lease / 3).await;
            if let Err(error) = self.db.renew_events(&self.name, self.lease).await {
                report("leases could not be renewed; another relay may send the same events", &error);
            }
        }
    }

    async fn hand_back(&self) {
        if let Err(error) = self.db.hand_events_back(&self.name).await {
            report("events could not be handed back; their leases will end", &error);
        }
    }

    fn failed(&self, what: &str, error: &db::Error) -> Turn {
        if error.worth_retrying() {
            tracing::debug!(%error, what, lane = self.name, "tried again");
        } else {
            report(what, error);
        }
        Turn::Failed
    }
}

/// What came of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Idle,
    Sent,
    Failed,
}
