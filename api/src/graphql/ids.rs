//! Relay's global ids: opaque to clients, typed for us.

use async_graphql::ID;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use db::{
    BookingId, DeadLetterId, ListingId, NotificationDeliveryId, OrganiserId, SagaId, SlotId, VenuePlanId,
    WaitlistEntryId, WebhookEndpointId,
};
use uuid::Uuid;

use super::errors::{Fault, Result};

/// An id that clients see as `base64url("Kind:uuid")`.
pub(crate) trait GlobalId: Sized {
    /// The name before the colon: the GraphQL type, where there is one.
    const KIND: &'static str;
    fn from_uuid(uuid: Uuid) -> Self;
    fn uuid(&self) -> Uuid;

    /// The id as clients see it.
    fn to_global(&self) -> ID {
        ID(URL_SAFE_NO_PAD.encode(format!("{}:{}", Self::KIND, self.uuid())))
    }

    /// Reads an id of this kind; any other is the client's mistake.
    fn from_global(id: &ID) -> Result<Self> {
        let (kind, uuid) = decode(id)?;
        if kind == Self::KIND {
            return Ok(Self::from_uuid(uuid));
        }
        Err(Fault::BadUserInput(format!("The id is of a {kind}, where one of a {} is expected.", Self::KIND)))
    }
}

macro_rules! global {
    ($($id:ident => $kind:literal),* $(,)?) => {$(
        impl GlobalId for $id {
            const KIND: &'static str = $kind;
            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
            fn uuid(&self) -> Uuid {
                self.0
            }
        }
    )*};
}

global!(
    BookingId => "Booking",
    DeadLetterId => "DeadLetter",
    ListingId => "Listing",
    NotificationDeliveryId => "NotificationDelivery",
    OrganiserId => "Organiser",
    SagaId => "Saga",
    SlotId => "Slot",
    VenuePlanId => "VenuePlan",
    WaitlistEntryId => "WaitlistEntry",
    WebhookEndpointId => "WebhookEndpoint",
);

/// A seat of a slot, which clients see as `base64url("Seat:uuid:number")`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SeatId {
    pub(crate) slot: SlotId,
    pub(crate) number: i32,
}

impl SeatId {
    const KIND: &'static str = "Seat";

    /// The id as clients see it.
    pub(crate) fn to_global(self) -> ID {
        ID(URL_SAFE_NO_PAD.encode(format!("{}:{}:{}", Self::KIND, self.slot.0, self.number)))
    }

    /// Reads the id of a seat; any other is the client's mistake.
    pub(crate) fn from_global(id: &ID) -> Result<Self> {
        let read = || {
            let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id.as_bytes()).ok()?).ok()?;
            let mut parts = text.splitn(3, ':');
            let kind = parts.next()?;
            let seat =
                Self { slot: SlotId(parts.next()?.parse().ok()?), number: parts.next()?.parse().ok()? };
            // One seat has one name only, whatever other spellings could be read.
            (kind == Self::KIND && seat.to_global() == *id).then_some(seat)
        };
        read().ok_or_else(|| Fault::BadUserInput("This is not the id of a seat.".to_owned()))
    }
}

/// The id of a slot as clients see it, for whoever prints a query to paste.
pub fn slot_node_id(id: SlotId) -> String {
    id.to_global().0
}

/// The booking whose id clients see as this; none when it is the id of something else, or of nothing.
pub fn booking_of(id: &str) -> Option<BookingId> {
    BookingId::from_global(&ID(id.to_owned())).ok()
}

/// The id of anything that `node` finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodeId {
    Booking(BookingId),
    DeadLetter(DeadLetterId),
    Listing(ListingId),
    NotificationDelivery(NotificationDeliveryId),
    Saga(SagaId),
    Slot(SlotId),
    VenuePlan(VenuePlanId),
    WaitlistEntry(WaitlistEntryId),
    WebhookEndpoint(WebhookEndpointId),
}

