//! Bookings that are watched, read for many subscribers in one call.
//!
//! A commit of the workers moves a hundred bookings on, and whoever watches one of them wants to see it at the same moment.

use db::{Actor, BookingChanges, BookingId, Db};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::gathered::{Gathered, Oracle, Unanswered};

/// Events in one answer at most.
const EVENTS: i32 = 100;

/// The way back for what is watched, for the whole process; cheap to clone.
#[derive(Clone, Debug)]
pub struct Followed(Gathered<Primary>);

/// The primary, which has every commit that a hint may tell of.
#[derive(Debug)]
struct Primary(Db);

impl Followed {
    /// Reads from the primary behind `db`, in tasks of `tracker`, until `stop`.
    pub fn start(db: &Db, tracker: &TaskTracker, stop: &CancellationToken) -> Self {
        Self(Gathered::start(Primary(db.clone()), tracker, stop))
    }

    /// The booking as it is once this was asked, and its first events after `version`, if the actor may see it.
    pub(crate) async fn changes(
        &self,
        actor: &Actor,
        id: BookingId,
        version: i32,
    ) -> Result<Option<BookingChanges>, Unanswered> {
        self.0.ask((actor.clone(), id, version)).await
    }
}

impl Oracle for Primary {
    type Question = (Actor, BookingId, i32);
    type Answer = Option<BookingChanges>;
    const BATCH: usize = 100;

    async fn answer(&self, asked: &[Self::Question]) -> Result<Vec<Self::Answer>, db::Error> {
        self.0.changes_of_bookings(asked, EVENTS).await
    }
}
