//! The changes of one booking, in order, each once, for as long as someone reads.

use std::time::Duration;

use db::{Booking, BookingEvent, BookingId, Db};
use futures::Stream;

use super::{
    context::RequestContext,
    errors::{Fault, Result},
};
use crate::live::{BookingWatch, Chunk, LiveBookings};

/// Events read in one call at most.
const BATCH: i32 = 100;
/// How often a read is tried when the database is away: a restart of it should not end subscriptions.
const TRIES: u32 = 40;
/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(250);

/// One change, with the booking as it was when the change was read.
pub(crate) struct Change {
    pub(crate) event: BookingEvent,
    pub(crate) booking: Booking,
}

/// The reader of one booking's events.
pub(crate) struct Tail {
    db: Db,
    request: RequestContext,
    id: BookingId,
    watch: BookingWatch,
    /// The last version handed out.
    version: i32,
}

impl Tail {
    /// Starts after a version, or, without one, at the present state.
    pub(crate) async fn open(
        db: Db,
        live: &LiveBookings,
        request: RequestContext,
        id: BookingId,
        after_version: Option<i32>,
    ) -> Result<Self> {
        // Watched before it is read: what changes in between is seen as newer.
        let watch = live.watch(id);
        let booking = load(&db, &request, id).await?;
        watch.seen(booking.version);
        let version = after_version.unwrap_or(booking.version - 1);
        Ok(Self { db, request, id, watch, version })
    }

    /// The changes, read as slowly as they are taken.
    pub(crate) fn into_stream(mut self) -> impl Stream<Item = Result<Change>> + Send + 'static {
        async_stream::try_stream! {
            loop {
                self.watch.past(self.version).await;
                // Who watches a booking may see it, and always will: what one has read, all may have.
                let chunk = self.watch.feed().after(self.version, async || self.read().await).await?;
                while let Some(event) = chunk.after(self.version).cloned() {
                    self.version = event.version;
                    yield Change { event, booking: chunk.booking.clone() };
                }
            }
        }
    }

    /// Reads the next events and the booking after them.
    async fn read(&self) -> Result<Chunk> {
        let actor = self.request.actor()?;
        let events = patiently(&self.request, || self.db.booking_events(actor, self.id, self.version, BATCH));
        let events = events.await?;
        for (expected, event) in (self.version + 1..).zip(&events) {
            if event.version != expected {
                return Err(self.request.impossible("a gap in the versions of a booking"));
            }
        }
        let booking = load(&self.db, &self.request, self.id).await?;
        if events.is_empty() {
            // Waiting would end at once, and this would go round for ever.
            return Err(self.request.impossible("a version of a booking without its event"));
        }
        Ok(Chunk { events, booking })
    }
}

async fn load(db: &Db, request: &RequestContext, id: BookingId) -> Result<Booking> {
    let actor = request.actor()?;
    let found = patiently(request, || db.bookings(actor, std::slice::from_ref(&id))).await?;
    found.into_iter().next().ok_or_else(|| Fault::NotFound("There is no such booking.".to_owned()))
}

/// Reads again while the database is away, a bounded number of times.
async fn patiently<T, F>(request: &RequestContext, read: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T, db::Error>>,
{
    let mut tries = 1;
    loop {
        match read().await {
            Ok(rows) => return Ok(rows),
            Err(db::Error::Unreachable(_) | db::Error::PoolExhausted | db::Error::Timeout(_))
                if tries < TRIES =>
            {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(request.failed(&error)),
        }
    }
}