impl NodeId {
    pub(crate) fn from_global(id: &ID) -> Result<Self> {
        let (kind, uuid) = decode(id)?;
        match kind.as_str() {
            BookingId::KIND => Ok(Self::Booking(BookingId(uuid))),
            DeadLetterId::KIND => Ok(Self::DeadLetter(DeadLetterId(uuid))),
            ListingId::KIND => Ok(Self::Listing(ListingId(uuid))),
            NotificationDeliveryId::KIND => Ok(Self::NotificationDelivery(NotificationDeliveryId(uuid))),
            SagaId::KIND => Ok(Self::Saga(SagaId(uuid))),
            SlotId::KIND => Ok(Self::Slot(SlotId(uuid))),
            VenuePlanId::KIND => Ok(Self::VenuePlan(VenuePlanId(uuid))),
            WaitlistEntryId::KIND => Ok(Self::WaitlistEntry(WaitlistEntryId(uuid))),
            WebhookEndpointId::KIND => Ok(Self::WebhookEndpoint(WebhookEndpointId(uuid))),
            _ => Err(Fault::BadUserInput(format!("A {kind} can't be read as a node."))),
        }
    }
}

fn decode(id: &ID) -> Result<(String, Uuid)> {
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id.as_bytes()).ok()?).ok()?;
        let (kind, uuid) = text.split_once(':')?;
        let parsed = Uuid::try_parse(uuid).ok()?;
        // `Uuid` reads several spellings; one id must have one name only.
        (parsed.to_string() == uuid && known(kind)).then(|| (kind.to_owned(), parsed))
    };
    read().ok_or_else(|| Fault::BadUserInput("This is not an id that this API has given out.".to_owned()))
}

fn known(kind: &str) -> bool {
    [
        BookingId::KIND,
        DeadLetterId::KIND,
        ListingId::KIND,
        NotificationDeliveryId::KIND,
        OrganiserId::KIND,
        SagaId::KIND,
        SlotId::KIND,
        VenuePlanId::KIND,
        WaitlistEntryId::KIND,
        WebhookEndpointId::KIND,
    ]
    .contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_round_trip_and_only_as_its_own_kind() {
        let id = BookingId(Uuid::now_v7());
        let global = id.to_global();
        assert_eq!(BookingId::from_global(&global).ok(), Some(id));
        assert!(matches!(SlotId::from_global(&global), Err(Fault::BadUserInput(_))));
        assert_eq!(NodeId::from_global(&global).ok(), Some(NodeId::Booking(id)));
    }

    #[test]
    fn a_seat_has_one_name() {
        let seat = SeatId { slot: SlotId(Uuid::now_v7()), number: 12 };
        assert_eq!(SeatId::from_global(&seat.to_global()).ok(), Some(seat));
        let other = |text: String| SeatId::from_global(&ID(URL_SAFE_NO_PAD.encode(text)));
        for text in [
            format!("Seat:{}:012", seat.slot.0),
            format!("Seat:{}:+12", seat.slot.0),
            format!("Seat:{}:12:1", seat.slot.0),
            format!("Seat:{}", seat.slot.0),
            format!("Slot:{}:12", seat.slot.0),
        ] {
            assert!(other(text.clone()).is_err(), "{text}");
        }
    }

    #[test]
    fn what_was_never_given_out_is_refused() {
        let uuid = Uuid::now_v7();
        let encode = |text: String| ID(URL_SAFE_NO_PAD.encode(text));
        for id in [
            ID(String::new()),
            ID("123".to_owned()),
            ID(uuid.to_string()),
            encode("Booking".to_owned()),
            encode("Booking:".to_owned()),
            encode(format!("booking:{uuid}")),
            encode(format!("Booking:{}", uuid.simple())),
            encode(format!("Booking:{uuid} ")),
            encode(format!("Payment:{uuid}")),
        ] {
            assert!(NodeId::from_global(&id).is_err(), "{id:?}");
        }
    }
}
