//! A gateway whose caller may die at the worst moment: when the gateway has done what it was asked, and before anybody
//! has heard of it.

use std::{future::pending, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use jobs::gateway::{Answer, Finding, Operation, PaymentGateway, Statement, WebhookError, WebhookEvent};

use super::Controls;

/// The gateway, and who may strike.
#[derive(Debug)]
pub(super) struct Interrupted {
    pub(super) gateway: Arc<dyn PaymentGateway>,
    pub(super) controls: Controls,
}

impl Interrupted {
    /// Gives the answer, unless its caller is to die of it.
    async fn heard(&self, operation: &Operation, answer: Answer) -> Answer {
        if matches!(answer, Answer::Done(_)) && self.controls.strikes(operation.kind) {
            // The answer is here, and nobody will ever read it: this future is dropped along with its worker.
            return pending().await;
        }
        answer
    }
}

#[async_trait]
impl PaymentGateway for Interrupted {
    fn code(&self) -> &str {
        self.gateway.code()
    }

    async fn authorize(&self, operation: &Operation) -> Answer {
        self.heard(operation, self.gateway.authorize(operation).await).await
    }

    async fn capture(&self, operation: &Operation) -> Answer {
        self.heard(operation, self.gateway.capture(operation).await).await
    }

    async fn void(&self, operation: &Operation) -> Answer {
        self.heard(operation, self.gateway.void(operation).await).await
    }

    async fn refund(&self, operation: &Operation) -> Answer {
        self.heard(operation, self.gateway.refund(operation).await).await
    }

    async fn look_up(&self, operation: &Operation) -> Finding {
        self.gateway.look_up(operation).await
    }

    async fn list(&self, cursor: Option<&str>) -> Result<Statement, String> {
        self.gateway.list(cursor).await
    }

    fn signature_header(&self) -> &'static str {
        self.gateway.signature_header()
    }

    fn parse_webhook(
        &self,
        signature: &str,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<WebhookEvent, WebhookError> {
        self.gateway.parse_webhook(signature, body, now)
    }
}
