//! What operators read.

use async_graphql::{Context, Object};

use super::{
    audit::AuditConnection,
    dead_letter::{DeadLetterConnection, DeadLetterFilter},
    gateway::PaymentGateway,
    invariants::InvariantCheck,
    queue::Queue,
    reconciliation::{ReconciliationConnection, ReconciliationVerdict},
    saga::{SagaConnection, SagaFilter},
    webhook::{WebhookConnection, WebhookState},
};
use crate::graphql::{connection::Window, context::Access as _, errors::Result, text};

/// What operators read.
pub(crate) struct OperatorReads;

#[Object]
impl OperatorReads {
    /// Every promise that is checked in SQL, with what breaks it now. For operators.
    async fn invariants(&self, ctx: &Context<'_>) -> Result<Vec<InvariantCheck>> {
        let request = ctx.request();
        request.operator()?;
        let checks = ctx.db().invariants_soon().await.map_err(|error| request.failed(&error))?;
        Ok(checks.into_iter().map(InvariantCheck::from).collect())
    }

    /// Sagas of all organisers, newest first, each with its history. For operators.
    async fn sagas(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones. All of them unless told.")] filter: Option<SagaFilter>,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
    ) -> Result<SagaConnection> {
        let request = ctx.request();
        request.operator()?;
        let window = Window::new(first, after.as_deref())?;
        let filter = filter.unwrap_or_default().read()?;
        let page = ctx.db().saga_page(&filter, window.first, window.after.as_ref()).await;
        Ok(SagaConnection::new(page.map_err(|error| request.failed(&error))?, &window))
    }

    /// The operators' inbox, newest first: what can't go on by itself, why, and what can safely be done about it. For
    /// operators.
    async fn dead_letters(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones. All of them, closed ones included, unless told.")] filter: Option<
            DeadLetterFilter,
        >,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
    ) -> Result<DeadLetterConnection> {
        let request = ctx.request();
        request.operator()?;
        let window = Window::new(first, after.as_deref())?;
        let filter = filter.unwrap_or_default().read()?;
        let page = ctx.db().dead_letter_page(&filter, window.first, window.after.as_ref()).await;
        Ok(DeadLetterConnection::new(page.map_err(|error| request.failed(&error))?, &window))
    }

    /// Every queue that workers read, and how much waits on it. For operators.
    async fn queues(&self, ctx: &Context<'_>) -> Result<Vec<Queue>> {
        let request = ctx.request();
        request.operator()?;
        let queues = ctx.db().queues().await.map_err(|error| request.failed(&error))?;
        Ok(queues.into_iter().map(Queue::from).collect())
    }

    /// Every payment gateway that a worker has registered, and how it does. For operators.
    async fn gateways(&self, ctx: &Context<'_>) -> Result<Vec<PaymentGateway>> {
        let request = ctx.request();
        request.operator()?;
        let gateways = ctx.db().gateways().await.map_err(|error| request.failed(&error))?;
        Ok(gateways.into_iter().map(PaymentGateway::from).collect())
    }

    /// What gateways told of their own accord in the last 30 days, newest first. For operators.
    async fn webhooks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those with which this was done.")] state: Option<WebhookState>,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
    ) -> Result<WebhookConnection> {
        let request = ctx.request();
        request.operator()?;
        let window = Window::new(first, after.as_deref())?;
        let state = state.map(Into::into);
        let page = ctx.db().webhook_page(state, window.first, window.after.as_ref()).await;
        Ok(WebhookConnection::new(page.map_err(|error| request.failed(&error))?, &window))
    }

    /// What the gateways' own lists and our books do not have alike, newest first, and what is done about it. Empty of
    /// open differences in a correct system. For operators.
    async fn reconciliation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of this gateway.")] gateway: Option<String>,
        #[graphql(desc = "Only those that compare so.")] verdict: Option<ReconciliationVerdict>,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
    ) -> Result<ReconciliationConnection> {
        let request = ctx.request();
        request.operator()?;
        let window = Window::new(first, after.as_deref())?;
        let gateway = text::optional("gateway", gateway)?;
        let filter = db::DifferenceFilter { gateway, verdict: verdict.map(Into::into) };
        let page = ctx.db().list_differences(&filter, window.first, window.after.as_ref()).await;
        Ok(ReconciliationConnection::new(page.map_err(|error| request.failed(&error))?, &window))
    }

    /// What operators did, newest first, and what was refused them. For operators.
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
    ) -> Result<AuditConnection> {
        let request = ctx.request();
        request.operator()?;
        let window = Window::new(first, after.as_deref())?;
        let page = ctx.db().audit_page(window.first, window.after.as_ref()).await;
        Ok(AuditConnection::new(page.map_err(|error| request.failed(&error))?, &window))
    }
}
