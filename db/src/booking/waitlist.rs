//! The waiting list: who waits for places of a slot, and what became of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Actor, BookingId, Cursor, Db, Error, ListingId, OrganiserId, Page, SlotId, WaitlistEntryId, call::Write,
};

/// What became of somebody's waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WaitlistStatus {
    /// It waits.
    Waiting,
    /// Its places are held, in a booking that waits to be paid.
    Offered,
    /// The offer was taken.
    Accepted,
    /// The offer ended without being taken.
    Lapsed,
    /// The customer left.
    Left,
    /// No offer will come.
    Closed,
}

/// Somebody who waits, or waited.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WaitlistEntry {
    /// Its id.
    pub id: WaitlistEntryId,
    /// Who sells.
    pub organiser_id: OrganiserId,
    /// For places of which slot.
    pub slot_id: SlotId,
    /// The slot's listing.
    pub listing_id: ListingId,
    /// The subject of the customer at the identity provider.
    pub customer_id: String,
    /// How many places, all or none.
    pub quantity: i32,
    /// The rate plan to be booked as; none means the listing's first.
    pub rate_plan: Option<String>,
    /// Where it stands.
    pub status: WaitlistStatus,
    /// Why no offer will come, as a code.
    pub reason: Option<String>,
    /// Its place among those who wait, from 1; only while it waits.
    pub position: Option<i32>,
    /// The booking offered.
    pub booking_id: Option<BookingId>,
    /// Its row version.
    pub version: i32,
    /// When it joined.
    pub joined_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Joins the queue for places of a slot.
#[derive(Clone, Debug, Serialize)]
pub struct JoinWaitlist {
    /// Which slot.
    pub slot_id: SlotId,
    /// How many places, all or none.
    pub quantity: i32,
    /// The rate plan's code; none means the listing's first.
    pub rate_plan: Option<String>,
    /// For whom; none means the actor itself. Organisers and operators must name one.
    pub customer_id: Option<String>,
}

impl Write for JoinWaitlist {
    const ROUTINE: &'static str = "select outcome from booking.join_waitlists($1) order by ordinal";
}

/// Leaves the queue.
#[derive(Clone, Debug, Serialize)]
pub struct LeaveWaitlist {
    /// Which entry.
    pub entry_id: WaitlistEntryId,
    /// The version that the client last saw.
    pub expected_version: Option<i32>,
}

impl Write for LeaveWaitlist {
    const ROUTINE: &'static str = "select outcome from booking.leave_waitlists($1) order by ordinal";
}

/// Which entries to list; what the actor may not see is left out all the same.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WaitlistFilter {
    /// Only those for this slot.
    pub slot_id: Option<SlotId>,
    /// Only those that stand there.
    pub status: Option<WaitlistStatus>,
}

impl Db {
    /// The entries with these ids that the actor may see, in no order.
    pub async fn waitlist_entries(
        &self,
        actor: &Actor,
        ids: &[WaitlistEntryId],
    ) -> Result<Vec<WaitlistEntry>, Error> {
        let argument = serde_json::json!({ "actor": actor, "ids": ids });
        self.read(Some(actor), "booking.view_waitlist_entries", &argument).await
    }

    /// The entries that the actor may see, in the order of joining.
    pub async fn waitlist_page(
        &self,
        actor: &Actor,
        filter: &WaitlistFilter,
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<Page<WaitlistEntry>, Error> {
        let argument =
            serde_json::json!({ "actor": actor, "filter": filter, "first": first, "after": after });
        self.page(Some(actor), "booking.list_waitlist_entries", &argument, first).await
    }

    /// Offers places that were set aside to those who wait for them; how many slots it looked at.
    pub async fn offer_places(&self, limit: i32) -> Result<i32, Error> {
        self.sweep("select booking.offer_places($1)", limit).await
    }
}
