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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use db::OperationKind;
    use futures::FutureExt as _;
    use jobs::gateway::{Done, Finding, Statement, WebhookError, WebhookEvent};

    use super::*;
    use crate::demo::worker::Moment;

    /// Does captures and nothing else, at once.
    #[derive(Debug)]
    struct Quick;

    #[async_trait]
    impl PaymentGateway for Quick {
        fn code(&self) -> &'static str {
            "quick"
        }

        async fn authorize(&self, _: &Operation) -> Answer {
            Answer::Declined("card_declined".to_owned())
        }

        async fn capture(&self, _: &Operation) -> Answer {
            Answer::Done(Done { reference: "pi_1".to_owned(), expires_at: None })
        }

        async fn void(&self, _: &Operation) -> Answer {
            Answer::Failed("not now".to_owned())
        }

        async fn refund(&self, _: &Operation) -> Answer {
            Answer::Unknown("no answer".to_owned())
        }

        async fn look_up(&self, _: &Operation) -> Finding {
            Finding::Absent
        }

        async fn list(&self, _: Option<&str>) -> Result<Statement, String> {
            Err("no books".to_owned())
        }

        fn signature_header(&self) -> &'static str {
            "signature"
        }

        fn parse_webhook(&self, _: &str, _: &[u8], _: DateTime<Utc>) -> Result<WebhookEvent, WebhookError> {
            Err(WebhookError::Unexpected)
        }
    }

    fn operation(kind: OperationKind) -> Operation {
        Operation {
            kind,
            key: "key".to_owned(),
            amount_minor: 100,
            currency: "EUR".parse().expect("a currency"),
            payment_method: "pm_card_visa".to_owned(),
            authorization: None,
            payment_id: None,
            opened_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn nobody_hears_what_killed_its_caller_and_everybody_all_else() {
        let controls = Controls::default();
        controls.begins("dev");
        let gateway = Interrupted { gateway: Arc::new(Quick), controls: controls.clone() };
        let heard = |kind| gateway.perform(&operation(kind)).now_or_never();
        assert!(matches!(heard(OperationKind::Capture), Some(Answer::Done(_))), "it is not armed");
        assert!(controls.kill(Moment::AfterCharge));
        for undone in [OperationKind::Authorize, OperationKind::Void, OperationKind::Refund] {
            assert!(heard(undone).is_some(), "nothing was done that could be lost");
        }
        assert!(heard(OperationKind::Capture).is_none(), "it was done, and nobody is to know");
        assert!(heard(OperationKind::Capture).is_some(), "one answer is lost, and no more");
        assert!(gateway.look_up(&operation(OperationKind::Capture)).now_or_never().is_some());
    }
}
