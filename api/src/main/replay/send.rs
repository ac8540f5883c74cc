//! One operation of the sequence as one mutation.

use serde::Deserialize;
use serde_json::json;

use super::{error::ReplayError, journal::Answer, plan::Plan, setup::CURRENCY};
use crate::client::{Client, CommandError};

/// A test method that every gateway accepts.
const PAYMENT_METHOD: &str = "pm_card_visa";

const CREATE_BOOKING: &str = "mutation CreateBooking($input: CreateBookingInput!) {
  payload: createBooking(input: $input) {
    subject: booking { id }
    userErrors { code message path retryable retryAfterMs }
    replayed
  }
}";

const CANCEL_BOOKING: &str = "mutation CancelBooking($input: CancelBookingInput!) {
  payload: cancelBooking(input: $input) {
    subject: booking { status }
    userErrors { code message path retryable retryAfterMs }
    replayed
  }
}";

/// Sends the operations of one run.
pub(super) struct Sender<'run> {
    /// With the organiser's token.
    pub(super) client: &'run Client,
    /// What is played.
    pub(super) plan: &'run Plan,
    /// Part of every key.
    pub(super) run: &'run str,
    /// The slots' ids, by night of the plan.
    pub(super) slot_ids: &'run [String],
}

impl Sender<'_> {
    /// Books a stay at its row's rate, on behalf of the row's guest.
    pub(super) async fn create(&self, stay: usize) -> Result<Answer, ReplayError> {
        #[derive(Deserialize)]
        struct Booking {
            id: String,
        }
        let euro =
            CURRENCY.parse().map_err(|_| ReplayError::Contradiction(format!("no currency {CURRENCY}")))?;
        let booked = &self.plan.stays[stay];
        let price = crate::client::MoneyText::from(db::Money::new(booked.night_cents, euro));
        let lines: Vec<_> = self.slot_ids[self.plan.nights_of[stay].clone()]
            .iter()
            .map(|slot| {
                json!({ "slotId": slot, "quantity": 1, "ratePlan": booked.rate_plan.code(), "unitPrice": price })
            })
            .collect();
        let mut input = json!({
            "idempotencyKey": format!("{}:{}:create", self.run, booked.row),
            "customerId": format!("guest-{}", booked.row),
            "lines": lines,
        });
        if booked.total_cents() > 0 {
            input["paymentMethod"] = PAYMENT_METHOD.into();
        }
        match self.client.command::<Booking>(CREATE_BOOKING, input).await {
            Ok(done) => Ok(Answer::Accepted(done.subject.id)),
            Err(CommandError::Refused(refusal)) if refusal.code == "SOLD_OUT" => Ok(Answer::Refused),
            Err(error) => Err(ReplayError::command(format!("booking {}", self.plan.place(stay)))(error)),
        }
    }

    /// Cancels a stay that was booked, as the organiser.
    pub(super) async fn cancel(&self, stay: usize, booking: &str) -> Result<Answer, ReplayError> {
        #[derive(Deserialize)]
        struct Booking {
            status: String,
        }
        let row = self.plan.stays[stay].row;
        let input = json!({ "idempotencyKey": format!("{}:{row}:cancel", self.run), "bookingId": booking });
        let done = self
            .client
            .command::<Booking>(CANCEL_BOOKING, input)
            .await
            .map_err(ReplayError::command(format!("cancelling {}", self.plan.place(stay))))?;
        // Others are waiting for its places: they must be free by now.
        if done.subject.status != "CANCELLED" {
            return Err(ReplayError::Contradiction(format!(
                "it cancelled {}, and shows it as {}",
                self.plan.place(stay),
                done.subject.status
            )));
        }
        Ok(Answer::Cancelled)
    }
}
