//! One batch after the other: claimed, sent, written down.

use std::{convert::Infallible, mem, sync::Arc, time::Duration};

use db::{Db, OutboxClaim, OutboxEvent, OutboxQueue};
use events::Publisher;
use tokio::time::Instant;
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
/// Between looks for those: each has to pass by what was let go since the oldest snapshot that somebody still reads.
const LOOK_EVERY: Duration = Duration::from_secs(1);
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
    /// What came of marking the last batch: the next events of subjects that are still ours.
    next: Vec<OutboxEvent>,
    /// When to look again for what others have let lapse.
    look_at: Instant,
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
            // What is left of a batch waits for the next turn.
            lease: settings.lease.max(rhythm.pause * 4),
            batch: settings.batch,
            db: db.clone(),
            publisher: Arc::clone(publisher),
            broker: Arc::clone(broker),
            next: Vec::new(),
            look_at: Instant::now(),
        }
    }

    pub(super) async fn run(mut self, shutdown: CancellationToken) {
        let mut failures = 0;
        loop {
            let rest = match self.turn().await {
                Turn::Sent if !self.rhythm.is_steady => Duration::ZERO,
                Turn::Sent | Turn::Idle => self.rhythm.pause,
                Turn::Failed => AWAY.after(failures),
            };
            failures = if rest.is_zero() || rest == self.rhythm.pause { 0 } else { failures + 1 };
            if shutdown.is_cancelled() || (!rest.is_zero() && !pause(rest, &shutdown).await) {
                if !self.next.is_empty() {
                    self.hand_back().await;
                }
                return;
            }
        }
    }

    /// One batch: what is left of the last one, and what has come since. A slot that sells all the time has something new
    /// whenever it is marked; it goes with the others, and waits for the pause like them.
    async fn turn(&mut self) -> Turn {
        let room = self.batch - subjects(&self.next);
        if room > 0 {
            match self.claim(room).await {
                Ok(more) => self.next.extend(more),
                Err(error) => return failed(&self.name, "events could not be claimed", &error),
            }
        }
        let events = mem::take(&mut self.next);
        if events.is_empty() {
            return Turn::Idle;
        }
        let sent = tokio::select! {
            sent = send(&self.db, &self.publisher, events, Manner::First) => sent,
            never = self.keep() => match never {},
        };
        if let Some(cause) = &sent.failure {
            self.broker.is_gone(cause).await;
        } else {
            self.broker.is_here().await;
        }
        match self.db.mark_published(&self.name, &sent.published, self.lease, EVENTS).await {
            Ok(next) if sent.failure.is_none() => {
                self.next = next;
                Turn::Sent
            }
            Ok(_) => {
                self.hand_back().await;
                self.look_at = Instant::now();
                Turn::Failed
            }
            // They are sent again, under the same ids, when the lease has lapsed.
            Err(error) => failed(&self.name, "what the broker has could not be written down", &error),
        }
    }

    /// Takes on about so many subjects more.
    async fn claim(&mut self, room: i32) -> Result<Vec<OutboxEvent>, db::Error> {
        let is_away = self.broker.is_away();
        let looks = is_away || self.look_at <= Instant::now();
        let claim = OutboxClaim {
            relay: self.name.clone(),
            queue: self.queue,
            // Nothing more is taken on while nothing can be sent; when nothing is under way, a little, to see.
            subjects: if is_away { 1 } else { room },
            lapsed: if is_away { PROBES } else { LAPSED * i32::from(looks) },
            lease_seconds: self.lease.as_secs_f64(),
            events: EVENTS,
        };
        let events = self.db.claim_events(&claim).await?;
        // A look that found many may have left some.
        if looks && subjects(&events) < LAPSED {
            self.look_at = Instant::now() + LOOK_EVERY;
        }
        Ok(events)
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
}

fn failed(lane: &str, what: &str, error: &db::Error) -> Turn {
    if error.worth_retrying() {
        tracing::debug!(%error, what, lane, "tried again");
    } else {
        report(what, error);
    }
    Turn::Failed
}

/// How many subjects these are of; each one's stand together, but for what others let lapse meanwhile.
fn subjects(events: &[OutboxEvent]) -> i32 {
    let count = events.chunk_by(|one, next| (one.kind, one.id) == (next.kind, next.id)).count();
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// What came of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Idle,
    Sent,
    Failed,
}
