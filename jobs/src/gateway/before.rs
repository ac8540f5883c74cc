//! What stands before a gateway and is one itself: each says only what it does otherwise.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Answer, Finding, Operation, PaymentGateway, Statement, WebhookError, WebhookEvent};

/// Something before a gateway; whoever asks it asks the gateway through it.
#[async_trait]
pub trait Before: Debug + Send + Sync + 'static {
    /// What it stands before.
    fn gateway(&self) -> &dyn PaymentGateway;

    /// Carries out an operation of whatever kind.
    async fn performed(&self, operation: &Operation) -> Answer;

    /// Finds out what became of an operation.
    async fn looked_up(&self, operation: &Operation) -> Finding {
        self.gateway().look_up(operation).await
    }

    /// Reads on in the gateway's own books.
    async fn listed(&self, cursor: Option<&str>) -> Result<Statement, String> {
        self.gateway().list(cursor).await
    }
}

#[async_trait]
impl<B: Before> PaymentGateway for B {
    fn code(&self) -> &str {
        self.gateway().code()
    }

    async fn authorize(&self, operation: &Operation) -> Answer {
        self.performed(operation).await
    }

    async fn capture(&self, operation: &Operation) -> Answer {
        self.performed(operation).await
    }

    async fn void(&self, operation: &Operation) -> Answer {
        self.performed(operation).await
    }

    async fn refund(&self, operation: &Operation) -> Answer {
        self.performed(operation).await
    }

    async fn look_up(&self, operation: &Operation) -> Finding {
        self.looked_up(operation).await
    }

    async fn list(&self, cursor: Option<&str>) -> Result<Statement, String> {
        self.listed(cursor).await
    }

    fn signature_header(&self) -> &'static str {
        self.gateway().signature_header()
    }

    fn parse_webhook(
        &self,
        signature: &str,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<WebhookEvent, WebhookError> {
        self.gateway().parse_webhook(signature, body, now)
    }
}
