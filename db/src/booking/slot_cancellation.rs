//! Cancelling a slot: its bookings follow in the background.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Db, Error, OrganiserId, SlotId, call::Write};

/// Takes a slot off sale for good; its bookings are cancelled and refunded.
#[derive(Clone, Debug, Serialize)]
pub struct CancelSlot {
    /// Which slot.
    pub slot_id: SlotId,
    /// Why, in the actor's words.
    pub note: Option<String>,
    /// The version that the client last saw.
    pub expected_version: Option<i32>,
}

impl Write for CancelSlot {
    const ROUTINE: &'static str = "select outcome from booking.cancel_slots($1) order by ordinal";
}

/// Whether the cancelling of a slot is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SlotCancellationState {
    /// Bookings are still being cancelled.
    Running,
    /// None holds a place of the slot any more.
    Done,
}

/// How far the cancelling of a slot has come.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SlotCancellation {
    /// Who sells.
    pub organiser_id: OrganiserId,
    /// Which slot.
    pub slot_id: SlotId,
    /// Whether it is over.
    pub state: SlotCancellationState,
    /// Bookings that held places of the slot when it was cancelled.
    pub bookings: i32,
    /// How many of them are cancelled by now.
    pub cancelled: i32,
    /// Why, in the words of whoever cancelled it.
    pub note: Option<String>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Db {
    /// How far the cancelling of these slots has come; nothing for slots that were not cancelled.
    pub async fn slot_cancellations(&self, slots: &[SlotId]) -> Result<Vec<SlotCancellation>, Error> {
        self.read(None, "booking.view_slot_cancellations", slots).await
    }
}
