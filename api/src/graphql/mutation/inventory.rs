//! Mutations of listings and slots: what organisers write.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Object};
use db::{ListingId, Role, SlotId, Touched, Writer};
use uuid::Uuid;

use super::{
    checks::Problems,
    inventory_inputs::{CancelSlotInput, ScheduleSlotsInput, SlotPayload, SlotsPayload, UpsertSlotsInput},
    listing_inputs::{ListingPayload, UpsertListingInput},
    submit::submit,
};
use crate::graphql::{
    context::Access as _,
    errors::{Fault, Result},
    listing::Listing,
    slot::Slot,
    writers::Named,
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
        if actor.role != Role::Operator && foreign {
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
        // Its slots may be on sale at other times now.
        ctx.services().live.cache.forget(&Touched::everything());
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
        write_slots(ctx, &ctx.services().writers.slots, key, Some(write), problems).await
    }

    /// Makes or changes the slots of a recurring schedule, such as every Friday at 20:00, all or nothing. For
    /// organisers and operators.
    async fn schedule_slots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When, and what each sells.")] input: ScheduleSlotsInput,
    ) -> Result<SlotsPayload> {
        ctx.request().seller()?;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write(&mut problems)?;
        write_slots(ctx, &ctx.services().writers.schedule, key, write, problems).await
    }

    /// Cancels a slot: it is off sale at once, and all its bookings are cancelled and refunded in full, in the
    /// background. For organisers and operators.
    async fn cancel_slot(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which slot, and why.")] input: CancelSlotInput,
    ) -> Result<SlotPayload> {
        ctx.request().seller()?;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write(&mut problems)?;
        if !problems.is_empty() {
            return Ok(SlotPayload { slot: None, user_errors: problems.into_errors(), replayed: false });
        }
        let verdict = submit(ctx, &ctx.services().writers.cancel_slot, key, write).await?;
        let slot = match verdict.outcome.id {
            Some(id) => Slot::load(ctx, SlotId(id)).await?,
            None => None,
        };
        Ok(SlotPayload { slot, user_errors: verdict.user_errors, replayed: verdict.outcome.replayed })
    }
}

/// Writes what has no problems, and shows the slots as they are then.
async fn write_slots<W: Named>(
    ctx: &Context<'_>,
    writer: &Writer<W>,
    key: String,
    write: Option<W>,
    problems: Problems,
) -> Result<SlotsPayload> {
    let write = match write {
        Some(write) if problems.is_empty() => write,
        _ => {
            let user_errors = problems.into_errors();
            return Ok(SlotsPayload { slots: Vec::new(), user_errors, replayed: false });
        }
    };
    let verdict = submit(ctx, writer, key, write).await?;
    // Its listing may have more slots now.
    ctx.services().live.cache.forget(&Touched::everything());
    let slots = slots(ctx, &verdict.outcome.ids).await?;
    Ok(SlotsPayload { slots, user_errors: verdict.user_errors, replayed: verdict.outcome.replayed })
}

/// The slots with these ids, in their order.
async fn slots(ctx: &Context<'_>, ids: &[Uuid]) -> Result<Vec<Slot>> {
    let ids: Vec<_> = ids.iter().copied().map(SlotId).collect();
    let mut rows: HashMap<SlotId, Arc<db::Slot>> = ctx.loaders().load_many(ids.iter().copied()).await?;
    Ok(ids.iter().filter_map(|id| rows.remove(id)).map(Slot::from).collect())
}
