//! What has to be told to the outside: claimed under leases, written down once the broker has it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{BookingId, Db, Error};

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SubjectKind {
    /// A booking: its events, one for each version.
    Booking,
    /// A slot: its states, many changes in one.
    Slot,
    /// A delivery of a notification: what became of it.
    Delivery,
}

/// The two ways out, so that the many states of slots don't delay bookings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OutboxQueue {
    /// Events of bookings and deliveries.
    #[serde(rename = "outbox")]
    Events,
    /// States of slots.
    #[serde(rename = "outbox_slot")]
    Slots,
}

/// What a relay takes on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutboxClaim {
    /// Its name, unique among the relays of a database.
    pub relay: String,
    /// From which queue.
    pub queue: OutboxQueue,
    /// Subjects that messages name, about; some more come when the last message names many.
    pub subjects: i32,
    /// Subjects at most whose relay has let its lease lapse.
    pub lapsed: i32,
    /// How long they are its own, in seconds.
    pub lease_seconds: f64,
    /// Events of one subject at most.
    pub events: i32,
}

/// An event that waits to be published.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct OutboxEvent {
    /// What it is about.
    pub kind: SubjectKind,
    /// Which booking, slot or delivery.
    pub id: Uuid,
    /// Its number among the events of that one; gap-free from 1.
    pub sequence: i32,
    /// The event, as the outside is told of it.
    pub document: Value,
}

/// An event of a booking as the outside is told of it, whether or not it has been.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ToldEvent {
    /// Its number among the events of the booking; gap-free from 1.
    pub sequence: i32,
    /// The event.
    pub document: Value,
    /// Whether a broker has acknowledged it.
    pub published: bool,
}

/// A place in a history, which goes by subject and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EventPlace {
    /// Which booking, slot or delivery.
    pub id: Uuid,
    /// The number of an event of that one.
    pub sequence: i32,
}

/// An event that the broker has acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Published {
    /// What it is about.
    pub kind: SubjectKind,
    /// Which booking, slot or delivery.
    pub id: Uuid,
    /// Its number.
    pub sequence: i32,
}

/// Why an event could not be published as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ParkCause {
    /// The database can't tell what happened.
    Untellable,
    /// The schema has no form for it.
    Unencodable,
    /// The broker takes no message of this length.
    TooLarge,
}

/// How much waits on a way out.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct OutboxLag {
    /// Which queue.
    pub queue: String,
    /// Messages, and subjects that a relay is at.
    pub waiting: i64,
    /// Age of the oldest, in seconds; 0 when nothing waits.
    pub oldest_seconds: f64,
}

/// A page of subjects looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Rescued {
    /// Those that had something unpublished, and that nobody was at.
    pub found: i32,
    /// Where to go on; none at the end.
    pub next: Option<Uuid>,
}

/// What `outbox.pass_on` did.
#[derive(Deserialize)]
struct Passed {
    passed: i32,
}

/// What a routine says that has nothing to say.
#[derive(Deserialize)]
struct Done {}

impl Db {
    /// Leases subjects that have something to tell, and gives their next events, each subject's in order.
    pub async fn claim_events(&self, claim: &OutboxClaim) -> Result<Vec<OutboxEvent>, Error> {
        self.rows("select outbox.claim($1)", claim).await
    }

    /// Writes down what the broker has acknowledged, and gives the next events of those subjects; those that have no
    /// more are let go. `lease` is how long the others stay the relay's own.
    pub async fn mark_published(
        &self,
        relay: &str,
        done: &[Published],
        lease: Duration,
        events: i32,
    ) -> Result<Vec<OutboxEvent>, Error> {
        let lease = lease.as_secs_f64();
        let argument =
            serde_json::json!({ "relay": relay, "done": done, "lease_seconds": lease, "events": events });
        self.rows("select outbox.mark($1)", &argument).await
    }

