//! The bus of one process.

use std::{collections::BTreeMap, sync::Arc};

use db::{BookingId, Touched};
use tokio::sync::{Notify, broadcast};

/// Hints that a listener may be behind; one that falls back further looks at everything.
const BACKLOG: usize = 1_024;

/// Tells the rest of the process, and by way of [`super::Bus`] other processes, what may have happened; cheap to
/// clone.
#[derive(Clone, Debug)]
pub struct Hints {
    /// Everything that is heard of.
    all: broadcast::Sender<Arc<Touched>>,
    /// What this process itself has done: others have yet to be told.
    own: broadcast::Sender<Arc<Touched>>,
    work: Arc<Notify>,
}

impl Default for Hints {
    fn default() -> Self {
        Self { all: broadcast::channel(BACKLOG).0, own: broadcast::channel(BACKLOG).0, work: Arc::default() }
    }
}

impl Hints {
    /// A bus of its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// This process may have changed something. Never waits, never fails: nobody has to listen.
    pub fn touched(&self, touched: Touched) {
        let touched = Arc::new(touched);
        let _ = self.own.send(Arc::clone(&touched));
        let _ = self.all.send(touched);
    }

    /// A booking may have a new version.
    pub fn changed(&self, id: BookingId) {
        self.touched(Touched { bookings: BTreeMap::from([(id, 0)]), ..Touched::default() });
    }

    /// Another process may have changed something.
    pub(super) fn heard(&self, touched: Touched) {
        let _ = self.all.send(Arc::new(touched));
    }

    /// The queue may have a new message for the workers of this process.
    pub fn work(&self) {
        self.work.notify_one();
    }

    /// Woken by [`Self::work`]; a permit is kept when nobody waits just then.
    pub fn on_work(&self) -> Arc<Notify> {
        Arc::clone(&self.work)
    }

    pub(crate) fn on_all(&self) -> broadcast::Receiver<Arc<Touched>> {
        self.all.subscribe()
    }

    pub(crate) fn on_own(&self) -> broadcast::Receiver<Arc<Touched>> {
        self.own.subscribe()
    }
}
