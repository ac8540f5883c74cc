//! The bus of one process.

use std::sync::Arc;

use db::BookingId;
use tokio::sync::{Notify, broadcast};

/// Hints that a listener may be behind; one that falls back further looks at everything.
const BACKLOG: usize = 1_024;

/// Tells the rest of the process that something may have happened; cheap to clone.
#[derive(Clone, Debug)]
pub struct Hints {
    changed: broadcast::Sender<BookingId>,
    work: Arc<Notify>,
}

impl Default for Hints {
    fn default() -> Self {
        Self { changed: broadcast::channel(BACKLOG).0, work: Arc::default() }
    }
}

impl Hints {
    /// A bus of its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// A booking may have a new version. Never waits, never fails: nobody has to listen.
    pub fn changed(&self, id: BookingId) {
        let _ = self.changed.send(id);
    }

    /// The queue may have a new message for the workers of this process.
    pub fn work(&self) {
        self.work.notify_one();
    }

    /// Woken by [`Self::work`]; a permit is kept when nobody waits just then.
    pub fn on_work(&self) -> Arc<Notify> {
        Arc::clone(&self.work)
    }

    pub(super) fn on_changed(&self) -> broadcast::Receiver<BookingId> {
        self.changed.subscribe()
    }
}
