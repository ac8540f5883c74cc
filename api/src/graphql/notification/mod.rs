//! How customers and organisers are told of what happens, and what became of it.

mod contact;
mod delivery;
mod endpoint;
mod reads;

pub(crate) use self::{
    contact::{Contact, NotificationChannel, NotificationMessage, NotificationPreference},
    delivery::NotificationDelivery,
    endpoint::WebhookEndpoint,
    reads::NotificationReads,
};
