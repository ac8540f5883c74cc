//! What a write routine answers when it does not do what was asked.

use serde::{Deserialize, Serialize};

/// Why a command was refused: the codes that the routines of `sql/` give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefusalCode {
    /// Fewer places are free than were asked for; some may come back.
    SoldOut,
    /// The hold ended before this could be done.
    HoldExpired,
    /// The row has moved on from the version that the client expected.
    StaleVersion,
    /// The key was used before, with another payload or by another mutation.
    IdempotencyKeyReused,
    /// A twin with the same key is still being worked on.
    IdempotencyKeyInUse,
    /// The slot is past, not yet on sale, or closed.
    SalesClosed,
    /// The quantity is zero, negative or beyond what one line may ask for.
    InvalidQuantity,
    /// The price is negative or beyond what a booking may cost.
    InvalidPrice,
    /// The money is not in the listing's currency, or the lines are of several.
    CurrencyMismatch,
    /// Other buyers hold the rows; trying again soon is likely to work.
    Contended,
    /// No such row, or none that this actor may know of.
    NotFound,
    /// The booking's state does not allow this.
    InvalidState,
    /// Places already sold would not fit the new capacity.
    CapacityBelowSold,
    /// The slot has not begun yet.
    TooEarly,
    /// The customer would hold more places than the listing lets one customer hold.
    LimitPerCustomer,
    /// A change of the booking waits for its extra charge; nothing else can be changed until it is over.
    ChangeInProgress,
    /// The hold was extended as often as the listing allows.
    ExtensionsUsedUp,
    /// Nobody needs to wait: enough places are free.
    PlacesFree,
    /// The customer waits for this slot already.
    AlreadyWaiting,
    /// A chosen seat is held or sold.
    SeatTaken,
    /// The change costs more, and there is nothing to pay it with.
    PaymentMethodRequired,
    /// No payment gateway can be asked at the moment; nothing was taken.
    PaymentUnavailable,
    /// More is to be given back than was paid and not given back yet.
    AmountTooLarge,
    /// This actor may not do this at all.
    NotAllowed,
    /// What was asked contradicts itself or breaks a rule of the field.
    InvalidInput,
}

/// A refusal, as the client may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Which rule refused it.
    pub code: RefusalCode,
    /// One sentence for people, without internals.
    pub message: String,
    /// The part of the input it is about, from the input's root.
    #[serde(default)]
    pub path: Vec<String>,
}

impl Refusal {
    /// Whether the same command may succeed later; only these are not stored under their key.
    pub fn retryable(&self) -> bool {
        matches!(
            self.code,
            RefusalCode::SoldOut
                | RefusalCode::Contended
                | RefusalCode::IdempotencyKeyInUse
                | RefusalCode::ChangeInProgress
                | RefusalCode::PaymentUnavailable
        )
    }
}
