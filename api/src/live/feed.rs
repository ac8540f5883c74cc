//! The changes of one booking, read once for all who watch it.

use std::sync::Arc;

use db::{Booking, BookingEvent};
use tokio::sync::Mutex;

/// Consecutive changes of a booking, one at least, and the booking as it was when they were read.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) events: Vec<BookingEvent>,
    pub(crate) booking: Booking,
}

impl Chunk {
    /// The change that follows on a version, if it is among these.
    pub(crate) fn after(&self, version: i32) -> Option<&BookingEvent> {
        let first = self.events.first()?.version;
        let at = usize::try_from(version.checked_add(1)?.checked_sub(first)?).ok()?;
        self.events.get(at)
    }

    fn begins_after(&self, version: i32) -> bool {
        self.events.first().is_some_and(|first| first.version > version.saturating_add(1))
    }
}

/// What was read last of a booking, for whoever watches it: they have all been seen to be allowed to.
#[derive(Debug, Default)]
pub(crate) struct Feed(Mutex<Option<Arc<Chunk>>>);

impl Feed {
    /// The changes after `version`, by `read` unless somebody else has just read them. Who is further behind than
    /// that reads by itself, and keeps nobody waiting.
    pub(crate) async fn after<E>(
        &self,
        version: i32,
        read: impl AsyncFnOnce() -> Result<Chunk, E>,
    ) -> Result<Arc<Chunk>, E> {
        let mut last = self.0.lock().await;
        if let Some(chunk) = last.as_ref() {
            if chunk.after(version).is_some() {
                return Ok(Arc::clone(chunk));
            }
            if chunk.begins_after(version) {
                drop(last);
                return read().await.map(Arc::new);
            }
        }
        // The others wait for what this one finds.
        let chunk = Arc::new(read().await?);
        *last = Some(Arc::clone(&chunk));
        Ok(chunk)
    }
}
