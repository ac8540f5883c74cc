//! Bookings that were just written, read back for many clients in one call.
//!
//! Commands that were written in one commit are answered at the same moment, and what their clients want to see is
//! read together, too: a call for each would cost as much as the writing.

use db::{Actor, BookingId, Db};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::gathered::{Gathered, Oracle, Unanswered};

/// The way back for what was written, for the whole process; cheap to clone.
#[derive(Clone, Debug)]
pub struct Written(Gathered<Primary>);

/// The primary, which has every commit that was acknowledged.
#[derive(Debug)]
struct Primary(Db);

impl Written {
    /// Reads from the primary behind `db`, in tasks of `tracker`, until `stop`.
    pub fn start(db: &Db, tracker: &TaskTracker, stop: &CancellationToken) -> Self {
        Self(Gathered::start(Primary(db.clone()), tracker, stop))
    }

    /// The booking as it is once this was asked, if the actor may see it.
    pub(crate) async fn booking(
        &self,
        actor: &Actor,
        id: BookingId,
    ) -> Result<Option<db::Booking>, Unanswered> {
        self.0.ask((actor.clone(), id)).await
    }
}

impl Oracle for Primary {
    type Question = (Actor, BookingId);
    type Answer = Option<db::Booking>;
    const BATCH: usize = 100;

    async fn answer(&self, asked: &[Self::Question]) -> Result<Vec<Self::Answer>, db::Error> {
        self.0.written_bookings(asked).await
    }
}
