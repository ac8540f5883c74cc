//! Who is told of what, and what became of it.

mod deliveries;
mod plan;
mod queue;

pub use deliveries::{
    ClaimDeliveries, ClaimedDelivery, ClaimedEndpoint, DeliveryChannel, DeliveryRecord, DeliveryResult,
};
pub use plan::{Planned, ToTell};
pub use queue::{ParkedEvent, QueuedEvent};
