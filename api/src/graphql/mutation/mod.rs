//! All writes. Each becomes one command, and each command has its idempotency key.

mod booking;
mod booking_inputs;
mod change_inputs;
mod checks;
mod contact;
mod inventory;
mod inventory_inputs;
mod listing_inputs;
mod operate;
mod operate_inputs;
mod submit;
mod venue;
mod waitlist;
mod webhook_endpoint;

use async_graphql::MergedObject;

use self::{
    booking::BookingMutation, contact::ContactMutation, inventory::InventoryMutation,
    operate::OperatorMutation, venue::VenueMutation, waitlist::WaitlistMutation,
    webhook_endpoint::WebhookEndpointMutation,
};

/// The root of all writes. Every mutation takes an idempotency key: the same key with the same input
/// has its effect once and is answered alike for 30 days, so that anything may be sent again.
#[derive(MergedObject)]
pub struct Mutation(
    BookingMutation,
    InventoryMutation,
    VenueMutation,
    WaitlistMutation,
    ContactMutation,
    WebhookEndpointMutation,
    OperatorMutation,
);

impl Mutation {
    pub(crate) const ROOT: Self = Self(
        BookingMutation,
        InventoryMutation,
        VenueMutation,
        WaitlistMutation,
        ContactMutation,
        WebhookEndpointMutation,
        OperatorMutation,
    );
}
