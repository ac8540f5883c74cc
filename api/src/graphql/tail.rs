//! The changes of one booking, in order, each once, for as long as someone reads.

use std::{collections::VecDeque, time::Duration};

use db::{Booking, BookingEvent, BookingId, Db};
use futures::Stream;

use super::{
    context::RequestContext,
    errors::{Fault, Result},
};
use crate::live::{LiveBookings, Watch};

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
    watch: Watch,
    /// The last version handed out.
    version: i32,
    booking: Booking,
    ready: VecDeque<BookingEvent>,
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
        let version = after_version.unwrap_or(booking.version - 1);
        Ok(Self { db, request, id, watch, version, booking, ready: VecDeque::new() })
    }

    /// The changes, read as slowly as they are taken.
    pub(crate) fn into_stream(mut self) -> impl Stream<Item = Result<Change>> + Send + 'static {
        async_stream::try_stream! {
            loop {
                if let Some(event) = self.ready.pop_front() {
                    self.version = event.version;
                    yield Change { event, booking: self.booking.clone() };
                    continue;
                }
                if !self.read().await? {
                    self.watch.past(self.version).await;
                }
            }
        }
    }

    /// Reads the next events and the booking after them; whether there were any.
    async fn read(&mut self) -> Result<bool> {
        let known = self.watch.known();
        let events = self.events().await?;
        if events.is_empty() {
            // Either nothing is new, or the booking may not be seen any more.
            self.booking = load(&self.db, &self.request, self.id).await?;
            if known > self.version {
                // Waiting would end at once, and this would go round for ever.
                return Err(self.request.impossible("a version of a booking without its event"));
            }
            return Ok(false);
        }
        for (expected, event) in (self.version + 1..).zip(&events) {
            if event.version != expected {
                return Err(self.request.impossible("a gap in the versions of a booking"));
            }
        }
        self.booking = load(&self.db, &self.request, self.id).await?;
        self.ready = events.into();
        Ok(true)
    }

    async fn events(&self) -> Result<Vec<BookingEvent>> {
        let actor = self.request.actor()?;
        patiently(&self.request, || self.db.booking_events(actor, self.id, self.version, BATCH)).await
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
