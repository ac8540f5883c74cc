//! Mutations of operators. Each is written down in the audit log, whatever comes of it.

use async_graphql::{Context, Object};
use db::{DeadLetterId, SagaId, SetGatewayPause, SetQueuePause, Writer};

use super::{
    checks::Problems,
    operate_inputs::{
        CancelSagaInput, DeadLettersPayload, GatewayPauseInput, GatewayPayload, PauseQueueInput,
        QueuePayload, RedriveDeadLettersInput, ResolveDeadLettersInput, ResumeQueueInput, RetrySagaInput,
        SagaPayload, SetGatewayRoutingInput,
    },
    submit::submit,
};
use crate::graphql::{
    context::Access as _,
    errors::Result,
    operate::{DeadLetter, PaymentGateway, Queue, Saga},
    writers::Named,
};

/// Mutations of operators.
pub(crate) struct OperatorMutation;

#[Object]
impl OperatorMutation {
    /// Makes a saga go on at once: its pause is over, or, when it is dead, the step that failed is tried again under a new
    /// key. For operators.
    async fn retry_saga(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which saga.")] input: RetrySagaInput,
    ) -> Result<SagaPayload> {
        ctx.request().operator()?;
        let key = input.idempotency_key.clone();
        let write = input.into_write()?;
        let saga = write.saga_id;
        write_saga(ctx, &ctx.services().writers.operate.retry, key, write, saga).await
    }

    /// Turns a saga round: the booking is cancelled, or the change given up, and all that was taken is given back. What is
    /// under way at the gateway ends first. `INVALID_STATE` where that is not safe. For operators.
    async fn cancel_saga(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which saga.")] input: CancelSagaInput,
    ) -> Result<SagaPayload> {
        ctx.request().operator()?;
        let key = input.idempotency_key.clone();
        let write = input.into_write()?;
        let saga = write.saga_id;
        write_saga(ctx, &ctx.services().writers.operate.cancel, key, write, saga).await
    }

    /// Tries again what stands in the inbox, by filter. A case is driven once, however often this is asked; if it fails
    /// again there is a new one. For operators.
    async fn redrive_dead_letters(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which cases.")] input: RedriveDeadLettersInput,
    ) -> Result<DeadLettersPayload> {
        ctx.request().operator()?;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write(&mut problems)?;
        write_cases(ctx, &ctx.services().writers.operate.redrive, key, write, problems).await
    }

    /// Closes cases that somebody has seen to outside of the system, with a note that says how. For operators.
    async fn resolve_dead_letters(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which cases, and how.")] input: ResolveDeadLettersInput,
    ) -> Result<DeadLettersPayload> {
        ctx.request().operator()?;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write(&mut problems)?;
        write_cases(ctx, &ctx.services().writers.operate.resolve, key, write, problems).await
    }

    /// Pauses a queue: what waits on it stays there, steps under way are finished. For operators.
    async fn pause_queue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which queue, and why.")] input: PauseQueueInput,
    ) -> Result<QueuePayload> {
        ctx.request().operator()?;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write(&mut problems);
        write_queue(ctx, key, write, problems).await
    }

    /// Lets a paused queue go on. For operators.
    async fn resume_queue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which queue.")] input: ResumeQueueInput,
    ) -> Result<QueuePayload> {
        ctx.request().operator()?;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write(&mut problems);
        write_queue(ctx, key, write, problems).await
    }

    /// Pauses a payment gateway: nothing is asked of it. What only it can do waits, new payments go to others, and with no
    /// other, bookings that pay at once are refused as `PAYMENT_UNAVAILABLE`. For operators.
    async fn pause_gateway(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which gateway.")] input: GatewayPauseInput,
    ) -> Result<GatewayPayload> {
        pause(ctx, input, true).await
    }

    /// Lets a paused payment gateway go on. For operators.
    async fn resume_gateway(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which gateway.")] input: GatewayPauseInput,
    ) -> Result<GatewayPayload> {
        pause(ctx, input, false).await
    }

    /// Sets a gateway's share of new payments, and what it takes. What it has begun it finishes. For operators.
    async fn set_gateway_routing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is to get.")] input: SetGatewayRoutingInput,
    ) -> Result<GatewayPayload> {
        ctx.request().operator()?;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write(&mut problems);
        let code = write.gateway.clone();
        write_gateway(ctx, &ctx.services().writers.operate.routing, key, write, code, problems).await
    }
}

