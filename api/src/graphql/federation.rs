//! Apollo Federation: what a gateway asks of a subgraph.
//!
//! The library answers `_service` and `_entities`, whose forms are the specification's; here is what stands behind a
//! key. Clients see none of this in `schema.graphql`: a gateway composes from `holdfast schema --federation`.

use async_graphql::{Context, ID, Object};
use db::{
    BookingId, DeadLetterId, ListingId, NotificationDeliveryId, SagaId, SlotId, VenuePlanId, WaitlistEntryId,
    WebhookEndpointId,
};

use super::{
    booking::Booking,
    errors::Result,
    ids::GlobalId as _,
    listing::Listing,
    notification::{NotificationDelivery, WebhookEndpoint},
    operate::{DeadLetter, Saga},
    slot::Slot,
    venue::VenuePlan,
    waitlist::WaitlistEntry,
};

/// What may be named by `@key(fields: "id")`: all that `node` finds.
pub(crate) struct Entities;

/// Defines how each entity is found: as `node` finds it, under the same rules of who may see it. What is not there and
/// what may not be seen are null in their place, and harm no other of the same request.
macro_rules! entities {
    ($($find:ident: $entity:ty, $id:ty;)*) => {
        #[Object]
        impl Entities {
            $(
                #[graphql(entity)]
                async fn $find(&self, ctx: &Context<'_>, id: ID) -> Option<Result<$entity>> {
                    match <$id>::from_global(&id) {
                        Ok(id) => <$entity>::load(ctx, id).await.transpose(),
                        Err(fault) => Some(Err(fault)),
                    }
                }
            )*
        }
    };
}

entities! {
    booking: Booking, BookingId;
    dead_letter: DeadLetter, DeadLetterId;
    listing: Listing, ListingId;
    notification_delivery: NotificationDelivery, NotificationDeliveryId;
    saga: Saga, SagaId;
    slot: Slot, SlotId;
    venue_plan: VenuePlan, VenuePlanId;
    waitlist_entry: WaitlistEntry, WaitlistEntryId;
    webhook_endpoint: WebhookEndpoint, WebhookEndpointId;
}
