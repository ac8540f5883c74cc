//! What a replay ends with.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The figures of one replay, under the names of its JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::process) struct Figures {
    pub(in crate::process) rows: u64,
    pub(in crate::process) skipped_zero_night: u64,
    pub(in crate::process) capacity: BTreeMap<String, u32>,
    pub(in crate::process) accepted: u64,
    pub(in crate::process) free: u64,
    pub(in crate::process) refused_sold_out: u64,
    pub(in crate::process) cancelled: u64,
    pub(in crate::process) room_nights_held_at_end: u64,
    pub(in crate::process) captured_minor: i64,
    pub(in crate::process) refunded_minor: i64,
}

impl Figures {
    /// Bookings that stand at the end.
    pub(in crate::process) fn confirmed_at_end(&self) -> u64 {
        self.accepted - self.cancelled
    }

    /// Things that the client asks for: bookings, and cancellations of those that were accepted.
    pub(in crate::process) fn operations(&self) -> u64 {
        self.accepted + self.refused_sold_out + self.cancelled
    }

    /// What `holdfast replay --json` has to write, the seconds aside.
    pub(in crate::process) fn json(&self) -> Value {
        json!({
            "rows": self.rows,
            "skipped_zero_night": self.skipped_zero_night,
            "capacity": self.capacity,
            "accepted": self.accepted,
            "free": self.free,
            "refused_sold_out": self.refused_sold_out,
            "cancelled": self.cancelled,
            "confirmed_at_end": self.confirmed_at_end(),
            "room_nights_held_at_end": self.room_nights_held_at_end,
            "captured_minor": self.captured_minor,
            "refunded_minor": self.refunded_minor,
            "invariants_violated": 0,
        })
    }
}
