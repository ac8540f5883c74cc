//! The way out: what happened is told to the broker, each booking's events in order, each at least once.
//!
//! A relay sends an event only after the broker has acknowledged the one before it, and writes down only what was
//! acknowledged. So whatever number of relays run, and wherever one is killed, the first time that a version appears in
//! the log is after the first time of the version before it; what appears again carries the same id. Leases keep
//! relays from doing the same work twice; nothing rests on them.

mod broker;
mod lane;
mod send;
mod tend;

use std::{sync::Arc, time::Duration};

use db::{Db, OutboxQueue};
use events::Publisher;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use broker::Broker;
use lane::{Lane, Rhythm};

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

/// Relays until `shutdown`; what is under way then is finished, and what could not be sent is left to the next.
pub async fn work(db: Db, publisher: Publisher, settings: RelaySettings, shutdown: CancellationToken) {
    let broker = Arc::new(Broker::new(db.clone()));
    if !tend::prepare(&publisher, &broker, &shutdown).await {
        return;
    }
    let publisher = Arc::new(publisher);
    let tasks = TaskTracker::new();
    for number in 1..=settings.lanes.max(1) {
        let rhythm = Rhythm { pause: settings.poll, is_steady: false };
        let name = format!("{}/events-{number}", settings.name);
        let lane = Lane::new(name, OutboxQueue::Events, rhythm, &settings, &db, &publisher, &broker);
        tasks.spawn(lane.run(shutdown.clone()));
    }
    let rhythm = Rhythm { pause: settings.slots_every, is_steady: true };
    let name = format!("{}/slots", settings.name);
    let lane = Lane::new(name, OutboxQueue::Slots, rhythm, &settings, &db, &publisher, &broker);
    tasks.spawn(lane.run(shutdown.clone()));
    tasks.spawn(tend::rescue(db.clone(), shutdown.clone()));
    tasks.spawn(tend::measure(db, shutdown));
    tasks.close();
    tasks.wait().await;
}
