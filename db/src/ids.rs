//! Newtype ids, so that a slot's id can't be handed in where a booking's is meant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// The tenant that sells.
    OrganiserId
);
id!(
    /// A thing sold: a room type, an event, a tour.
    ListingId
);
id!(
    /// What is counted: one night, one performance, one departure.
    SlotId
);
id!(
    /// A booking, of one or many lines.
    BookingId
);
id!(
    /// The payment of one booking.
    PaymentId
);
id!(
    /// One run of a saga.
    SagaId
);
id!(
    /// A case of the operators' inbox.
    DeadLetterId
);
id!(
    /// The seats of a hall.
    VenuePlanId
);
id!(
    /// Somebody's place in the queue for a slot.
    WaitlistEntryId
);
id!(
    /// Where an organiser wants events sent to.
    WebhookEndpointId
);
id!(
    /// One message to one recipient by one channel.
    NotificationDeliveryId
);
