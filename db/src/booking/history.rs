//! The history of a booking: its events, and what it was at a moment.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::{Booking, BookingStatus};
use crate::{Actor, BookingId, Db, Error};

/// One change of a booking: history, outbox and subscription in one row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct BookingEvent {
    /// Which booking.
    pub booking_id: BookingId,
    /// The booking's version after this change; gap-free from 1.
    pub version: i32,
    /// What happened, such as `booking.confirmed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When, by the database's clock.
    pub occurred_at: DateTime<Utc>,
    /// Where the booking stood before; none for its first event.
    pub from_status: Option<BookingStatus>,
    /// Where it stands since.
    pub to_status: BookingStatus,
    /// In which role somebody did it: `CUSTOMER`, `ORGANISER`, `OPERATOR` or `SYSTEM`.
    pub actor_role: String,
    /// Who did it: a subject of the identity provider, or a part of the system.
    pub actor_id: String,
    /// Why, as a code, where the change has one.
    pub reason: Option<String>,
    /// What changed, by the kind of the event; amounts are in minor units.
    pub data: serde_json::Value,
}

/// What became of a booking.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct BookingChanges {
    /// The booking as it is now.
    pub booking: Booking,
    /// Its next events, in order.
    pub events: Vec<BookingEvent>,
}

impl Db {
    /// What became of bookings after a version of each, for many actors in one call: one answer to each question, in order, with
    /// at most `limit` events; none when the actor may not see the booking.
    ///
    /// The primary's. Row-level security is passed by, as in [`Self::written_bookings`].
    pub async fn changes_of_bookings(
        &self,
        asked: &[(Actor, BookingId, i32)],
        limit: i32,
    ) -> Result<Vec<Option<BookingChanges>>, Error> {
        let asked: Vec<_> = asked
            .iter()
            .map(|(actor, id, version)| json!({ "actor": actor, "id": id, "after_version": version }))
            .collect();
        self.rows("select * from booking.view_changes($1)", &json!({ "asked": asked, "limit": limit })).await
    }

    /// The events of each of these bookings after a version, in order, at most `limit` of each; nothing of those that
    /// the actor may not see.
    pub async fn events_of_bookings(
        &self,
        actor: &Actor,
        ids: &[BookingId],
        after_version: i32,
        limit: i32,
    ) -> Result<Vec<BookingEvent>, Error> {
        let argument = json!({ "actor": actor, "ids": ids, "after_version": after_version, "limit": limit });
        self.read(Some(actor), "booking.list_events", &argument).await
    }

    /// A booking as it was; nothing when it was not there yet, or the actor may not see it.
    pub async fn booking_as_of(
        &self,
        actor: &Actor,
        id: BookingId,
        at: DateTime<Utc>,
    ) -> Result<Option<Booking>, Error> {
        let argument = json!({ "actor": actor, "id": id, "at": at });
        self.read_one(Some(actor), "booking.view_booking_as_of", &argument).await
    }
}
