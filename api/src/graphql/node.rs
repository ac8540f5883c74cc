//! Relay's `Node`: anything with a global id.

use async_graphql::{Context, ID, Interface};

use super::{
    booking::Booking,
    errors::Result,
    ids::NodeId,
    listing::Listing,
    notification::{NotificationDelivery, WebhookEndpoint},
    operate::{DeadLetter, Saga},
    slot::Slot,
    venue::VenuePlan,
    waitlist::WaitlistEntry,
};

/// Anything that can be read again by its global id alone.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The global id: opaque, the same for ever."))]
pub(crate) enum Node {
    Booking(Box<Booking>),
    DeadLetter(Box<DeadLetter>),
    Listing(Box<Listing>),
    NotificationDelivery(Box<NotificationDelivery>),
    Saga(Box<Saga>),
    Slot(Box<Slot>),
    VenuePlan(Box<VenuePlan>),
    WaitlistEntry(Box<WaitlistEntry>),
    WebhookEndpoint(Box<WebhookEndpoint>),
}

impl Node {
    /// What stands behind an id, if the actor may see it.
    pub(crate) async fn load(ctx: &Context<'_>, id: &ID) -> Result<Option<Self>> {
        Ok(match NodeId::from_global(id)? {
            NodeId::Booking(id) => Booking::load(ctx, id).await?.map(|row| Self::Booking(Box::new(row))),
            NodeId::DeadLetter(id) => {
                DeadLetter::load(ctx, id).await?.map(|row| Self::DeadLetter(Box::new(row)))
            }
            NodeId::Saga(id) => Saga::load(ctx, id).await?.map(|row| Self::Saga(Box::new(row))),
            NodeId::Listing(id) => Listing::load(ctx, id).await?.map(|row| Self::Listing(Box::new(row))),
            NodeId::Slot(id) => Slot::load(ctx, id).await?.map(|row| Self::Slot(Box::new(row))),
            NodeId::NotificationDelivery(id) => NotificationDelivery::load(ctx, id)
                .await?
                .map(|row| Self::NotificationDelivery(Box::new(row))),
            NodeId::WebhookEndpoint(id) => {
                WebhookEndpoint::load(ctx, id).await?.map(|row| Self::WebhookEndpoint(Box::new(row)))
            }
            NodeId::VenuePlan(id) => {
                VenuePlan::load(ctx, id).await?.map(|row| Self::VenuePlan(Box::new(row)))
            }
            NodeId::WaitlistEntry(id) => {
                WaitlistEntry::load(ctx, id).await?.map(|row| Self::WaitlistEntry(Box::new(row)))
            }
        })
    }
}
