//! Who is told of what, and what became of it.

mod commands;
mod contact;
mod deliveries;
mod endpoint;
mod log;
mod plan;
mod queue;

pub use commands::{
    ChangeWebhookEndpoint, EndpointAction, EraseContact, ResendDelivery, SetContact,
    SetNotificationPreferences, UpsertWebhookEndpoint,
};
pub use contact::{Contact, NotificationMessage, NotificationPreference};
pub use deliveries::{
    ClaimDeliveries, ClaimedDelivery, ClaimedEndpoint, DeliveryChannel, DeliveryRecord, DeliveryResult,
};
pub use endpoint::{EndpointState, WebhookEndpoint};
pub use log::{
    AttemptResult, DeliveryAttempt, DeliveryFilter, DeliveryState, NotificationDelivery, RecipientKind,
};
pub use plan::{HoldEnd, Planned, Reminded, ToTell};
pub use queue::{ParkedEvent, QueuedEvent};