    /// Keeps subjects that a relay has claimed its own for so long from now.
    pub async fn renew_events(
        &self,
        relay: &str,
        subjects: &[(SubjectKind, Uuid)],
        lease: Duration,
    ) -> Result<(), Error> {
        let argument = serde_json::json!({
            "relay": relay, "subjects": named(subjects), "lease_seconds": lease.as_secs_f64() });
        self.done("select outbox.renew($1)", &argument).await
    }

    /// Lets go of subjects whose events the broker did not take, and keeps everybody from them for so long.
    pub async fn put_events_off(
        &self,
        relay: &str,
        subjects: &[(SubjectKind, Uuid)],
        delay: Duration,
    ) -> Result<(), Error> {
        let argument = serde_json::json!({
            "relay": relay, "subjects": named(subjects), "delay_seconds": delay.as_secs_f64() });
        self.done("select outbox.put_off($1)", &argument).await
    }

    /// Ends a relay's leases: whoever looks next takes over what it did not finish.
    pub async fn hand_events_back(&self, relay: &str) -> Result<(), Error> {
        self.done("select outbox.hand_back($1)", &serde_json::json!({ "relay": relay })).await
    }

    /// Writes down that an event can't be published as it is; once, however often it is tried.
    pub async fn park_event(&self, event: &OutboxEvent, cause: ParkCause, detail: &str) -> Result<(), Error> {
        let (kind, id, sequence) = (event.kind, event.id, event.sequence);
        let argument = serde_json::json!({
            "kind": kind, "id": id, "sequence": sequence, "cause": cause, "detail": detail });
        self.done("select outbox.park($1)", &argument).await
    }

    /// Tells that a relay runs, and whether the broker is away, where it knows; what waits for it is within the promise
    /// meanwhile.
    pub async fn report_broker(&self, away: Option<bool>) -> Result<(), Error> {
        self.done("select outbox.report_broker($1)", &serde_json::json!({ "away": away })).await
    }

    /// Leaves word of a page of subjects that have something unpublished, such as what was written before a broker
    /// was named.
    pub async fn rescue_events(
        &self,
        kind: SubjectKind,
        after: Option<Uuid>,
        batch: i32,
    ) -> Result<Rescued, Error> {
        let argument = serde_json::json!({ "kind": kind, "after": after, "batch": batch });
        Ok(self.row("select outbox.rescue($1)", &argument).await?.unwrap_or(Rescued { found: 0, next: None }))
    }

    /// How much waits on each way out.
    pub async fn outbox_lag(&self) -> Result<Vec<OutboxLag>, Error> {
        self.rows("select outbox.lag($1)", &()).await
    }

    /// A page of events of one kind that happened from one time to another and were published, from behind `after` on.
    pub async fn event_history(
        &self,
        kind: SubjectKind,
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
        after: Option<EventPlace>,
        batch: i32,
    ) -> Result<Vec<OutboxEvent>, Error> {
        let argument = serde_json::json!({
            "kind": kind, "from": from, "to": to, "after": after, "batch": batch });
        self.rows("select outbox.history($1)", &argument).await
    }

    /// All events of a booking in order, as the outside is told of them; none when there is no such booking.
    pub async fn told_events(&self, booking: BookingId) -> Result<Vec<ToldEvent>, Error> {
        self.rows("select booking.tell_history($1)", &serde_json::json!({ "booking_id": booking.0 })).await
    }

    /// Hands events to the queue of the notifications, where no broker is named; how many.
    pub async fn pass_on_events(&self, batch: i32) -> Result<i32, Error> {
        let passed: Option<Passed> =
            self.row("select outbox.pass_on($1)", &serde_json::json!({ "batch": batch })).await?;
        Ok(passed.map_or(0, |passed| passed.passed))
    }

    async fn done(&self, routine: &'static str, argument: &Value) -> Result<(), Error> {
        let _: Option<Done> = self.row(routine, argument).await?;
        Ok(())
    }
}

fn named(subjects: &[(SubjectKind, Uuid)]) -> Vec<Value> {
    subjects.iter().map(|(kind, id)| serde_json::json!({ "kind": kind, "id": id })).collect()
}
