//! What a customer can do something about: part of the payload, never a top-level error.

use async_graphql::{Enum, SimpleObject};
use db::{Refusal, RefusalCode};

use super::errors::RETRY_AFTER_MS;
use crate::gate::TurnedBack;

/// A gateway that is away is asked again after a few seconds.
const GATEWAY_AFTER_MS: i32 = 2_000;

/// Which rule refused a mutation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum UserErrorCode {
    /// Fewer places are free than were asked for; some may come back.
    SoldOut,
    /// The hold ended before this could be done: book again.
    HoldExpired,
    /// The row has moved on from `expectedVersion`: look at it again and decide anew.
    StaleVersion,
    /// The idempotency key was used before, with another input or for another mutation.
    IdempotencyKeyReused,
    /// A request with the same idempotency key is still being worked on: send it again.
    IdempotencyKeyInUse,
    /// The slot is past, not yet on sale, or closed.
    SalesClosed,
    /// The quantity is zero, negative or beyond what one line may ask for.
    InvalidQuantity,
    /// The amount is no amount, negative, too precise for its currency, or beyond what a booking may cost.
    InvalidPrice,
    /// There is no such currency, it is not the listing's, or the lines are of several.
    CurrencyMismatch,
    /// Many others want the same places right now: send it again, it is likely to work.
    Contended,
    /// No such thing, or none that you may know of.
    NotFound,
    /// The booking's state does not allow this.
    InvalidState,
    /// Places already sold would not fit the new capacity.
    CapacityBelowSold,
    /// The slot has not begun yet.
    TooEarly,
    /// You would hold more places than the listing lets one customer hold.
    LimitPerCustomer,
    /// A change of the booking waits for its extra charge: send this again when `pendingChange` is null.
    ChangeInProgress,
    /// The hold was extended as often as the listing allows.
    ExtensionsUsedUp,
    /// Nobody needs to wait: enough places are free. Book them.
    PlacesFree,
    /// You wait for this slot already.
    AlreadyWaiting,
    /// A chosen seat is held or sold: choose another.
    SeatTaken,
    /// The change costs more: send it with a `paymentMethod`.
    PaymentMethodRequired,
    /// Payments can't be taken just now, and nothing was booked or charged: send it again in a while.
    PaymentUnavailable,
    /// More is to be given back than was paid and not given back yet.
    AmountTooLarge,
    /// The input contradicts itself or breaks a rule of the field named by `path`.
    InvalidInput,
}

impl UserErrorCode {
    /// The public code of a refusal; none for what is no matter of the customer's.
    pub(crate) fn of(code: RefusalCode) -> Option<Self> {
        Some(match code {
            RefusalCode::SoldOut => Self::SoldOut,
            RefusalCode::HoldExpired => Self::HoldExpired,
            RefusalCode::StaleVersion => Self::StaleVersion,
            RefusalCode::IdempotencyKeyReused => Self::IdempotencyKeyReused,
            RefusalCode::IdempotencyKeyInUse => Self::IdempotencyKeyInUse,
            RefusalCode::SalesClosed => Self::SalesClosed,
            RefusalCode::InvalidQuantity => Self::InvalidQuantity,
            RefusalCode::InvalidPrice => Self::InvalidPrice,
            RefusalCode::CurrencyMismatch => Self::CurrencyMismatch,
            RefusalCode::Contended => Self::Contended,
            RefusalCode::NotFound => Self::NotFound,
            RefusalCode::InvalidState => Self::InvalidState,
            RefusalCode::CapacityBelowSold => Self::CapacityBelowSold,
            RefusalCode::TooEarly => Self::TooEarly,
            RefusalCode::LimitPerCustomer => Self::LimitPerCustomer,
            RefusalCode::ChangeInProgress => Self::ChangeInProgress,
            RefusalCode::ExtensionsUsedUp => Self::ExtensionsUsedUp,
            RefusalCode::PlacesFree => Self::PlacesFree,
            RefusalCode::AlreadyWaiting => Self::AlreadyWaiting,
            RefusalCode::SeatTaken => Self::SeatTaken,
            RefusalCode::PaymentMethodRequired => Self::PaymentMethodRequired,
            RefusalCode::PaymentUnavailable => Self::PaymentUnavailable,
            RefusalCode::AmountTooLarge => Self::AmountTooLarge,
            RefusalCode::InvalidInput => Self::InvalidInput,
            RefusalCode::NotAllowed => return None,
        })
    }
}

/// Why a mutation did nothing, in words and as a code.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub(crate) struct UserError {
    /// Which rule refused it.
    pub(crate) code: UserErrorCode,
    /// One sentence in English for people. Translate by `code`, not by this.
    pub(crate) message: String,
    /// The part of `input` it is about, from its root: `["lines", "0", "quantity"]`. Empty when it is about all of it.
    pub(crate) path: Vec<String>,
    /// Whether the same mutation, with the same idempotency key, may succeed later.
    pub(crate) retryable: bool,
    /// After how many milliseconds to send it again. Null when nobody can say, or when it is of no use.
    pub(crate) retry_after_ms: Option<i32>,
}

impl UserError {
    /// A mistake in the input, found before anything was sent to the database.
    pub(crate) fn input(code: UserErrorCode, message: String, path: Vec<String>) -> Self {
        Self { code, message, path, retryable: false, retry_after_ms: None }
    }

    /// The line of a booking that was refused for want of places.
    pub(crate) fn sold_out_line(&self) -> Option<usize> {
        match (self.code, self.path.as_slice()) {
            (UserErrorCode::SoldOut, [lines, line, ..]) if lines == "lines" => line.parse().ok(),
            _ => None,
        }
    }

    /// A refusal of the database.
    pub(crate) fn of(code: UserErrorCode, refusal: Refusal) -> Self {
        let retryable = refusal.retryable();
        let retry_after_ms = match code {
            UserErrorCode::Contended
            | UserErrorCode::IdempotencyKeyInUse
            | UserErrorCode::ChangeInProgress => Some(RETRY_AFTER_MS),
            UserErrorCode::PaymentUnavailable => Some(GATEWAY_AFTER_MS),
            // Nobody knows when a sold-out place comes back.
            _ => None,
        };
        Self { code, retryable, retry_after_ms, message: refusal.message, path: refusal.path }
    }
}

/// The gate answers as the database would, and says when the database will be asked again.
impl From<TurnedBack> for UserError {
    fn from(turned_back: TurnedBack) -> Self {
        let (code, message, path, wait) = match turned_back {
            TurnedBack::SoldOut { line, again } => {
                let path = ["lines".to_owned(), line.to_string(), "slotId".to_owned()];
                let wait = i32::try_from(again.as_millis()).unwrap_or(i32::MAX).max(1);
                (UserErrorCode::SoldOut, "Fewer places are free than were asked for.", path.to_vec(), wait)
            }
            TurnedBack::Contended => {
                let message = "Many others want the same places right now.";
                (UserErrorCode::Contended, message, Vec::new(), RETRY_AFTER_MS)
            }
        };
        Self { code, message: message.to_owned(), path, retryable: true, retry_after_ms: Some(wait) }
    }
}
