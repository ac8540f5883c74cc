//! Bookings that were just written, read back for many clients in one call.
//!
//! Commands that were written in one commit are answered at the same moment, and what their clients want to see is
//! read together, too: a call for each would cost as much as the writing.

use std::{
    collections::HashMap,
    fmt::{self, Debug, Formatter},
    sync::Arc,
    time::Duration,
};

use async_graphql::dataloader::{DataLoader, Loader};
use db::{Actor, BookingId, Db};

use super::loaders::Tokio;

/// How long the first to ask waits for the others of its commit, which are on their way already.
const GATHER: Duration = Duration::from_millis(1);
/// Bookings in one call at most.
const BATCH: usize = 100;

/// The way back for what was written, for the whole process; cheap to clone.
#[derive(Clone)]
pub struct Written(Arc<DataLoader<Rows>>);

impl Debug for Written {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Written").finish_non_exhaustive()
    }
}

impl Written {
    /// Reads from the primary behind `db`.
    pub fn new(db: &Db) -> Self {
        let loader = DataLoader::new(Rows(db.clone()), Tokio, Tokio);
        Self(Arc::new(loader.delay(GATHER).max_batch_size(BATCH)))
    }

    /// The booking as it is once this was asked, if the actor may see it.
    pub(crate) async fn booking(
        &self,
        actor: &Actor,
        id: BookingId,
    ) -> Result<Option<db::Booking>, Arc<db::Error>> {
        self.0.load_one((actor.clone(), id)).await
    }
}

/// Reads rows on behalf of whoever wrote them.
struct Rows(Db);

impl Loader<(Actor, BookingId)> for Rows {
    type Value = db::Booking;
    type Error = Arc<db::Error>;

    async fn load(
        &self,
        keys: &[(Actor, BookingId)],
    ) -> Result<HashMap<(Actor, BookingId), db::Booking>, Arc<db::Error>> {
        let found = self.0.written_bookings(keys).await?;
        let found = keys.iter().cloned().zip(found);
        Ok(found.filter_map(|(key, booking)| Some((key, booking?))).collect())
    }
}
