//! The topics, and which events go where.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A topic of ours. Its full name is the prefix of the installation and [`Topic::name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Topic {
    /// Everything about a booking, its payments included; the key is the booking's id.
    Booking,
    /// The states of slots; the key is the slot's id.
    Inventory,
    /// What became of notifications; the key is the delivery's id.
    Notification,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Booking, Self::Inventory, Self::Notification];

    /// Its name behind the prefix. The number at its end counts incompatible forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Booking => "booking.v1",
            Self::Inventory => "inventory.v1",
            Self::Notification => "notification.v1",
        }
    }

    /// Its full name, such as `holdfast.booking.v1`.
    pub fn full_name(self, prefix: &str) -> String {
        format!("{prefix}.{}", self.name())
    }
}

/// Where the notifications put events that they could not plan for, to try again; behind the prefix.
pub const NOTIFY_RETRY: &str = "notify.retry.v1";
/// Where they put those that they gave up; behind the prefix.
pub const NOTIFY_DEAD: &str = "notify.dead.v1";

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
