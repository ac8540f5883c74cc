//! Claimed, sent, written down, in turns. A turn waits for what the broker takes at once; what it takes its time for stays
//! under way, so that one partition that ails keeps nobody waiting but its own.

use std::{collections::BTreeSet, mem, sync::Arc, time::Duration};

use db::{Db, OutboxClaim, OutboxEvent, OutboxQueue, SubjectKind};
use events::Publisher;
use futures::{StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    RelaySettings,
    broker::{Broker, Verdict},
    health::Health,
    send::{Failure, Manner, Sent, by_subject, send_in_order},
};
use crate::{report, retry::Pauses, timers::pause};

/// Events of one subject read at a time.
const EVENTS: i32 = 10;
/// Subjects taken over at a time from a relay that was killed.
const LAPSED: i32 = 200;
/// Subjects that a lane takes on at first. Twice as many follow whenever something went through: where relays die young, or
/// the machine has hardly any time for them, a large batch would be claimed again and again and never be sent.
const AT_FIRST: i32 = 50;
/// Between looks for those: each has to pass by what was let go since the oldest snapshot that somebody still reads.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Subjects tried while the broker, or the topic of their kind, takes nothing.
const PROBES: i32 = 5;
/// Subjects under way, and with them those of the turns before, while the broker takes nothing.
const TRIED: i32 = 20;
/// Between tries while the broker or the database is away.
const AWAY: Pauses = Pauses { first: Duration::from_millis(200), longest: Duration::from_secs(1) };
/// How long a turn waits for acknowledgements; those that come later are written down in the next.
const GATHER: Duration = Duration::from_millis(100);
/// How long what is under way may take in the end. The client gives up each event after five seconds.
const LONGEST_END: Duration = Duration::from_secs(15);
/// Before a subject is tried again that failed while others went through.
const PUT_OFF: Duration = Duration::from_secs(10);

/// When a lane looks again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rhythm {
    /// The pause after a look that found nothing.
    pub(super) pause: Duration,
    /// Whether it pauses after each look: what changes meanwhile is gathered.
    pub(super) is_steady: bool,
}

