//! Where deliveries stand: the database, and in tests something simpler.

use std::fmt::Debug;

use async_trait::async_trait;
use db::{ClaimDeliveries, ClaimedDelivery, Db, DeliveryRecord};

/// Gives out due deliveries under leases, and takes what came of them.
#[async_trait]
pub(super) trait Store: Debug + Send + Sync + 'static {
    /// Claims what is due.
    async fn claim(&self, claim: &ClaimDeliveries) -> Result<Vec<ClaimedDelivery>, db::Error>;

    /// Records what came of deliveries; one whose lease has passed on changes nothing.
    async fn record(&self, records: &[DeliveryRecord]) -> Result<(), db::Error>;
}

#[async_trait]
impl Store for Db {
    async fn claim(&self, claim: &ClaimDeliveries) -> Result<Vec<ClaimedDelivery>, db::Error> {
        self.claim_deliveries(claim).await
    }

    async fn record(&self, records: &[DeliveryRecord]) -> Result<(), db::Error> {
        self.record_deliveries(records).await
    }
}
