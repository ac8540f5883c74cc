//! A gateway in the test's memory, with a list that the test can add to, hide from and falsify.
//!
//! | method | what happens |
//! |---|---|
//! | `refused` | the authorization is declined |
//! | `declined_and_done` | the same, and it was done all the same |
//! | `lost` | the first answer of each operation is lost, and everything was done |
//! | `busy` | the first call of each operation does nothing |
//! | any other | everything is done |

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use db::OperationKind;
use jobs::gateway::{
    Answer, Done, Entry, Finding, Operation, PaymentGateway, Statement, WebhookError, WebhookEvent,
};

/// Lines of one page: few, so that a list has several.
const PAGE: usize = 3;

#[derive(Debug, Default)]
struct State {
    lines: Vec<Entry>,
    hidden: Vec<Entry>,
    done: HashMap<String, Done>,
    asked: Vec<(String, OperationKind, i64)>,
    reads: usize,
    /// No answer comes, though everything is done.
    dark: bool,
    hides: Option<OperationKind>,
    /// Calls do not end, though everything is done.
    holds: bool,
    /// Calls by key.
    calls: HashMap<String, u32>,
    lie: i64,
}

#[derive(Debug)]
pub(crate) struct Book(Mutex<State>);

/// A line of the list; an authorization is about itself.
pub(crate) fn entry(reference: &str, kind: OperationKind, key: Option<&str>, amount_minor: i64) -> Entry {
    Entry {
        reference: reference.to_owned(),
        kind,
        operation_key: key.map(str::to_owned),
        authorization: (kind == OperationKind::Authorize).then(|| reference.to_owned()),
        amount_minor,
        currency: "EUR".to_owned(),
        happened_at: Utc::now(),
    }
}

impl Book {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::default()))
    }

    /// Adds a line that nobody asked for.
    pub(crate) fn list_line(&self, line: Entry) {
        self.state().lines.push(line);
    }

    /// From now on nothing is answered, though it is done.
    pub(crate) fn go_dark(&self) {
        self.state().dark = true;
    }

    /// From now on everything is answered.
    pub(crate) fn light_up(&self) {
        self.state().dark = false;
    }

    /// From now on calls do not end, or they do again.
    pub(crate) fn hold(&self, holds: bool) {
        self.state().holds = holds;
    }

    /// How often it was called.
    pub(crate) fn calls(&self) -> u32 {
        self.state().calls.values().sum()
    }

    /// What was done to each authorization: how much was captured, refunded, and how often it was voided.
    pub(crate) fn effects(&self) -> HashMap<String, (Vec<i64>, i64, usize)> {
        let mut effects: HashMap<String, (Vec<i64>, i64, usize)> = HashMap::new();
        for line in &self.state().lines {
            let of = effects.entry(line.authorization.clone().unwrap_or_default()).or_default();
            match line.kind {
                OperationKind::Authorize => (),
                OperationKind::Capture => of.0.push(line.amount_minor),
                OperationKind::Refund => of.1 += line.amount_minor,
                OperationKind::Void => of.2 += 1,
            }
        }
        effects
    }

    /// What is done of this kind is not listed.
    pub(crate) fn hide(&self, kind: OperationKind) {
        self.state().hides = Some(kind);
    }

    /// Everything is listed, what was hidden, too.
    pub(crate) fn show(&self) {
        let mut state = self.state();
        state.hides = None;
        let hidden = std::mem::take(&mut state.hidden);
        state.lines.extend(hidden);
    }

    /// Captures are listed with so much more than they took.
    pub(crate) fn lie_by(&self, minor: i64) {
        self.state().lie = minor;
    }

    /// Voids and refunds that were asked for, about an authorization.
    pub(crate) fn asked(&self, authorization: &str) -> Vec<(OperationKind, i64)> {
        let state = self.state();
        let about = state.asked.iter().filter(|(about, ..)| about == authorization);
        about.map(|(_, kind, amount_minor)| (*kind, *amount_minor)).collect()
    }

    /// How often a page was read.
    pub(crate) fn reads(&self) -> usize {
        self.state().reads
    }

    /// Lines on the list.
    pub(crate) fn lines(&self) -> usize {
        self.state().lines.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nobody panics with it")
    }

    fn work(&self, operation: &Operation) -> Answer {
        let mut state = self.state();
        if let Some(authorization) = &operation.authorization {
            state.asked.push((authorization.clone(), operation.kind, operation.amount_minor));
        }
        let calls = state.calls.entry(operation.key.clone()).or_default();
        *calls += 1;
        let is_first = *calls == 1;
        match (operation.payment_method.as_str(), operation.kind) {
            ("refused", OperationKind::Authorize) => return Answer::Declined("card_declined".to_owned()),
            ("busy", _) if is_first => return Answer::Failed("busy".to_owned()),
            _ => (),
        }
        let reference = format!("ref-{}", operation.key);
        let done = Done { reference: reference.clone(), expires_at: None };
        if state.done.insert(operation.key.clone(), done.clone()).is_none() {
            let lie = if operation.kind == OperationKind::Capture { state.lie } else { 0 };
            let mut told =
                entry(&reference, operation.kind, Some(&operation.key), operation.amount_minor + lie);
            operation.currency.code().clone_into(&mut told.currency);
            told.authorization = operation.authorization.clone().or(told.authorization);
            match state.hides {
                Some(kind) if kind == operation.kind => state.hidden.push(told),
                _ => state.lines.push(told),
            }
        }
        if operation.kind == OperationKind::Authorize && operation.payment_method == "declined_and_done" {
            return Answer::Declined("card_declined".to_owned());
        }
        let is_lost = state.dark || (operation.payment_method == "lost" && is_first);
        if is_lost { Answer::Unknown("its answer was lost".to_owned()) } else { Answer::Done(done) }
    }

    async fn answer(&self, operation: &Operation) -> Answer {
        let answer = self.work(operation);
        tests::until("the gateway lets go", || async { (!self.state().holds).then_some(()) }).await;
        answer
    }
}

#[async_trait]
impl PaymentGateway for Book {
    fn code(&self) -> &'static str {
        "book"
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
        let state = self.state();
        match state.done.get(&operation.key) {
            _ if state.dark => Finding::Unknown("it is dark".to_owned()),
            Some(done) => Finding::Done(done.clone()),
            None => Finding::Absent,
        }
    }

    async fn list(&self, cursor: Option<&str>) -> Result<Statement, String> {
        let mut state = self.state();
        state.reads += 1;
        let from: usize = cursor.unwrap_or("0").parse().map_err(|_| "no cursor of this list".to_owned())?;
        let entries: Vec<Entry> = state.lines.iter().skip(from).take(PAGE).cloned().collect();
        let next = from + entries.len();
        Ok(Statement {
            entries,
            cursor: Some(next.to_string()),
            has_more: next < state.lines.len(),
            complete_until: (next == state.lines.len()).then(Utc::now),
        })
    }

    fn signature_header(&self) -> &'static str {
        "book-signature"
    }

    fn parse_webhook(&self, _: &str, _: &[u8], _: DateTime<Utc>) -> Result<WebhookEvent, WebhookError> {
        Err(WebhookError::Unexpected)
    }
}
