//! The way out: what happened is told to the broker, each booking's events in order, each at least once.
//!
//! A relay sends an event only after the broker has acknowledged the one before it, and writes down only what was
//! acknowledged. So whatever number of relays run, and wherever one is killed, the first time that a version appears in
//! the log is after the first time of the version before it; what appears again carries the same id. Leases keep
//! relays from doing the same work twice; nothing rests on them.

mod broker;
mod health;
mod lane;
mod replay;
mod send;
mod tend;

use std::{sync::Arc, time::Duration};

use db::{Db, OutboxQueue};
use events::Publisher;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use broker::Broker;
use lane::{Lane, Rhythm};
pub use replay::{ReplayError, Span, replay};

/// A batch takes two turns of the database and one of the broker; with less there is nothing but taking over.
const SHORTEST_LEASE: Duration = Duration::from_secs(1);

/// How a relay works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelaySettings {
    /// Its name in leases; unique among the relays of a database.
    pub name: String,
    /// How long subjects are its own; one that is killed holds what it had for this long.
    pub lease: Duration,
    /// How often an idle relay looks for events of bookings.
    pub poll: Duration,
    /// How often the states of slots are told: many changes in this time become one state.
    pub slots_every: Duration,
    /// Batches of bookings under way at most: while one waits for the broker, the next is read.
    pub lanes: usize,
    /// Subjects in one batch, about.
    pub batch: i32,
}

impl RelaySettings {
    /// The defaults, under a name of the relay's own.
    pub fn named(name: String) -> Self {
        Self {
            name,
            lease: Duration::from_secs(10),
            poll: Duration::from_millis(25),
            slots_every: Duration::from_millis(500),
            lanes: 2,
            batch: 500,
        }
    }
}

impl RelaySettings {
    /// Says what of this can't be worked with.
    pub fn check(&self) -> Result<(), RelaySettingsError> {
        if self.lease < SHORTEST_LEASE {
            return Err(RelaySettingsError::LeaseTooShort { lease: self.lease });
        }
        if self.poll.is_zero() || self.slots_every.is_zero() {
            return Err(RelaySettingsError::NoPause);
        }
        if self.lanes == 0 || self.batch < 1 {
            return Err(RelaySettingsError::NothingAtATime);
        }
        Ok(())
    }
}

/// Why a relay can't start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RelaySettingsError {
    /// Others would take over before the broker could answer, and send everything twice.
    #[error("the relay's lease of {lease:?} is shorter than a second")]
    LeaseTooShort {
        /// The lease as set.
        lease: Duration,
    },
    /// A relay that never pauses would do nothing else.
    #[error("the relay's pauses must be longer than 0")]
    NoPause,
    /// It could not send anything.
    #[error("the relay needs at least one lane, and one subject in a batch")]
    NothingAtATime,
}

/// Relays until `shutdown`; what is under way then is finished, and what could not be sent is left to the next.
pub async fn run(
    db: Db,
    publisher: Publisher,
    settings: RelaySettings,
    shutdown: CancellationToken,
) -> Result<(), RelaySettingsError> {
    settings.check()?;
    let broker = Arc::new(Broker::new(db.clone()));
    if !tend::prepare(&publisher, &broker, &shutdown).await {
        return Ok(());
    }
    let publisher = Arc::new(publisher);
    let tasks = TaskTracker::new();
    for number in 1..=settings.lanes {
        let rhythm = Rhythm { pause: settings.poll, is_steady: false };
        let name = format!("{}/events-{number}", settings.name);
        let lane = Lane::new(name, OutboxQueue::Events, rhythm, &settings, &db, &publisher, &broker);
        tasks.spawn(lane.run(shutdown.clone()));
    }
    let rhythm = Rhythm { pause: settings.slots_every, is_steady: true };
    let name = format!("{}/slots", settings.name);
    // They are told twice a second at most, so each time there are more of them.
    let settings = RelaySettings { batch: settings.batch.saturating_mul(4), ..settings };
    let lane = Lane::new(name, OutboxQueue::Slots, rhythm, &settings, &db, &publisher, &broker);
    tasks.spawn(lane.run(shutdown.clone()));
    tasks.spawn(tend::rescue(db.clone(), shutdown.clone()));
    tasks.spawn(tend::measure(db, broker, shutdown));
    tasks.close();
    tasks.wait().await;
    Ok(())
}