/// A way out with its own leases.
pub(super) struct Lane {
    name: String,
    queue: OutboxQueue,
    rhythm: Rhythm,
    lease: Duration,
    batch: i32,
    /// Subjects that it may take on by now.
    reach: i32,
    db: Db,
    publisher: Arc<Publisher>,
    broker: Arc<Broker>,
    /// What came of marking: the next events of subjects that are still ours.
    next: Vec<OutboxEvent>,
    /// Subjects whose events are with the client.
    under_way: FuturesUnordered<BoxFuture<'static, Sent>>,
    /// Which those are: ours for as long as it takes.
    held: BTreeSet<(SubjectKind, Uuid)>,
    /// When their leases are renewed.
    renew_at: Instant,
    health: Health,
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
            reach: settings.batch.min(AT_FIRST),
            db: db.clone(),
            publisher: Arc::clone(publisher),
            broker: Arc::clone(broker),
            next: Vec::new(),
            under_way: FuturesUnordered::new(),
            held: BTreeSet::new(),
            renew_at: Instant::now(),
            health: Health::default(),
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
                self.end().await;
                return;
            }
        }
    }

    /// One batch: what is left of the last one, and what has come since. A slot that sells all the time has something new
    /// whenever it is marked; it goes with the others, and waits for the pause like them.
    async fn turn(&mut self) -> Turn {
        let under_way = i32::try_from(self.under_way.len()).unwrap_or(i32::MAX);
        let room = self.reach.saturating_sub(subjects(&self.next)).saturating_sub(under_way);
        // A broker that is away is tried with a little, to see; with what is new even while older things are under way:
        // on a quiet day a topic that takes nothing looks like a broker that is away, and the next booking shows it.
        if room > 0 && !(self.broker.is_away() && under_way >= TRIED) {
            match self.claim(room).await {
                Ok(more) => self.next.extend(more),
                Err(error) => return failed(&self.name, "events could not be claimed", &error),
            }
        }
        let too_many = self.begin();
        if self.under_way.is_empty() && too_many.is_empty() {
            return Turn::Idle;
        }
        let sent = self.gather(Instant::now() + GATHER).await;
        self.settle(sent, too_many).await
    }

    /// Gives what is next to the client, but for those of an ailing kind that are too many: these.
    fn begin(&mut self) -> Vec<(SubjectKind, Uuid)> {
        let (mut too_many, mut probes) = (Vec::new(), 0);
        for (subject, events) in by_subject(mem::take(&mut self.next)) {
            if self.health.ails(subject.0) {
                probes += 1;
                if probes > PROBES {
                    too_many.push(subject);
                    continue;
                }
            }
            if self.under_way.is_empty() {
                self.renew_at = Instant::now() + self.lease / 3;
            }
            self.held.insert(subject);
            let (db, publisher) = (self.db.clone(), Arc::clone(&self.publisher));
            self.under_way.push(Box::pin(send_in_order(db, publisher, subject, events, Manner::First)));
        }
        too_many
    }

    /// What comes of the subjects under way, until all have ended or a time. Their leases are renewed for as long as it
    /// takes: on a busy day others would take them over, send everything a second time, and make the day busier.
    async fn gather(&mut self, until: Instant) -> Vec<Sent> {
        let mut sent = Vec::with_capacity(self.under_way.len());
        loop {
            tokio::select! {
                biased;
                one = self.under_way.next() => match one {
                    Some(one) => {
                        self.held.remove(&one.subject);
                        sent.push(one);
                    }
                    None => return sent,
                },
                () = tokio::time::sleep_until(until) => return sent,
                () = tokio::time::sleep_until(self.renew_at) => {
                    self.renew_at = Instant::now() + self.lease / 3;
                    let held: Vec<_> = self.held.iter().copied().collect();
                    if let Err(error) = self.db.renew_events(&self.name, &held, self.lease).await {
                        report("leases could not be renewed; another relay may send the same events", &error);
                    }
                }
            }
        }
    }

    /// Writes down what came of it.
    async fn settle(&mut self, sent: Vec<Sent>, too_many: Vec<(SubjectKind, Uuid)>) -> Turn {
        let (mut published, mut failures) = (Vec::new(), Vec::new());
        for one in sent {
            published.extend(one.published);
            failures.extend(one.failure);
        }
        if !published.is_empty() {
            self.reach = self.batch.min(self.reach.saturating_mul(2));
            self.broker.is_here().await;
            match self.db.mark_published(&self.name, &published, self.lease, EVENTS).await {
                Ok(next) => self.next = next,
                // They are sent again, under the same ids, when the lease has lapsed.
                Err(error) => {
                    return failed(&self.name, "what the broker has could not be written down", &error);
                }
            }
        }
        let last = failures.iter().max_by_key(|failure| failure.since);
        let verdict = match last {
            Some(Failure { since, cause, .. }) => self.broker.has_failed(*since, cause).await,
            None => Verdict::There,
        };
        if verdict == Verdict::There {
            self.health.learn(&published, &failures, Instant::now());
        } else {
            // It was the broker, and nothing by itself.
            (self.health, self.look_at) = (Health::default(), Instant::now());
        }
        let late: Vec<_> =
            too_many.into_iter().chain(failures.iter().map(|failure| (failure.kind, failure.id))).collect();
        match verdict {
            Verdict::Gone => self.end().await,
            // What is tried beside them may get through.
            Verdict::StillGone => _ = self.put_off(&late, None, AWAY.longest).await,
            Verdict::WasGone => return self.put_off(&late, last, Duration::ZERO).await,
            Verdict::There => return self.put_off(&late, last, PUT_OFF).await,
        }
        Turn::Failed
    }

    /// Keeps everybody from what the broker does not take while it takes other things.
    async fn put_off(
        &mut self,
        late: &[(SubjectKind, Uuid)],
        failure: Option<&Failure>,
        delay: Duration,
    ) -> Turn {
        if late.is_empty() {
            return Turn::Sent;
        }
        self.next.retain(|event| !late.contains(&(event.kind, event.id)));
        metrics::counter!("holdfast_outbox_put_off_total").increment(late.len() as u64);
        if let Some(Failure { kind, cause, .. }) = failure {
            tracing::warn!(
                ?kind,
                cause,
                count = late.len(),
                "the broker takes others, and not these; they are tried later"
            );
        }
        match self.db.put_events_off(&self.name, late, delay).await {
            Ok(()) => Turn::Sent,
            Err(error) => failed(&self.name, "events could not be put off", &error),
        }
    }

    /// Takes on about so many subjects more.
    async fn claim(&mut self, room: i32) -> Result<Vec<OutboxEvent>, db::Error> {
        let is_away = self.broker.is_away();
        let now = Instant::now();
        let looks = if is_away { self.under_way.is_empty() } else { self.look_at <= now };
        let is_doubtful = is_away || self.health.is_doubtful(now);
        let claim = OutboxClaim {
            relay: self.name.clone(),
            queue: self.queue,
            subjects: if is_away { 1 } else { room },
            lapsed: i32::from(looks) * if is_doubtful { PROBES } else { LAPSED.min(self.reach) },
            lease_seconds: self.lease.as_secs_f64(),
            events: EVENTS,
        };
        let events = self.db.claim_events(&claim).await?;
        // A look that found many may have left some.
        if looks && (is_doubtful || subjects(&events) < claim.lapsed) {
            self.look_at = now + LOOK_EVERY;
        }
        Ok(events)
    }

    /// Waits for what is under way, which the client gives up soon if the broker does not answer, writes down what went
    /// through, and leaves the rest to whoever looks next.
    async fn end(&mut self) {
        self.next.clear();
        let sent = self.gather(Instant::now() + LONGEST_END).await;
        let published: Vec<_> = sent.into_iter().flat_map(|sent| sent.published).collect();
        if !published.is_empty() {
            self.broker.is_here().await;
            if let Err(error) = self.db.mark_published(&self.name, &published, self.lease, EVENTS).await {
                report("what the broker has could not be written down; it is sent again", &error);
            }
        }
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
