//! The contract with the outside: what Holdfast tells the world, in which form, and how it gets to Kafka.
//!
//! - [`Event`] and what it says, [`BookingEvent`], [`SlotState`], [`DeliveryEvent`]
//! - [`Codec`]: the envelope and the form of values; the schemas are in `schemas/`
//! - [`Kafka`]: where the broker is; [`Publisher`] sends, [`Subscriber`] reads

mod body;
mod codec;
mod envelope;
mod event;
mod kafka;
mod topic;

pub use body::{
    Actor, Booking, BookingEvent, Change, Delivery, DeliveryEvent, Line, Money, Parked, Payment, Recipient,
    Seat, Slot, SlotState,
};
pub use codec::{Codec, DecodeError, EncodeError, Encoded, Format, Misfit, RegistryError, schema_of};
pub use envelope::{Headers, REPLAYED, header};
pub use event::{Body, Event, Malformed};
pub use kafka::{
    Credentials, GroupSettings, Handler, Kafka, KafkaError, PublishError, Publisher, Record, Sasl,
    Subscriber, Tls, TopicReport, TopicSettings,
};
pub use topic::{NOTIFY_DEAD, NOTIFY_RETRY, Topic};
