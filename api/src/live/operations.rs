//! How the system does, read once a second for all who look, and not at all while nobody does.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use db::{Db, Figures};
use futures::Stream;
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::graphql::chain;

/// How often it is read.
const EVERY: Duration = Duration::from_secs(1);
/// How often the invariants are counted: that reads whole tables.
const CHECK_EVERY: Duration = Duration::from_secs(30);

/// How the system does, as this process sees it.
#[derive(Clone, Debug)]
pub(crate) struct Operations {
    pub(crate) figures: Figures,
    /// Invariants that do not hold, and when that was found; none before it is known.
    pub(crate) violated: Option<(i32, DateTime<Utc>)>,
    /// Sockets that are open in this process.
    pub(crate) sockets: usize,
}

/// Keeps the latest snapshot while somebody looks; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct LiveOperations {
    latest: watch::Sender<Option<Arc<Operations>>>,
    sockets: TaskTracker,
}

impl LiveOperations {
    /// Not running yet; `sockets` are those of this process.
    pub(crate) fn new(sockets: TaskTracker) -> Self {
        Self { latest: watch::channel(None).0, sockets }
    }

    /// Reads while somebody looks, until `shutdown`.
    pub(crate) async fn run(self, db: Db, shutdown: CancellationToken) {
        tokio::select! {
            () = shutdown.cancelled() => (),
            () = self.read(&db) => (),
        }
    }

    /// A snapshot as soon as there is one, then every new one; a reader that is slow misses some.
    pub(crate) fn follow(&self) -> impl Stream<Item = Arc<Operations>> + Send + use<> {
        let mut latest = self.latest.subscribe();
        // What was read for others may be old; who looks is told within a second.
        latest.mark_unchanged();
        async_stream::stream! {
            while latest.changed().await.is_ok() {
                let snapshot = latest.borrow_and_update().clone();
                if let Some(snapshot) = snapshot {
                    yield snapshot;
                }
            }
        }
    }

    async fn read(&self, db: &Db) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut violated = None;
        let mut checked: Option<Instant> = None;
        let mut failing = false;
        loop {
            ticks.tick().await;
            if self.latest.receiver_count() == 0 {
                continue;
            }
            let read = db.figures().await;
            if let Err(error) = &read
                && !failing
            {
                tracing::warn!(error = chain(error), "operators are told nothing new");
            }
            failing = read.is_err();
            let Ok(Some(figures)) = read else { continue };
            if checked.is_none_or(|at| at.elapsed() >= CHECK_EVERY) {
                checked = Some(Instant::now());
                violated = violations(db).await;
            }
            let sockets = self.sockets.len();
            self.latest.send_replace(Some(Arc::new(Operations { figures, violated, sockets })));
        }
    }
}

/// How many invariants do not hold, and since when at least that is known; none when it can't be told.
async fn violations(db: &Db) -> Option<(i32, DateTime<Utc>)> {
    match db.invariants_soon().await {
        Ok(checks) => {
            let violated = checks.iter().filter(|check| check.violations > 0).count();
            let oldest = checks.iter().map(|check| check.checked_at).min()?;
            Some((i32::try_from(violated).unwrap_or(i32::MAX), oldest))
        }
        Err(error) => {
            tracing::warn!(error = chain(&error), "the invariants could not be counted for operators");
            None
        }
    }
}
