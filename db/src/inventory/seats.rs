//! Seats: the plan of a hall, and who has which seat of a slot.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{Actor, Currency, Cursor, Db, Error, OrganiserId, Page, SlotId, VenuePlanId, call::Write};

/// A row of seats, as it shall be.
#[derive(Clone, Debug, Serialize)]
pub struct VenueRow {
    /// The section it is in.
    pub section: String,
    /// Its name in the section.
    pub row: String,
    /// The names of its seats, side by side.
    pub seats: Vec<String>,
    /// The price class of its seats.
    pub price_class: String,
    /// How far to the right its first seat is; none means 1.
    pub first_col: Option<i32>,
}

/// Writes the plan of a hall, known by its code; slots that copied it keep the seats they have.
#[derive(Clone, Debug, Serialize)]
pub struct UpsertVenuePlan {
    /// Whose; operators must say it, organisers need not.
    pub organiser_id: Option<OrganiserId>,
    /// Its code, unique among the organiser's plans.
    pub code: String,
    /// Its name, for people.
    pub name: String,
    /// Its rows, the best first.
    pub rows: Vec<VenueRow>,
    /// The version that the client last saw.
    pub expected_version: Option<i32>,
}

impl Write for UpsertVenuePlan {
    const ROUTINE: &'static str = "select outcome from inventory.upsert_venue_plans($1) order by ordinal";
}

/// The plan of a hall.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct VenuePlan {
    /// Its id.
    pub id: VenuePlanId,
    /// Whose it is.
    pub organiser_id: OrganiserId,
    /// Its code, unique among the organiser's plans.
    pub code: String,
    /// Its name, for people.
    pub name: String,
    /// How many seats it has.
    pub seats: i32,
    /// Its sections, the best first.
    pub sections: Vec<VenueSection>,
    /// The price classes of its seats, the best first.
    pub price_classes: Vec<VenueClass>,
    /// Its row version.
    pub version: i32,
}

/// A section of a hall.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct VenueSection {
    /// Its name.
    pub section: String,
    /// How many seats it has.
    pub seats: i32,
}

/// A price class of a hall.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct VenueClass {
    /// Its name.
    pub price_class: String,
    /// How many seats are of it.
    pub seats: i32,
}

/// Whether a seat can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SeatStatus {
    /// Anybody may take it.
    Free,
    /// It is held for somebody who has yet to pay.
    Held,
    /// It is sold.
    Sold,
    /// It is kept for the waiting list.
    SetAside,
}

/// A seat of a slot.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Seat {
    /// In which slot.
    pub slot_id: SlotId,
    /// Its number in the slot.
    pub seat_no: i32,
    /// The section it is in.
    pub section: String,
    /// The row it is in.
    pub row: String,
    /// Its name in the row.
    pub label: String,
    /// Which row it is in, counted through the whole hall from the best.
    pub row_rank: i32,
    /// How far to the right it is in its row.
    pub col: i32,
    /// Its price class.
    pub price_class: String,
    /// What it costs at 100 percent, in minor units.
    pub price_minor: i64,
    /// The currency of that price.
    pub currency: Currency,
    /// Whether it can be had.
    pub status: SeatStatus,
}

impl Db {
    /// The plans with these ids that the actor may see, in no order.
    pub async fn venue_plans(&self, actor: &Actor, ids: &[VenuePlanId]) -> Result<Vec<VenuePlan>, Error> {
        let argument = serde_json::json!({ "actor": actor, "ids": ids });
        self.read(Some(actor), "inventory.view_venue_plans", &argument).await
    }

    /// The seats of each of these slots, row by row from the best; a slot without any is left out.
    pub async fn seat_pages(
        &self,
        slots: &[SlotId],
        section: Option<&str>,
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<HashMap<SlotId, Page<Seat>>, Error> {
        let argument =
            serde_json::json!({ "slot_ids": slots, "section": section, "first": first, "after": after });
        self.pages("inventory.list_seats", &argument, first, |seat: &Seat| seat.slot_id).await
    }
}
