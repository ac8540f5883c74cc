//! The changes of one booking, in order, each once, for as long as someone reads.

use std::time::Duration;

use db::{Booking, BookingChanges, BookingEvent, BookingId, Db};
use futures::Stream;

use super::{
    context::{RequestContext, Services},
    errors::{Fault, Result},
    followed::Followed,
};
use crate::{
    gathered::Unanswered,
    live::{BookingWatch, Chunk},
};

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
    followed: Followed,
    request: RequestContext,
    id: BookingId,
    watch: BookingWatch,
    /// The last version handed out.
    version: i32,
}

impl Tail {
    /// Starts after a version, or, without one, at the present state.
    pub(crate) async fn open(
        db: &Db,
        services: &Services,
        request: RequestContext,
        id: BookingId,
        after_version: Option<i32>,
    ) -> Result<Self> {
        // Watched before it is read: what changes in between is seen as newer.
        let watch = services.live.bookings.watch(id);
        let booking = load(db, &request, id).await?;
        watch.seen(booking.version);
        let version = after_version.unwrap_or(booking.version - 1);
        Ok(Self { followed: services.followed.clone(), request, id, watch, version })
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
        let read = patiently(|| self.followed.changes(actor, self.id, self.version));
        let found = read.await.map_err(|error| self.request.unshown(&error))?;
        let BookingChanges { booking, events } = found.ok_or_else(not_found)?;
        for (expected, event) in (self.version + 1..).zip(&events) {
            if event.version != expected {
                return Err(self.request.impossible("a gap in the versions of a booking"));
            }
        }
        if events.is_empty() {
            // Waiting would end at once, and this would go round for ever.
            return Err(self.request.impossible("a version of a booking without its event"));
        }
        Ok(Chunk { events, booking })
    }
}

async fn load(db: &Db, request: &RequestContext, id: BookingId) -> Result<Booking> {
    let actor = request.actor()?;
    let read = async || db.bookings(actor, std::slice::from_ref(&id)).await.map_err(Unanswered::from);
    let found = patiently(read).await.map_err(|error| request.unshown(&error))?;
    found.into_iter().next().ok_or_else(not_found)
}

fn not_found() -> Fault {
    Fault::NotFound("There is no such booking.".to_owned())
}

/// Reads again while the database is away, a bounded number of times.
async fn patiently<T, F>(read: impl Fn() -> F) -> std::result::Result<T, Unanswered>
where
    F: Future<Output = std::result::Result<T, Unanswered>>,
{
    let mut tries = 1;
    loop {
        match read().await {
            Err(Unanswered::Database(error)) if tries < TRIES && is_away(&error) => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            answer => return answer,
        }
    }
}

fn is_away(error: &db::Error) -> bool {
    matches!(error, db::Error::Unreachable(_) | db::Error::PoolExhausted | db::Error::Timeout(_))
}
