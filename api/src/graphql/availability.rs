//! What is to be had of slots, pushed.

use std::sync::Arc;

use async_graphql::{ID, SimpleObject};
use db::SlotId;
use futures::{Stream, StreamExt as _, stream::select_all};

use super::{
    context::{RequestContext, Services},
    errors::{Fault, Result},
    ids::GlobalId as _,
    slot::{Slot, SlotState},
};

/// Slots of one subscription at most.
const MAX_SLOTS: usize = 100;

/// What is to be had of a slot.
#[derive(SimpleObject)]
pub(crate) struct SlotAvailability {
    /// The slot, as it was when this was read.
    slot: Slot,
    /// How many places anybody may take: neither held, nor sold, nor kept for the waiting list.
    available: i32,
    /// How many places there are.
    capacity: i32,
    /// How many places the waiting list asks for.
    waiting: i32,
    /// Whether it takes place.
    state: SlotState,
    /// Grows with every sale and every place that comes back, with every seat held that is paid for, and with every change
    /// of the slot. What comes free by the clock alone, when a hold is over, has no version of its own. It is no
    /// `expectedVersion`.
    version: i32,
}

impl From<Arc<db::Slot>> for SlotAvailability {
    fn from(slot: Arc<db::Slot>) -> Self {
        Self {
            available: slot.available,
            capacity: slot.capacity,
            waiting: slot.waiting,
            state: slot.state.into(),
            // What GraphQL can't count is no better for being more.
            version: i32::try_from(slot.availability_version).unwrap_or(i32::MAX),
            slot: Slot::from(Arc::unwrap_or_clone(slot)),
        }
    }
}

/// The present state of each of these slots, then their changes.
pub(crate) async fn follow(
    services: &Services,
    request: &RequestContext,
    ids: &[ID],
) -> Result<impl Stream<Item = SlotAvailability> + Send + use<>> {
    if ids.is_empty() || ids.len() > MAX_SLOTS {
        return Err(Fault::BadUserInput(format!("`slotIds` takes 1 to {MAX_SLOTS} ids.")));
    }
    let mut slots = ids.iter().map(SlotId::from_global).collect::<Result<Vec<_>>>()?;
    slots.sort_unstable();
    slots.dedup();
    let states = services.live.slots.follow(slots).await.map_err(|error| request.unread(&error))?;
    let states = states.ok_or_else(|| Fault::NotFound("There is no such slot.".to_owned()))?;
    Ok(select_all(states.into_iter().map(Box::pin)).map(SlotAvailability::from))
}
