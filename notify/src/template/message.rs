//! The messages that customers get.

use crate::channel::Method;

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Message {
    /// The booking is confirmed.
    Confirmed,
    /// A payment was refused: it can be tried again, or the booking is lost.
    PaymentFailed,
    /// The places are kept for a minute more.
    HoldEnding,
    /// The booking is cancelled, by its customer or by somebody else.
    Cancelled,
    /// A place has become free for somebody who waits.
    WaitlistOffer,
    /// What was booked does not take place.
    SlotCancelled,
    /// The booking is for another time.
    Rescheduled,
}

impl Message {
    /// All of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::Confirmed,
        Self::PaymentFailed,
        Self::HoldEnding,
        Self::Cancelled,
        Self::WaitlistOffer,
        Self::SlotCancelled,
        Self::Rescheduled,
    ];

    /// The message of this code.
    pub(crate) fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|message| message.code() == code)
    }

    /// Its code in the database.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::PaymentFailed => "PAYMENT_FAILED",
            Self::HoldEnding => "HOLD_ENDING",
            Self::Cancelled => "CANCELLED",
            Self::WaitlistOffer => "WAITLIST_OFFER",
            Self::SlotCancelled => "SLOT_CANCELLED",
            Self::Rescheduled => "RESCHEDULED",
        }
    }

    /// What it does to a calendar; a cancellation takes out only what a confirmation has put in.
    pub(super) fn calendar_method(self, was_confirmed: bool) -> Option<Method> {
        match self {
            Self::Confirmed | Self::Rescheduled => Some(Method::Publish),
            Self::Cancelled | Self::SlotCancelled if was_confirmed => Some(Method::Cancel),
            _ => None,
        }
    }
}
