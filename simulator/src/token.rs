//! What the token of a payment method asks for. Tokens are named as Stripe names its test methods.

use crate::call::Kind;

/// The trouble that a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// Everything is done.
    Plain,
    /// The authorization is declined, with this code.
    Declined(&'static str),
    CaptureDeclined,
    Slow,
    TimeoutBefore,
    TimeoutAfter,
    LostAlways,
    ServerErrorOnce,
    ServerErrorAlways,
    RateLimited,
    Error500,
    Error500Once,
    Error500AfterCharge,
    WebhookStorm,
}

impl Token {
    pub(crate) fn of(payment_method: &str) -> Self {
        match payment_method {
            "pm_card_visa" | "pm_card_mastercard" | "pm_card_amex" => Self::Plain,
            "pm_card_chargeDeclined" => Self::Declined("card_declined"),
            "pm_card_chargeDeclinedInsufficientFunds" => Self::Declined("insufficient_funds"),
            "pm_card_chargeDeclinedExpiredCard" => Self::Declined("expired_card"),
            "pm_sim_captureDeclined" => Self::CaptureDeclined,
            "pm_sim_slow" => Self::Slow,
            "pm_sim_timeoutBeforeCharge" => Self::TimeoutBefore,
            "pm_sim_timeoutAfterCharge" => Self::TimeoutAfter,
            "pm_sim_lostAlways" => Self::LostAlways,
            "pm_sim_serverErrorOnce" => Self::ServerErrorOnce,
            "pm_sim_serverErrorAlways" => Self::ServerErrorAlways,
            "pm_sim_rateLimited" => Self::RateLimited,
            "pm_sim_error500" => Self::Error500,
            "pm_sim_error500Once" => Self::Error500Once,
            "pm_sim_error500AfterCharge" => Self::Error500AfterCharge,
            "pm_sim_webhookStorm" => Self::WebhookStorm,
            other if other.starts_with("pm_sim_") => Self::Plain,
            _ => Self::Declined("no_such_payment_method"),
        }
    }

    /// Why the token alone has an operation refused.
    pub(crate) fn declines(self, kind: Kind) -> Option<&'static str> {
        match (self, kind) {
            (Self::Declined(code), Kind::Authorize) => Some(code),
            (Self::CaptureDeclined, Kind::Capture) => Some("capture_declined"),
            _ => None,
        }
    }
}
