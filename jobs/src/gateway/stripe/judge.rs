//! What the state of an intent or a refund says of an operation.
//! <https://docs.stripe.com/payments/paymentintents/lifecycle>

use chrono::{DateTime, TimeDelta, Utc};
use db::OperationKind;

use super::{
    super::{Answer, Done, Finding, Operation},
    wire::{Intent, Refund},
};

/// How long an authorization stands where Stripe does not say; cards have 7 days or less, and then the charge says so.
const AUTHORIZATION_DAYS: i64 = 7;

/// What the intent says that answered the operation itself.
pub(super) fn told(operation: &Operation, intent: &Intent) -> Answer {
    match found(operation, intent) {
        Finding::Done(done) => Answer::Done(done),
        Finding::Declined(code) => Answer::Declined(code),
        Finding::Unknown(reason) => Answer::Unknown(reason),
        Finding::Absent | Finding::NotDone(_) => Answer::Unknown(standing(intent)),
    }
}

/// What the intent says of an operation that it may have seen.
pub(super) fn found(operation: &Operation, intent: &Intent) -> Finding {
    let declined = |code: &str| Finding::Declined(code.to_owned());
    let last_error = || intent.last_payment_error.as_ref().map(super::wire::ApiError::code);
    match (operation.kind, intent.status.as_str()) {
        (OperationKind::Authorize, "requires_capture" | "succeeded") => {
            Finding::Done(Done { reference: intent.id.clone(), expires_at: expires_at(intent) })
        }
        (OperationKind::Authorize, "requires_action") => declined("authentication_required"),
        (OperationKind::Authorize, "requires_payment_method") => {
            Finding::Declined(last_error().unwrap_or_else(|| "card_declined".to_owned()))
        }
        (OperationKind::Authorize, "canceled") => {
            Finding::Declined(last_error().unwrap_or_else(|| "authorization_canceled".to_owned()))
        }
        (OperationKind::Capture, "succeeded") => captured(operation, intent),
        (OperationKind::Capture, "canceled") => declined("authorization_lapsed"),
        (OperationKind::Void, "canceled") => done(intent),
        (OperationKind::Void, "succeeded") => declined("already_captured"),
        (OperationKind::Capture | OperationKind::Void, "requires_capture") => Finding::Absent,
        _ => Finding::Unknown(standing(intent)),
    }
}

/// What a refund says of itself.
pub(super) fn refund(refund: &Refund) -> Finding {
    match refund.status.as_str() {
        // A pending one is on its way; should it fail after all, a webhook says so.
        "succeeded" | "pending" | "requires_action" => {
            Finding::Done(Done { reference: refund.id.clone(), expires_at: None })
        }
        "failed" | "canceled" => {
            Finding::Declined(refund.failure_reason.clone().unwrap_or_else(|| "refund_failed".to_owned()))
        }
        status => Finding::Unknown(format!("the refund is {status}")),
    }
}

/// Only this one call captures; another amount was captured by hand, and that is for a person to look at.
fn captured(operation: &Operation, intent: &Intent) -> Finding {
    match intent.amount_received {
        Some(received) if received != operation.amount_minor => {
            Finding::Unknown(format!("{received} was captured in the place of {}", operation.amount_minor))
        }
        _ => done(intent),
    }
}

fn done(intent: &Intent) -> Finding {
    Finding::Done(Done { reference: intent.id.clone(), expires_at: None })
}

fn standing(intent: &Intent) -> String {
    format!("the intent stands at {}", intent.status)
}

fn expires_at(intent: &Intent) -> Option<DateTime<Utc>> {
    match intent.capture_before() {
        Some(seconds) => DateTime::from_timestamp(seconds, 0),
        None => DateTime::from_timestamp(intent.created, 0)
            .map(|created| created + TimeDelta::days(AUTHORIZATION_DAYS)),
    }
}
