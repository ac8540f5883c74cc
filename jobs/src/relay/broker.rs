//! Whether the broker is there, as the lanes of a relay find it.

use std::sync::atomic::{AtomicU8, Ordering};

use db::Db;

use crate::report;

const UNKNOWN: u8 = 0;
const HERE: u8 = 1;
const AWAY: u8 = 2;

/// What is known of the broker; each change is written down once, so that what waits for it is accounted for.
#[derive(Debug)]
pub(super) struct Broker {
    db: Db,
    state: AtomicU8,
}

impl Broker {
    pub(super) fn new(db: Db) -> Self {
        Self { db, state: AtomicU8::new(UNKNOWN) }
    }

    /// Whether the last that was heard of it is that it is away.
    pub(super) fn is_away(&self) -> bool {
        self.state.load(Ordering::Relaxed) == AWAY
    }

    /// It has acknowledged something.
    pub(super) async fn is_here(&self) {
        if self.turn(HERE).await {
            tracing::info!("the broker is there");
        }
    }

    /// It has not, in time.
    pub(super) async fn is_gone(&self, cause: &str) {
        if self.turn(AWAY).await {
            tracing::warn!(error = cause, "the broker is away; events wait in the outbox");
        }
    }

    /// True when this is news.
    async fn turn(&self, state: u8) -> bool {
        if self.state.swap(state, Ordering::Relaxed) == state {
            return false;
        }
        metrics::gauge!("holdfast_outbox_broker_up").set(if state == HERE { 1.0 } else { 0.0 });
        if let Err(error) = self.db.report_broker(state == AWAY).await {
            // Told again with the next event that is sent or not.
            self.state.store(UNKNOWN, Ordering::Relaxed);
            report("whether the broker is there could not be written down", &error);
        }
        true
    }
}
