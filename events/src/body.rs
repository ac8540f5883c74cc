//! What events say. Each struct is the document of one topic: the JSON form has these names, and so has Avro.
//! Money is in minor units of its currency; times are UTC, to the microsecond.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An amount of a currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In minor units: cents of euros, yen of yen.
    pub amount_minor: i64,
    /// ISO 4217, such as `EUR`.
    pub currency: String,
}

/// Who brought an event about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// `CUSTOMER`, `ORGANISER`, `SERVICE`, `OPERATOR` or `SYSTEM`.
    pub role: String,
    /// A subject of the identity provider, or a part of the system.
    pub id: String,
}

/// Why a placeholder stands where an event should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// `UNTELLABLE`, `UNENCODABLE` or `TOO_LARGE`.
    pub cause: String,
    /// For people.
    pub detail: String,
}

/// One change of a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingEvent {
    /// The booking's id and its version: the same however often it is sent.
    pub id: String,
    /// What happened, such as `booking.confirmed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When, by the database's clock.
    pub occurred_at: DateTime<Utc>,
    /// Whose booking it is to sell.
    pub organiser_id: Uuid,
    /// Which booking.
    pub booking_id: Uuid,
    /// The booking's version after it; gap-free from 1.
    pub sequence: i64,
    /// Where the booking stood before; none for the first.
    pub from_status: Option<String>,
    /// Where it stands since.
    pub to_status: String,
    /// Who did it.
    pub actor: Actor,
    /// Why, as a code, where there is one.
    pub reason: Option<String>,
    /// The request that began it.
    pub correlation_id: Option<String>,
    /// The same for tracing.
    pub traceparent: Option<String>,
    /// What it says beside the new state; none in a placeholder.
    pub change: Option<Change>,
    /// The booking as it was then; none in a placeholder.
    pub booking: Option<Booking>,
    /// Why this is a placeholder, if it is one.
    pub parked: Option<Parked>,
}

/// What an event says beside the new state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The money that moved, was granted, or is asked for.
    pub amount: Option<Money>,
    /// Which of the booking's payments; none is the first.
    pub payment_number: Option<i32>,
    /// What was asked of the gateway: `AUTHORIZE`, `CAPTURE`, `VOID` or `REFUND`.
    pub operation: Option<String>,
    /// Why the gateway declined.
    pub code: Option<String>,
    /// How often the customer may still try to pay.
    pub attempts_left: Option<i32>,
    /// Which change of the booking.
    pub change_id: Option<Uuid>,
    /// When that change is given up.
    pub due_at: Option<DateTime<Utc>>,
}

/// A booking at one of its versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// What people call it by.
    pub reference: String,
    /// The customer: a subject of the identity provider.
    pub customer_id: String,
    /// `PENDING`, `CONFIRMED`, `COMPLETED` or `CANCELLED`.
    pub status: String,
    /// Why it was cancelled, or how it was completed.
    pub reason: Option<String>,
    /// What its lines cost together.
    pub total: Money,
    /// What the customer owes.
    pub owed: Money,
    /// When its hold ends, while it is pending.
    pub hold_expires_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whether it was made for somebody on the waiting list.
    pub offer: bool,
    /// What was booked.
    pub lines: Vec<Line>,
    /// Its payments, by number; none when it is free.
    pub payments: Vec<Payment>,
}

/// Places of one slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number in the booking.
    pub line_no: i32,
    /// Which slot.
    pub slot_id: Uuid,
    /// Of which listing.
    pub listing_id: Uuid,
    /// When the slot begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// How many places.
    pub quantity: i32,
    /// On which rate plan.
    pub rate_plan: String,
    /// What one place costs.
    pub unit_price: Money,
    /// The price class of its seats.
    pub price_class: Option<String>,
    /// Its seats; none where places are only counted.
    pub seats: Vec<Seat>,
}

/// A seat, as people find it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Part of the hall.
    pub section: String,
    /// Row in it.
    pub row: String,
    /// Seat in that.
    pub seat: String,
}

/// A payment at one of the booking's versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Which payment.
    pub payment_id: Uuid,
    /// Its number in the booking.
    pub number: i32,
    /// Where it stands, such as `CAPTURED`.
    pub status: String,
    /// What it is about.
    pub amount: Money,
    /// What was taken.
    pub captured: Money,
    /// What was given back of that.
    pub refunded: Money,
}

/// A slot as it stands: many changes are told as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotState {
    /// The slot's id and the sequence.
    pub id: String,
    /// `slot.changed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When this state was seen.
    pub occurred_at: DateTime<Utc>,
    /// Whose slot it is.
    pub organiser_id: Uuid,
    /// Which slot.
    pub slot_id: Uuid,
    /// Counts the states told; gap-free from 1.
    pub sequence: i64,
    /// The slot as it stands; nothing in a placeholder.
    pub slot: Option<Slot>,
    /// Why this is a placeholder, if it is one.
    pub parked: Option<Parked>,
}

/// A slot at one of its states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Of which listing.
    pub listing_id: Uuid,
    /// The version of the slot as the API tells it; it does not move with the sales of a seated slot.
    pub version: i32,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// `OPEN` or `CANCELLED`.
    pub state: String,
    /// `QUOTA` or `SEATED`.
    pub admission: String,
    /// What one place costs at 100 percent.
    pub price: Money,
    /// How many places there are.
    pub capacity: i32,
    /// How many of them are held or sold.
    pub taken: i32,
    /// How many are kept for the waiting list.
    pub set_aside: i32,
    /// How many the waiting list asks for.
    pub waiting: i32,
}

/// What became of a notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryEvent {
    /// The delivery's id and the sequence.
    pub id: String,
    /// `delivery.sent`, `delivery.failed` or `delivery.skipped`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// Whose customer was told, or who was.
    pub organiser_id: Uuid,
    /// Which delivery.
    pub delivery_id: Uuid,
    /// Counts its events; gap-free from 1.
    pub sequence: i64,
    /// The delivery; nothing in a placeholder.
    pub delivery: Option<Delivery>,
    /// The request that began it.
    pub correlation_id: Option<String>,
    /// The same for tracing.
    pub traceparent: Option<String>,
    /// Why this is a placeholder, if it is one.
    pub parked: Option<Parked>,
}

/// A message to somebody, by one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The event that it tells of.
    pub event_id: String,
    /// The booking that is about.
    pub booking_id: Option<Uuid>,
    /// Which message, such as `CONFIRMED`; for an organiser the event's type.
    pub message: String,
    /// `EMAIL`, `SMS`, `PUSH` or `WEBHOOK`.
    pub channel: String,
    /// To whom.
    pub recipient: Recipient,
    /// How often it was tried.
    pub attempts: i32,
    /// What went wrong, for people.
    pub detail: Option<String>,
}

/// To whom a delivery goes; where to is known to us alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// `CUSTOMER` or `ENDPOINT`.
    pub kind: String,
    /// The customer's subject, or the endpoint's id.
    pub id: String,
}
