//! The rules of doubt, one by one, with a gateway whose answers are scripted.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::*;
use crate::gateway::{Limits, PaymentGateway, Registered, Statement, WebhookError, WebhookEvent};

/// Answers as it is told, and writes down what it was asked.
#[derive(Debug)]
struct Scripted {
    answer: Answer,
    finding: Finding,
    asked: Mutex<Vec<&'static str>>,
}

impl Scripted {
    fn answer(&self) -> Answer {
        self.asked.lock().expect("nobody panics with it").push("sent");
        self.answer.clone()
    }
}

#[async_trait]
impl PaymentGateway for Scripted {
    fn code(&self) -> &'static str {
        "scripted"
    }

    async fn authorize(&self, _: &Operation) -> Answer {
        self.answer()
    }

    async fn capture(&self, _: &Operation) -> Answer {
        self.answer()
    }

    async fn void(&self, _: &Operation) -> Answer {
        self.answer()
    }

    async fn refund(&self, _: &Operation) -> Answer {
        self.answer()
    }

    async fn look_up(&self, _: &Operation) -> Finding {
        self.asked.lock().expect("nobody panics with it").push("looked up");
        self.finding.clone()
    }

    async fn list(&self, _: Option<&str>) -> Result<Statement, String> {
        Err("not scripted".to_owned())
    }

    fn signature_header(&self) -> &'static str {
        "Signature"
    }

    fn parse_webhook(&self, _: &str, _: &[u8], _: DateTime<Utc>) -> Result<WebhookEvent, WebhookError> {
        Err(WebhookError::Unexpected)
    }
}

fn claim(in_doubt: bool, seconds_ago: i64) -> Claim {
    let claimed_at = Utc::now();
    let id = "00000000-0000-0000-0000-000000000001";
    serde_json::from_value(json!({
        "saga_id": id, "kind": "booking", "step": "authorize", "booking_id": id, "lease": 1, "msg_id": 1,
        "read_ct": 1, "action": "AUTHORIZE", "in_doubt": in_doubt, "claimed_at": claimed_at,
        "last_sent_at": claimed_at - chrono::Duration::seconds(seconds_ago), "failures": 0, "unknowns": 0,
        "max_failures": 5, "timeout_ms": 5000, "first_pause_ms": 200, "longest_pause_ms": 10_000,
        "longest_look_up_ms": 60_000, "of_a_newer_database": true,
        "call": {
            "operation_id": id, "gateway": "scripted", "gateway_key": "key", "amount_minor": 100, "currency": "EUR",
            "payment_method": "pm_card_visa", "authorization": null, "payment_id": id, "opened_at": claimed_at,
        },
    }))
    .expect("a claim, as the database gives it")
}

/// What comes of a claim, and what the gateway was asked for it.
async fn come_of(claim: &Claim, finding: Finding, answer: Answer) -> (StepResult, Vec<&'static str>) {
    let gateway = Arc::new(Scripted { answer, finding, asked: Mutex::default() });
    let guarded = Arc::new(Guarded::new(gateway.clone(), Limits::default()));
    let gateways =
        Gateways::new(vec![Registered { gateway: guarded, weight: 1, currencies: None }]).expect("one");
    let call = claim.call.as_ref().expect("a call");
    let result = ask(&gateways, &Settings::named("test".to_owned()), claim, call).await;
    let asked = gateway.asked.lock().expect("nobody panics with it").clone();
    (result, asked)
}

fn done() -> Done {
    Done { reference: "ref".to_owned(), expires_at: None }
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[tokio::test]
async fn a_step_that_was_never_sent_is_sent() {
    let (result, asked) = come_of(&claim(false, 0), Finding::Absent, Answer::Done(done())).await;
    assert_eq!(result, StepResult::Done { gateway_ref: text("ref"), expires_at: None });
    assert_eq!(asked, ["sent"]);
}

#[tokio::test]
async fn a_step_in_doubt_is_looked_up_and_not_sent_when_its_outcome_is_known() {
    let unasked = || Answer::Failed(text("never asked"));
    let (result, asked) = come_of(&claim(true, 1), Finding::Done(done()), unasked()).await;
    assert_eq!(result, StepResult::Done { gateway_ref: text("ref"), expires_at: None });
    assert_eq!(asked, ["looked up"]);
    let (result, asked) = come_of(&claim(true, 1), Finding::Declined(text("no")), unasked()).await;
    assert_eq!(result, StepResult::Declined { code: text("no") });
    assert_eq!(asked, ["looked up"]);
    let (result, asked) = come_of(&claim(true, 1), Finding::Unknown(text("away")), unasked()).await;
    assert!(matches!(result, StepResult::Unknown { .. }));
    assert_eq!(asked, ["looked up"]);
}

#[tokio::test]
async fn a_key_that_answers_with_an_error_for_ever_is_spent() {
    let (result, asked) =
        come_of(&claim(true, 1), Finding::NotDone(text("500")), Answer::Failed(text("never asked"))).await;
    assert!(matches!(result, StepResult::Failed { doubt_over: true, spent_key: true, .. }), "{result:?}");
    assert_eq!(asked, ["looked up"]);
}

#[tokio::test]
async fn an_unknown_key_is_sent_again_and_its_failure_says_nothing_of_a_call_that_may_be_under_way() {
    let failed = || Answer::Failed(text("busy"));
    let (result, asked) = come_of(&claim(true, 1), Finding::Absent, failed()).await;
    assert!(matches!(result, StepResult::Failed { doubt_over: false, spent_key: false, .. }), "{result:?}");
    assert_eq!(asked, ["looked up", "sent"]);
    let (result, _) = come_of(&claim(true, 61), Finding::Absent, failed()).await;
    assert!(matches!(result, StepResult::Failed { doubt_over: true, spent_key: false, .. }), "{result:?}");
}

#[tokio::test]
async fn without_the_databases_clock_no_call_is_old_enough() {
    let claim = Claim { claimed_at: None, ..claim(true, 3600) };
    let (result, _) = come_of(&claim, Finding::Absent, Answer::Failed(text("busy"))).await;
    assert!(matches!(result, StepResult::Failed { doubt_over: false, .. }), "{result:?}");
}

#[tokio::test]
async fn what_was_not_sent_is_handed_back_for_no_less_than_asked() {
    let not_sent = Answer::NotSent { reason: text("open"), retry_after: Duration::from_millis(300) };
    let (result, _) = come_of(&claim(false, 0), Finding::Absent, not_sent).await;
    let StepResult::HandedBack { sent: false, retry_in_ms } = result else { panic!("{result:?}") };
    assert!((300..=450).contains(&retry_in_ms), "{retry_in_ms}");
}

#[tokio::test]
async fn a_gateway_of_other_workers_is_left_to_them() {
    let mut claim = claim(false, 0);
    if let Some(call) = &mut claim.call {
        call.gateway = text("another");
    }
    let (result, asked) = come_of(&claim, Finding::Absent, Answer::Done(done())).await;
    assert!(matches!(result, StepResult::HandedBack { sent: false, .. }), "{result:?}");
    assert_eq!(asked, [""; 0]);
}
