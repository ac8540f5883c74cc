//! Tells customers and organisers what became of their bookings. It reads events, and never stands in the way of a booking.

pub mod channel;
mod report;
mod send;
mod template;

pub use send::{Retries, SendSettings, SendSettingsError, send};
pub use template::{Language, Links};
