//! How subscriptions hear of changes: by asking, and sooner by a hint.
//!
//! What a hint says is never believed, only looked up: a lost hint costs at
//! most one interval, and changes made by other processes are found all the same.

mod bookings;
mod bus;
mod cache;
mod feed;
mod flights;
mod hints;
mod link;
mod operations;
mod slots;
mod stored;
mod watched;

pub(crate) use self::{
    bookings::{BookingWatch, LiveBookings},
    cache::{PageKey, PageOf, SlotCache},
    feed::Chunk,
    flights::ReadError,
    operations::{LiveOperations, Operations},
    slots::LiveSlots,
};
pub use self::{bus::Bus, hints::Hints, link::Link};

use std::time::Duration;

use db::Db;
use tokio::{sync::watch, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::settings::Settings;

/// How often what is watched is looked at when no other process can be heard.
const WITHOUT_BUS: Duration = Duration::from_millis(100);
/// How often when hints are heard: this is what a lost one costs.
const WITH_BUS: Duration = Duration::from_secs(1);

/// When to look again at all that is watched, after a look that began then. However many are watched, looking takes
/// a tenth of the time at most.
fn next_look(begun: Instant, hears: bool) -> Instant {
    let pause = if hears { WITH_BUS } else { WITHOUT_BUS };
    begun + pause.max(10 * begun.elapsed())
}

/// What is watched in a process, and what was seen a moment ago; cheap to clone.
#[derive(Clone, Debug)]
pub struct Live {
    pub(crate) bookings: LiveBookings,
    pub(crate) slots: LiveSlots,
    pub(crate) cache: SlotCache,
    pub(crate) operations: LiveOperations,
}

impl Live {
    /// Starts to keep it up to date, until `shutdown`: with hints of this process, and of others by way of `bus`.
    pub(crate) fn start(
        db: &Db,
        settings: &Settings,
        hints: &Hints,
        bus: Option<Bus>,
        sockets: &TaskTracker,
        tasks: &TaskTracker,
        shutdown: &CancellationToken,
    ) -> Self {
        let cache = SlotCache::new(db.clone(), settings.shared.clone(), settings.slots_max_age);
        let operations = LiveOperations::new(sockets.clone());
        let (bookings, slots) = (LiveBookings::default(), LiveSlots::new(cache.clone()));
        let live = Self { bookings, slots, cache, operations };
        let hears = bus.as_ref().map_or_else(|| watch::channel(false).1, Bus::hears);
        let hints = hints.clone();
        let (bookings, operations) = (live.bookings.clone(), live.operations.clone());
        tasks.spawn(bookings.run(db.clone(), hints.clone(), hears.clone(), shutdown.clone()));
        tasks.spawn(operations.run(db.clone(), shutdown.clone()));
        tasks.spawn(live.slots.clone().run(hints, hears, shutdown.clone()));
        if let Some(bus) = bus {
            tasks.spawn(bus.run(shutdown.clone()));
        }
        live
    }

    /// A handle on the database whose changes are seen here at once, by whoever asks next, and told to the others.
    pub(crate) fn told_by(&self, db: &Db, hints: &Hints) -> Db {
        let (cache, hints) = (self.cache.clone(), hints.clone());
        db.clone().telling(move |touched| {
            cache.forget(&touched);
            hints.touched(touched);
        })
    }
}
