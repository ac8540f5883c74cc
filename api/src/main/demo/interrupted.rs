//! A gateway whose caller may die at the worst moment: when the gateway has done what it was asked, and before anybody
//! has heard of it.

use std::{future::pending, sync::Arc};

use async_trait::async_trait;
use jobs::gateway::{Answer, Before, Operation, PaymentGateway};

use super::Controls;

/// The gateway, and who may strike.
#[derive(Debug)]
pub(super) struct Interrupted {
    pub(super) gateway: Arc<dyn PaymentGateway>,
    pub(super) controls: Controls,
}

#[async_trait]
impl Before for Interrupted {
    fn gateway(&self) -> &dyn PaymentGateway {
        self.gateway.as_ref()
    }

    /// Gives the answer, unless its caller is to die of it.
    async fn performed(&self, operation: &Operation) -> Answer {
        let answer = self.gateway.perform(operation).await;
        if matches!(answer, Answer::Done(_)) && self.controls.strikes(operation.kind) {
            // The answer is here, and nobody will ever read it: this future is dropped along with its worker.
            return pending().await;
        }
        answer
    }
}
