//! A gateway in the test's memory: it works each key once, counts what it is asked, and can be held up or broken.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use db::OperationKind;
use jobs::gateway::{
    Answer, Done, Finding, Operation, PaymentGateway, Statement, WebhookError, WebhookEvent,
};
use tests::until;

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// An error, with nothing done.
    Fail,
    /// No answer, with nothing done.
    LoseBefore,
    /// Done, and no answer: not even a late one.
    HangAfter,
    /// The gateway's code panics, with nothing done.
    Panic,
    /// An answer that takes this long.
    Slow(Duration),
    /// Answers that take up to this long, each another time.
    Uneven(Duration),
}

#[derive(Debug, Default)]
struct State {
    done: HashMap<String, Counted>,
    /// The trouble of the next calls of a kind, each once.
    next: Vec<(OperationKind, Trouble)>,
    /// The trouble of every call.
    always: Option<Trouble>,
    look_up_takes: Duration,
    hanging: usize,
    dropped: usize,
}

/// What was asked under one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) kind: OperationKind,
    pub(super) sent: u32,
    pub(super) looked_up: u32,
    pub(super) done: bool,
}

#[derive(Debug)]
pub(super) struct Books {
    code: &'static str,
    state: Mutex<State>,
}

impl Books {
    pub(super) fn new(code: &'static str) -> Arc<Self> {
        Arc::new(Self { code, state: Mutex::default() })
    }

    /// The next call of a kind meets this trouble.
    pub(super) fn once(&self, kind: OperationKind, trouble: Trouble) {
        self.state().next.push((kind, trouble));
    }

    /// From now on every call meets this trouble, or none does.
    pub(super) fn always(&self, trouble: Option<Trouble>) {
        self.state().always = trouble;
    }

    /// From now on look-ups take this long.
    pub(super) fn look_up_takes(&self, time: Duration) {
        self.state().look_up_takes = time;
    }

    /// What was asked, authorizations first.
    pub(super) fn asked(&self) -> Vec<Counted> {
        let mut asked: Vec<_> = self.state().done.values().copied().collect();
        asked.sort_by_key(|counted| (counted.kind.name(), counted.sent));
        asked
    }

    /// What was asked of one kind; there is one operation of it.
    pub(super) fn only(&self, kind: OperationKind) -> Counted {
        let asked: Vec<_> = self.asked().into_iter().filter(|counted| counted.kind == kind).collect();
        assert_eq!(asked.len(), 1, "{asked:?}");
        asked[0]
    }

    /// Waits until so many calls hang.
    pub(super) async fn hang(&self, calls: usize) {
        until("calls hang", || async { (self.state().hanging >= calls).then_some(()) }).await;
    }

    /// Waits until so many calls that hung were given up by the worker.
    pub(super) async fn given_up(&self, calls: usize) {
        until("calls are given up", || async { (self.state().dropped >= calls).then_some(()) }).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics with it")
    }

    fn count(&self, operation: &Operation) -> Option<Trouble> {
        let mut state = self.state();
        let new = Counted { kind: operation.kind, sent: 0, looked_up: 0, done: false };
        state.done.entry(operation.key.clone()).or_insert(new).sent += 1;
        let found = state.next.iter().position(|(kind, _)| *kind == operation.kind);
        found.map(|index| state.next.remove(index).1).or(state.always)
    }

    fn work(&self, operation: &Operation) -> Answer {
        if let Some(counted) = self.state().done.get_mut(&operation.key) {
            counted.done = true;
        }
        Answer::Done(done(operation))
    }

    async fn answer(&self, operation: &Operation) -> Answer {
        match self.count(operation) {
            None => self.work(operation),
            Some(Trouble::Fail) => Answer::Failed("busy".to_owned()),
            Some(Trouble::LoseBefore) => Answer::Unknown("lost".to_owned()),
            Some(Trouble::Panic) => panic!("the gateway's code is broken, as the test wants it"),
            Some(Trouble::Slow(time)) => {
                tokio::time::sleep(time).await;
                self.work(operation)
            }
            Some(Trouble::Uneven(longest)) => {
                // Keys end at random.
                let digit = operation.key.chars().last().and_then(|last| last.to_digit(16)).unwrap_or(0);
                tokio::time::sleep(longest * digit / 15).await;
                self.work(operation)
            }
            Some(Trouble::HangAfter) => {
                self.work(operation);
                self.state().hanging += 1;
                let _dropped = Hanging(self);
                std::future::pending().await
            }
        }
    }
}

/// A call that hangs, until its worker gives it up.
struct Hanging<'a>(&'a Books);

impl Drop for Hanging<'_> {
    fn drop(&mut self) {
        self.0.state().dropped += 1;
    }
}

fn done(operation: &Operation) -> Done {
    Done { reference: format!("ref-{}", operation.key), expires_at: None }
}

#[async_trait]
impl PaymentGateway for Books {
    fn code(&self) -> &str {
        self.code
    }

    async fn authorize(&self, operation: &Operation) -> Answer {
        self.answer(operation).await
    }

    async fn capture(&self, operation: &Operation) -> Answer {
        self.answer(operation).await
    }

    async fn void(&self, operation: &Operation) -> Answer {
        self.answer(operation).await
    }

    async fn refund(&self, operation: &Operation) -> Answer {
        self.answer(operation).await
    }

    async fn look_up(&self, operation: &Operation) -> Finding {
        let (known, takes) = {
            let mut state = self.state();
            let takes = state.look_up_takes;
            let counted = state.done.get_mut(&operation.key);
            (
                counted.map(|counted| {
                    counted.looked_up += 1;
                    counted.done
                }),
                takes,
            )
        };
        tokio::time::sleep(takes).await;
        if known == Some(true) { Finding::Done(done(operation)) } else { Finding::Absent }
    }

    async fn list(&self, _cursor: Option<&str>) -> Result<Statement, String> {
        Err("these books are not for reading".to_owned())
    }

    fn signature_header(&self) -> &'static str {
        "Books-Signature"
    }

    fn parse_webhook(&self, _: &str, _: &[u8], _: DateTime<Utc>) -> Result<WebhookEvent, WebhookError> {
        Err(WebhookError::Unexpected)
    }
}
