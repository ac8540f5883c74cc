//! An event, whatever it is about.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{BookingEvent, DeliveryEvent, Parked, SlotState, Topic};

/// An event on its way out, or as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Where it goes.
    pub topic: Topic,
    /// What it is about: the booking, the slot, the delivery. Events of one key are in order.
    pub key: Uuid,
    /// The same however often it is sent: who has seen it may drop it.
    pub id: String,
    /// What happened, such as `booking.confirmed`.
    pub kind: String,
    /// Its number among the events of its key; gap-free from 1.
    pub sequence: i64,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// The organiser concerned.
    pub organiser_id: Uuid,
    /// The request that began it.
    pub correlation_id: Option<String>,
    /// The same for tracing, in the form of W3C Trace Context.
    pub traceparent: Option<String>,
    /// Whether it is history told again.
    pub replayed: bool,
    /// What it says.
    pub body: Body,
}

/// What an event says, by its topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Of a booking.
    Booking(Box<BookingEvent>),
    /// Of a slot.
    Slot(Box<SlotState>),
    /// Of a delivery.
    Delivery(Box<DeliveryEvent>),
}

/// A document that is not of the form of its topic.
#[derive(Debug, thiserror::Error)]
#[error("the document is no event of {topic}")]
pub struct Malformed {
    /// Which topic's it should be.
    pub topic: Topic,
    /// What is wrong with it.
    #[source]
    pub source: serde_json::Error,
}

impl Event {
    /// From the document of a topic.
    pub fn from_document(topic: Topic, document: Value) -> Result<Self, Malformed> {
        Ok(Self::of(match topic {
            Topic::Booking => Body::Booking(read(topic, document)?),
            Topic::Inventory => Body::Slot(read(topic, document)?),
            Topic::Notification => Body::Delivery(read(topic, document)?),
        }))
    }

    /// Around what it says.
    pub fn of(body: Body) -> Self {
        let (topic, key, organiser_id, trace) = match &body {
            Body::Booking(e) => (
                Topic::Booking,
                e.booking_id,
                e.organiser_id,
                (e.correlation_id.clone(), e.traceparent.clone()),
            ),
            Body::Slot(e) => (Topic::Inventory, e.slot_id, e.organiser_id, (None, None)),
            Body::Delivery(e) => {
                let trace = (e.correlation_id.clone(), e.traceparent.clone());
                (Topic::Notification, e.delivery_id, e.organiser_id, trace)
            }
        };
        let (id, kind, sequence, occurred_at) = match &body {
            Body::Booking(e) => (e.id.clone(), e.kind.clone(), e.sequence, e.occurred_at),
            Body::Slot(e) => (e.id.clone(), e.kind.clone(), e.sequence, e.occurred_at),
            Body::Delivery(e) => (e.id.clone(), e.kind.clone(), e.sequence, e.occurred_at),
        };
        let (correlation_id, traceparent) = trace;
        Self {
            topic,
            key,
            id,
            kind,
            sequence,
            occurred_at,
            organiser_id,
            correlation_id,
            traceparent,
            replayed: false,
            body,
        }
    }

    /// The document of its topic: the JSON form of the value.
    pub fn to_document(&self) -> Value {
        let document = match &self.body {
            Body::Booking(event) => serde_json::to_value(event),
            Body::Slot(state) => serde_json::to_value(state),
            Body::Delivery(event) => serde_json::to_value(event),
        };
        // Strings, numbers, lists and structs: there is nothing in them that JSON has no form for.
        document.unwrap_or_else(|error| unreachable!("an event has a form in JSON: {error}"))
    }

    /// What goes out in the place of an event that can't go out as it is: the same id, type and sequence, and nothing
    /// that is not needed. `document` is the event, which may be malformed in anything that a placeholder leaves out.
    pub fn placeholder(topic: Topic, document: &Value, cause: &str, detail: &str) -> Result<Self, Malformed> {
        let mut kept: Map<String, Value> = document.as_object().cloned().unwrap_or_default();
        let parked =
            Parked { cause: cause.to_owned(), detail: detail.chars().take(LONGEST_DETAIL).collect() };
        for left_out in ["booking", "change", "slot", "delivery"] {
            kept.insert(left_out.to_owned(), Value::Null);
        }
        let parked = serde_json::to_value(parked).map_err(|source| Malformed { topic, source })?;
        kept.insert("parked".to_owned(), parked);
        Self::from_document(topic, Value::Object(kept))
    }
}

/// Of the detail of a placeholder, in characters: it is the events that are too large that have one.
const LONGEST_DETAIL: usize = 1_000;

fn read<T: DeserializeOwned>(topic: Topic, document: Value) -> Result<Box<T>, Malformed> {
    serde_json::from_value(document).map_err(|source| Malformed { topic, source })
}
