//! Rows by id, gathered: all ids that one request asks for at the same moment
//! are read in one call.
//!
//! A loader lives as long as its request and caches nothing: after a mutation
//! the next read of the same request has to see what was written.

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_graphql::{
    dataloader::{DataLoader, Loader},
    futures_util::{
        future::{BoxFuture, FutureExt as _},
        task::{FutureObj, Spawn, SpawnError},
    },
    runtime::Timer,
};
use db::{
    BookingId, Db, DeadLetterId, ListingId, NotificationDeliveryId, SagaId, SlotId, VenuePlanId,
    WaitlistEntryId, WebhookEndpointId,
};
use tracing::Instrument as _;

use super::{context::RequestContext, errors::Fault};
use crate::live::SlotCache;

/// How long the first id of a batch waits for others: long enough for the
/// resolvers of one level to run, short against a round trip.
const GATHER: Duration = Duration::from_millis(1);

pub(crate) type Loaders = DataLoader<Rows>;

/// Reads rows on behalf of one request.
pub(crate) struct Rows {
    pub(super) db: Db,
    pub(super) request: RequestContext,
    /// Where slots are as they were a moment ago, for who may be shown that.
    pub(super) cache: Option<SlotCache>,
}

/// The loaders of one request; with a cache, slots may be those of a moment ago.
pub(crate) fn loaders(db: &Db, request: &RequestContext, cache: Option<SlotCache>) -> Loaders {
    let rows = Rows { db: db.clone(), request: request.clone(), cache };
    DataLoader::new(rows, Tokio, Tokio).delay(GATHER)
}

impl Rows {
    fn by_id<K, T>(
        &self,
        rows: Result<Vec<T>, db::Error>,
        id: impl Fn(&T) -> K,
    ) -> Result<HashMap<K, T>, Fault>
    where
        K: Eq + std::hash::Hash,
    {
        let rows = rows.map_err(|error| self.request.failed(&error))?;
        Ok(rows.into_iter().map(|row| (id(&row), row)).collect())
    }
}

impl Loader<BookingId> for Rows {
    type Value = db::Booking;
    type Error = Fault;

    async fn load(&self, keys: &[BookingId]) -> Result<HashMap<BookingId, db::Booking>, Fault> {
        self.by_id(self.db.bookings(self.request.actor()?, keys).await, |booking| booking.id)
    }
}

impl Loader<ListingId> for Rows {
    type Value = db::Listing;
    type Error = Fault;

    async fn load(&self, keys: &[ListingId]) -> Result<HashMap<ListingId, db::Listing>, Fault> {
        self.by_id(self.db.listings(keys).await, |listing| listing.id)
    }
}

impl Loader<SlotId> for Rows {
    type Value = Arc<db::Slot>;
    type Error = Fault;

    async fn load(&self, keys: &[SlotId]) -> Result<HashMap<SlotId, Arc<db::Slot>>, Fault> {
        let rows = self.db.slots(keys).await;
        self.by_id(rows.map(|rows| rows.into_iter().map(Arc::new).collect()), |slot| slot.id)
    }
}

impl Loader<VenuePlanId> for Rows {
    type Value = db::VenuePlan;
    type Error = Fault;

    async fn load(&self, keys: &[VenuePlanId]) -> Result<HashMap<VenuePlanId, db::VenuePlan>, Fault> {
        self.by_id(self.db.venue_plans(self.request.actor()?, keys).await, |plan| plan.id)
    }
}

impl Loader<WaitlistEntryId> for Rows {
    type Value = db::WaitlistEntry;
    type Error = Fault;

    async fn load(
        &self,
        keys: &[WaitlistEntryId],
    ) -> Result<HashMap<WaitlistEntryId, db::WaitlistEntry>, Fault> {
        self.by_id(self.db.waitlist_entries(self.request.actor()?, keys).await, |entry| entry.id)
    }
}

impl Loader<NotificationDeliveryId> for Rows {
    type Value = db::NotificationDelivery;
    type Error = Fault;

    async fn load(
        &self,
        keys: &[NotificationDeliveryId],
    ) -> Result<HashMap<NotificationDeliveryId, db::NotificationDelivery>, Fault> {
        self.by_id(self.db.deliveries(self.request.actor()?, keys).await, |delivery| delivery.id)
    }
}

impl Loader<WebhookEndpointId> for Rows {
    type Value = db::WebhookEndpoint;
    type Error = Fault;

    async fn load(
        &self,
        keys: &[WebhookEndpointId],
    ) -> Result<HashMap<WebhookEndpointId, db::WebhookEndpoint>, Fault> {
        self.by_id(self.db.webhook_endpoints(self.request.actor()?, keys).await, |endpoint| endpoint.id)
    }
}

impl Loader<SagaId> for Rows {
    type Value = db::Saga;
    type Error = Fault;

    async fn load(&self, keys: &[SagaId]) -> Result<HashMap<SagaId, db::Saga>, Fault> {
        self.request.operator()?;
        self.by_id(self.db.sagas(keys).await, |saga| saga.id)
    }
}

impl Loader<DeadLetterId> for Rows {
    type Value = db::DeadLetter;
    type Error = Fault;

    async fn load(&self, keys: &[DeadLetterId]) -> Result<HashMap<DeadLetterId, db::DeadLetter>, Fault> {
        self.request.operator()?;
        let most = i32::try_from(keys.len()).unwrap_or(i32::MAX - 1);
        let filter = db::DeadLetterFilter { ids: Some(keys.to_vec()), ..db::DeadLetterFilter::default() };
        let page = self.db.dead_letter_page(&filter, most, None).await;
        self.by_id(page.map(|page| page.rows.into_iter().map(|(_, case)| case).collect()), |case| case.id)
    }
}

/// The cancelling of a slot, by the slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CancellationOf(pub(crate) SlotId);

impl Loader<CancellationOf> for Rows {
    type Value = db::SlotCancellation;
    type Error = Fault;

    async fn load(
        &self,
        keys: &[CancellationOf],
    ) -> Result<HashMap<CancellationOf, db::SlotCancellation>, Fault> {
        let slots: Vec<SlotId> = keys.iter().map(|key| key.0).collect();
        self.by_id(self.db.slot_cancellations(&slots).await, |found| CancellationOf(found.slot_id))
    }
}

/// Tokio under async-graphql's loaders.
struct Tokio;

impl Spawn for Tokio {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        tokio::spawn(future.in_current_span());
        Ok(())
    }
}

impl Timer for Tokio {
    fn delay(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }
}
