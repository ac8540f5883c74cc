//! Mutations of bookings.

use async_graphql::{Context, Object};
use db::{BookingId, CancelBooking, RescheduleBooking, Writer};

use super::{
    booking_inputs::{
        BookingPayload, CancelBookingInput, CompleteBookingInput, CreateBookingInput, ExtendHoldInput,
        PayBookingInput,
    },
    change_inputs::{RefundBookingInput, RescheduleBookingInput},
    checks::Problems,
    submit::submit,
};
use crate::graphql::{
    booking::Booking, context::Access as _, errors::Result, user_error::UserError, writers::Named,
};

/// Mutations of bookings.
pub(crate) struct BookingMutation;

#[Object]
impl BookingMutation {
    /// Books one or many lines, all or nothing: the places are held at once. Needs a token.
    async fn create_booking(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to book.")] input: CreateBookingInput,
    ) -> Result<BookingPayload> {
        let actor = ctx.request().actor()?;
        let (key, mut problems) = begin(&input.idempotency_key);
        let write = input.into_write(actor, &mut problems)?;
        if !problems.is_empty() {
            return Ok(BookingPayload::refused(problems.into_errors()));
        }
        let (services, lines) = (ctx.services(), write.lines.clone());
        let pass = match services.gate.pass(actor, &key, &lines).await {
            Ok(pass) => pass,
            Err(turned_back) => return Ok(BookingPayload::refused(vec![turned_back.into()])),
        };
        let payload = write_booking(ctx, &services.writers.create, key, write, problems).await?;
        if let Some(line) = payload.user_errors.iter().find_map(UserError::sold_out_line) {
            services.gate.was_sold_out(&pass, &lines, line).await;
        }
        Ok(payload)
    }

    /// Pays a booking that waits for a payment method, at most three times. Follow `bookingChanged` for what comes of it.
    async fn pay_booking(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which booking, and with what.")] input: PayBookingInput,
    ) -> Result<BookingPayload> {
        ctx.request().actor()?;
        let (key, mut problems) = begin(&input.idempotency_key);
        let write = input.into_write(&mut problems)?;
        write_booking(ctx, &ctx.services().writers.pay, key, write, problems).await
    }

    /// Lets a hold end later: `holdSeconds` of its listing from now. How often is up to the listing.
    async fn extend_hold(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which hold.")] input: ExtendHoldInput,
    ) -> Result<BookingPayload> {
        ctx.request().actor()?;
        let (key, problems) = begin(&input.idempotency_key);
        let write = input.into_write()?;
        write_booking(ctx, &ctx.services().writers.extend, key, write, problems).await
    }

    /// Changes what a confirmed booking is for. The new places are taken before the old ones are let go of; what it
    /// has already is kept. A difference in price is charged, or given back as far as the policy allows.
    async fn reschedule_booking(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which booking, and what it shall be for.")] input: RescheduleBookingInput,
    ) -> Result<BookingPayload> {
        let actor = ctx.request().actor()?;
        let (key, mut problems) = begin(&input.idempotency_key);
        let write = input.into_write(actor, &mut problems)?;
        write_booking(ctx, &ctx.services().writers.reschedule, key, write, problems).await
    }

    /// Gives money back beyond what the policy does; the booking stays as it is. For operators.
    async fn refund_booking(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which booking, and how much.")] input: RefundBookingInput,
    ) -> Result<BookingPayload> {
        ctx.request().operator()?;
        let (key, mut problems) = begin(&input.idempotency_key);
        let write = input.into_write(&mut problems)?;
        write_booking(ctx, &ctx.services().writers.refund, key, write, problems).await
    }

    /// Cancels a booking, or a part of it: the places are free at once, and what the policy gives back follows (see
    /// `refundQuote`).
    async fn cancel_booking(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which booking, and why.")] input: CancelBookingInput,
    ) -> Result<BookingPayload> {
        ctx.request().actor()?;
        let (key, mut problems) = begin(&input.idempotency_key);
        let write = input.into_write(&mut problems)?;
        write_booking(ctx, &ctx.services().writers.cancel, key, write, problems).await
    }

    /// Completes a booking whose first slot has begun. For its organiser and for operators.
    async fn complete_booking(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which booking, and whether the customer came.")] input: CompleteBookingInput,
    ) -> Result<BookingPayload> {
        ctx.request().seller()?;
        let (key, problems) = begin(&input.idempotency_key);
        let write = input.into_write()?;
        write_booking(ctx, &ctx.services().writers.complete, key, write, problems).await
    }
}

fn begin(key: &str) -> (String, Problems) {
    let mut problems = Problems::default();
    problems.key(key);
    (key.to_owned(), problems)
}

/// Writes what has no problems, and shows the booking as it is then.
async fn write_booking<W: Named>(
    ctx: &Context<'_>,
    writer: &Writer<W>,
    key: String,
    write: W,
    problems: Problems,
) -> Result<BookingPayload> {
    if !problems.is_empty() {
        return Ok(BookingPayload::refused(problems.into_errors()));
    }
    let verdict = submit(ctx, writer, key, write).await?;
    let id = verdict.outcome.id.map(BookingId);
    if verdict.user_errors.is_empty() && [CancelBooking::NAME, RescheduleBooking::NAME].contains(&W::NAME) {
        ctx.services().gate.all_changed();
    }
    let booking = match id {
        Some(id) => Booking::written(ctx, id).await?,
        None if verdict.user_errors.is_empty() => {
            return Err(ctx.request().impossible("a booking that was written and has no id"));
        }
        None => None,
    };
    Ok(BookingPayload { booking, user_errors: verdict.user_errors, replayed: verdict.outcome.replayed })
}
