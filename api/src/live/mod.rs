//! How subscriptions hear of changes: by asking, and sooner by a hint.
//!
//! What a hint says is never believed, only looked up: a lost hint costs at
//! most one interval, and changes made by other processes are found all the same.

mod bookings;
mod hints;

pub(crate) use self::bookings::Watch;
pub use self::{bookings::LiveBookings, hints::Hints};
