//! The history of a booking.

use async_graphql::{Enum, ID, Json, SimpleObject};
use chrono::{DateTime, Utc};

use super::{booking::BookingStatus, ids::GlobalId as _};

/// In which role somebody changed a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum HistoryRole {
    /// The customer.
    Customer,
    /// The organiser.
    Organiser,
    /// A machine of the organiser.
    Service,
    /// Those who run the system.
    Operator,
    /// The system itself: a timer, a saga, the waiting list.
    System,
}

/// One change of a booking: who did what, when and why, and what it was before. Never altered.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct BookingHistoryEntry {
    /// The booking.
    booking_id: ID,
    /// The booking's version after this change: one gap-free count, from 1.
    version: i32,
    /// The version it was made from. Null for the first.
    from_version: Option<i32>,
    /// What happened, such as `booking.confirmed` or `payment.captured`. New types may be added.
    #[graphql(name = "type")]
    kind: String,
    /// Where the booking stood before. Null for the first.
    from_status: Option<BookingStatus>,
    /// Where it stands since.
    to_status: BookingStatus,
    /// In which role somebody did it.
    actor_role: HistoryRole,
    /// Who did it: a subject of the identity provider, or the part of the system.
    actor_id: String,
    /// Why, as a code, where the change has one.
    reason: Option<String>,
    /// Why, in the words of whoever did it. Null when nothing was said.
    note: Option<String>,
    /// What changed, by the type; amounts are in minor units.
    data: Json<serde_json::Value>,
    /// When it happened, in UTC.
    occurred_at: DateTime<Utc>,
}

impl From<db::BookingEvent> for BookingHistoryEntry {
    fn from(event: db::BookingEvent) -> Self {
        Self {
            booking_id: event.booking_id.to_global(),
            version: event.version,
            from_version: (event.version > 1).then_some(event.version - 1),
            kind: event.kind,
            from_status: event.from_status.map(BookingStatus::from),
            to_status: event.to_status.into(),
            actor_role: match event.actor_role.as_str() {
                "CUSTOMER" => HistoryRole::Customer,
                "ORGANISER" => HistoryRole::Organiser,
                "SERVICE" => HistoryRole::Service,
                "OPERATOR" => HistoryRole::Operator,
                _ => HistoryRole::System,
            },
            actor_id: event.actor_id,
            reason: event.reason,
            note: event.data["note"].as_str().map(str::to_owned),
            data: Json(event.data),
            occurred_at: event.occurred_at,
        }
    }
}
