//! Mutations of listings and slots: what organisers write.

use std::collections::HashMap;

use async_graphql::{Context, Object};
use db::{ListingId, Role, SlotId};
use uuid::Uuid;

use super::{
    checks::Problems,
    inventory_inputs::{ListingPayload, SlotsPayload, UpsertListingInput, UpsertSlotsInput},
    submit::submit,
};
use crate::graphql::{
    context::Access as _,
    errors::{Fault, Result},
    listing::Listing,
    slot::Slot,
};

/// Mutations of listings and slots.
pub(crate) struct InventoryMutation;

#[Object]
impl InventoryMutation {
    /// Makes a listing, or changes the one with this slug, rate plans included. For organisers and operators.
    async fn upsert_listing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The whole listing, as it shall be.")] input: UpsertListingInput,
    ) -> Result<ListingPayload> {
        let actor = ctx.request().seller()?;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write(&mut problems)?;
        let foreign = write.organiser_id.is_some() && write.organiser_id != actor.organiser_id;
        if actor.role == Role::Organiser && foreign {
            return Err(Fault::Forbidden("An organiser writes its own listings only.".to_owned()));
        }
        if !problems.is_empty() {
            return Ok(ListingPayload {
                listing: None,
                user_errors: problems.into_errors(),
                replayed: false,
            });
        }
        let verdict = submit(ctx, &ctx.services().writers.listing, key, write).await?;
        let listing = match verdict.outcome.id {
            Some(id) => Listing::load(ctx, ListingId(id)).await?,
            None => None,
        };
        Ok(ListingPayload { listing, user_errors: verdict.user_errors, replayed: verdict.outcome.replayed })
    }

    /// Makes or changes many slots of one listing, all or nothing. For organisers and operators.
    async fn upsert_slots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The slots, as they shall be.")] input: UpsertSlotsInput,
    ) -> Result<SlotsPayload> {
        ctx.request().seller()?;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write(&mut problems)?;
        if !problems.is_empty() {
            return Ok(SlotsPayload {
                slots: Vec::new(),
                user_errors: problems.into_errors(),
                replayed: false,
            });
        }
        let verdict = submit(ctx, &ctx.services().writers.slots, key, write).await?;
        let slots = slots(ctx, &verdict.outcome.ids).await?;
        Ok(SlotsPayload { slots, user_errors: verdict.user_errors, replayed: verdict.outcome.replayed })
    }
}

/// The slots with these ids, in their order.
async fn slots(ctx: &Context<'_>, ids: &[Uuid]) -> Result<Vec<Slot>> {
    let ids: Vec<_> = ids.iter().copied().map(SlotId).collect();
    let mut rows: HashMap<SlotId, db::Slot> = ctx.loaders().load_many(ids.iter().copied()).await?;
    Ok(ids.iter().filter_map(|id| rows.remove(id)).map(Slot::from).collect())
}