async fn pause(ctx: &Context<'_>, input: GatewayPauseInput, is_paused: bool) -> Result<GatewayPayload> {
    ctx.request().operator()?;
    let mut problems = Problems::default();
    let key = input.idempotency_key.clone();
    problems.key(&key);
    let write: SetGatewayPause = input.into_write(is_paused, &mut problems);
    let code = write.gateway.clone();
    write_gateway(ctx, &ctx.services().writers.operate.gateway_pause, key, write, code, problems).await
}

/// Writes a command about a saga, and shows the saga as it is then.
async fn write_saga<W: Named>(
    ctx: &Context<'_>,
    writer: &Writer<W>,
    key: String,
    write: W,
    saga: SagaId,
) -> Result<SagaPayload> {
    let mut problems = Problems::default();
    problems.key(&key);
    if !problems.is_empty() {
        return Ok(SagaPayload { saga: None, user_errors: problems.into_errors(), replayed: false });
    }
    let verdict = submit(ctx, writer, key, write).await?;
    let saga = Saga::load(ctx, saga).await?;
    Ok(SagaPayload { saga, user_errors: verdict.user_errors, replayed: verdict.outcome.replayed })
}

/// Writes a command about cases, and shows those for which it was done.
async fn write_cases<W: Named>(
    ctx: &Context<'_>,
    writer: &Writer<W>,
    key: String,
    write: W,
    problems: Problems,
) -> Result<DeadLettersPayload> {
    if !problems.is_empty() {
        let user_errors = problems.into_errors();
        return Ok(DeadLettersPayload { dead_letters: Vec::new(), user_errors, replayed: false });
    }
    let verdict = submit(ctx, writer, key, write).await?;
    let ids = verdict.outcome.ids.iter().map(|id| DeadLetterId(*id)).collect();
    let dead_letters = DeadLetter::load_all(ctx, ids).await?;
    let replayed = verdict.outcome.replayed;
    Ok(DeadLettersPayload { dead_letters, user_errors: verdict.user_errors, replayed })
}

/// Writes a command about a queue, and shows the queue as it is then.
async fn write_queue(
    ctx: &Context<'_>,
    key: String,
    write: SetQueuePause,
    problems: Problems,
) -> Result<QueuePayload> {
    if !problems.is_empty() {
        return Ok(QueuePayload { queue: None, user_errors: problems.into_errors(), replayed: false });
    }
    let name = write.queue.clone();
    let verdict = submit(ctx, &ctx.services().writers.operate.queue_pause, key, write).await?;
    let queues = ctx.db().queues().await.map_err(|error| ctx.request().failed(&error))?;
    let queue = queues.into_iter().map(Queue::from).find(|queue| queue.name == name);
    Ok(QueuePayload { queue, user_errors: verdict.user_errors, replayed: verdict.outcome.replayed })
}

/// Writes a command about a gateway, and shows the gateway as it is then.
async fn write_gateway<W: Named>(
    ctx: &Context<'_>,
    writer: &Writer<W>,
    key: String,
    write: W,
    code: String,
    problems: Problems,
) -> Result<GatewayPayload> {
    if !problems.is_empty() {
        return Ok(GatewayPayload { gateway: None, user_errors: problems.into_errors(), replayed: false });
    }
    let verdict = submit(ctx, writer, key, write).await?;
    let gateways = ctx.db().gateways().await.map_err(|error| ctx.request().failed(&error))?;
    let gateway = gateways.into_iter().map(PaymentGateway::from).find(|gateway| gateway.code == code);
    Ok(GatewayPayload { gateway, user_errors: verdict.user_errors, replayed: verdict.outcome.replayed })
}
