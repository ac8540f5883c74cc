//! Each limit, tried with a gateway whose answers are scripted.

mod bounds;
mod breaker;

use std::{
    collections::VecDeque,
    num::NonZeroU32,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use chrono::{DateTime, Utc};
use db::OperationKind;
use tokio::sync::{Notify, Semaphore as Gate};

use super::{
    super::{Done, WebhookError, WebhookEvent},
    *,
};

/// Answers from a list, then that all is done; a call waits until the gate lets it in.
#[derive(Debug)]
struct Scripted {
    answers: Mutex<VecDeque<Answer>>,
    gate: Gate,
    begun: Notify,
    calls: AtomicUsize,
}

impl Scripted {
    fn new(answers: impl IntoIterator<Item = Answer>, gate: usize) -> Arc<Self> {
        let answers = Mutex::new(answers.into_iter().collect());
        Arc::new(Self { answers, gate: Gate::new(gate), begun: Notify::new(), calls: AtomicUsize::new(0) })
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    async fn answer(&self) -> Answer {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.begun.notify_one();
        self.gate.acquire().await.expect("the gate is never closed").forget();
        let scripted = self.answers.lock().expect("no test panics here").pop_front();
        scripted.unwrap_or_else(done)
    }
}

#[async_trait]
impl PaymentGateway for Scripted {
    fn code(&self) -> &'static str {
        "scripted"
    }

    async fn authorize(&self, _: &Operation) -> Answer {
        self.answer().await
    }

    async fn capture(&self, _: &Operation) -> Answer {
        self.answer().await
    }

    async fn void(&self, _: &Operation) -> Answer {
        self.answer().await
    }

    async fn refund(&self, _: &Operation) -> Answer {
        self.answer().await
    }

    async fn look_up(&self, _: &Operation) -> Finding {
        match self.answer().await {
            Answer::Unknown(reason) => Finding::Unknown(reason),
            _ => Finding::Absent,
        }
    }

    async fn list(&self, _: Option<&str>) -> Result<Statement, String> {
        match self.answer().await {
            Answer::Failed(reason) => Err(reason),
            _ => Ok(Statement::default()),
        }
    }

    fn signature_header(&self) -> &'static str {
        "signature"
    }

    fn parse_webhook(&self, _: &str, _: &[u8], _: DateTime<Utc>) -> Result<WebhookEvent, WebhookError> {
        Err(WebhookError::Unexpected)
    }
}

fn done() -> Answer {
    Answer::Done(Done { reference: "r".to_owned(), expires_at: None })
}

fn failed() -> Answer {
    Answer::Failed("busy".to_owned())
}

fn unknown() -> Answer {
    Answer::Unknown("lost".to_owned())
}

fn operation() -> Operation {
    Operation {
        kind: OperationKind::Authorize,
        key: "k".to_owned(),
        amount_minor: 100,
        currency: "EUR".parse().expect("a currency"),
        payment_method: "pm_card_visa".to_owned(),
        authorization: None,
        payment_id: None,
        opened_at: DateTime::UNIX_EPOCH,
    }
}

/// Limits that no test runs into but by its own will.
fn limits() -> Limits {
    Limits { wait: Duration::ZERO, ..Limits::default() }
}

fn short(open_for: Duration, probes: usize) -> Limits {
    Limits { breaker: BreakerLimits { open_for, probes, ..BreakerLimits::default() }, ..limits() }
}

const LONG: Duration = Duration::from_hours(1);

async fn ask(guarded: &Guarded, times: usize) -> Vec<Answer> {
    let mut answers = Vec::new();
    for _ in 0..times {
        answers.push(guarded.authorize(&operation()).await);
    }
    answers
}

fn was_held_back(answer: &Answer) -> bool {
    matches!(answer, Answer::NotSent { .. })
}
