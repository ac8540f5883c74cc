//! The client of the simulated gateway, which is a process of its own (`holdfast simulator`).
//!
//! What a call that got no answer has done is unknown, unless its connection was never made.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use db::OperationKind;
use reqwest::{Response, StatusCode};
use serde::{Deserialize, Serialize};

use super::{
    Answer, Done, Entry, Finding, Operation, PaymentGateway, Statement, WebhookError, WebhookEvent, signature,
};

/// Lines of the gateway's list that are asked for at once.
const PAGE: u32 = 500;

/// A gateway that moves no money.
pub struct Simulated {
    code: String,
    url: String,
    client: reqwest::Client,
    webhook_secrets: Vec<String>,
}

impl fmt::Debug for Simulated {
    /// Keeps the secrets out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulated").field("code", &self.code).field("url", &self.url).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Call<'a> {
    key: &'a str,
    kind: OperationKind,
    amount_minor: i64,
    currency: &'a str,
    payment_method: &'a str,
    authorization: Option<&'a str>,
    payment_id: Option<String>,
}

/// What the simulator says of an operation that it decided.
#[derive(Deserialize)]
#[serde(tag = "result", rename_all = "SCREAMING_SNAKE_CASE")]
enum Decided {
    Succeeded {
        reference: String,
        expires_at: Option<DateTime<Utc>>,
    },
    Declined {
        code: String,
    },
    /// Nothing was done, and the key answers 500 ever after.
    Error,
}

#[derive(Deserialize)]
struct Page {
    entries: Vec<Line>,
    next: u64,
    has_more: bool,
}

#[derive(Deserialize)]
struct Line {
    key: String,
    kind: OperationKind,
    amount_minor: i64,
    currency: String,
    authorization: Option<String>,
    reference: String,
    happened_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    created: i64,
    data: EventData,
}

#[derive(Deserialize)]
struct EventData {
    key: String,
    reference: Option<String>,
}

impl Simulated {
    /// The simulator that answers at `url`; webhooks are believed when one of the secrets signed them.
    pub fn new(code: String, url: &str, webhook_secrets: Vec<String>) -> Self {
        let url = url.trim_end_matches('/').to_owned();
        // Calls are bounded by who makes them: this client has no time-out of its own.
        Self { code, url, client: reqwest::Client::new(), webhook_secrets }
    }

    async fn ask(&self, operation: &Operation) -> Answer {
        let call = Call {
            key: &operation.key,
            kind: operation.kind,
            amount_minor: operation.amount_minor,
            currency: operation.currency.code(),
            payment_method: &operation.payment_method,
            authorization: operation.authorization.as_deref(),
            payment_id: operation.payment_id.map(|id| id.to_string()),
        };
        match self.client.post(format!("{}/operations", self.url)).json(&call).send().await {
            Ok(reply) => told(reply).await,
            Err(error) if error.is_connect() => Answer::Failed(format!("not reached: {}", chain(&error))),
            Err(error) => Answer::Unknown(format!("sent, and not answered: {}", chain(&error))),
        }
    }

    /// A page of the gateway's list.
    async fn page(&self, cursor: &str) -> Result<Page, String> {
        let limit = PAGE.to_string();
        let request =
            self.client.get(format!("{}/entries", self.url)).query(&[("after", cursor), ("limit", &limit)]);
        let reply = request.send().await.map_err(|error| chain(&error))?;
        let reply = reply.error_for_status().map_err(|error| chain(&error))?;
        reply.json().await.map_err(|error| chain(&error))
    }
}

/// What an answer to an operation means.
async fn told(reply: Response) -> Answer {
    let status = reply.status();
    match status {
        StatusCode::OK | StatusCode::PAYMENT_REQUIRED => match reply.json().await {
            Ok(Decided::Succeeded { reference, expires_at }) => Answer::Done(Done { reference, expires_at }),
            Ok(Decided::Declined { code }) => Answer::Declined(code),
            Ok(Decided::Error) => Answer::Unknown("it answered with an error".to_owned()),
            Err(error) => Answer::Unknown(format!("its answer can't be read: {}", chain(&error))),
        },
        StatusCode::UNPROCESSABLE_ENTITY => Answer::Declined("idempotency_key_reused".to_owned()),
        StatusCode::CONFLICT => Answer::Unknown("a call under this key is under way".to_owned()),
        status if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE => {
            Answer::Failed(format!("it answered {status}"))
        }
        // It refused to read the call, and so did nothing.
        status if status.is_client_error() => Answer::Failed(format!("it answered {status}")),
        status => Answer::Unknown(format!("it answered {status}")),
    }
}

/// An error with all of its causes: the outermost one alone does not say what happened.
fn chain(error: &reqwest::Error) -> String {
    crate::error_chain(error)
}

#[async_trait]
impl PaymentGateway for Simulated {
    fn code(&self) -> &str {
        &self.code
    }

    async fn authorize(&self, operation: &Operation) -> Answer {
        self.ask(operation).await
    }

    async fn capture(&self, operation: &Operation) -> Answer {
        self.ask(operation).await
    }

    async fn void(&self, operation: &Operation) -> Answer {
        self.ask(operation).await
    }

    async fn refund(&self, operation: &Operation) -> Answer {
        self.ask(operation).await
    }

    async fn look_up(&self, operation: &Operation) -> Finding {
        let reply = match self.client.get(format!("{}/operations/{}", self.url, operation.key)).send().await {
            Ok(reply) => reply,
            Err(error) => return Finding::Unknown(chain(&error)),
        };
        match reply.status() {
            StatusCode::OK => match reply.json().await {
                Ok(Decided::Succeeded { reference, expires_at }) => {
                    Finding::Done(Done { reference, expires_at })
                }
                Ok(Decided::Declined { code }) => Finding::Declined(code),
                Ok(Decided::Error) => {
                    Finding::NotDone("the gateway stored an error under this key".to_owned())
                }
                Err(error) => Finding::Unknown(chain(&error)),
            },
            StatusCode::NOT_FOUND => Finding::Absent,
            status => Finding::Unknown(format!("it answered {status}")),
        }
    }

    async fn list(&self, cursor: Option<&str>) -> Result<Statement, String> {
        let asked_at = Utc::now();
        let page = self.page(cursor.unwrap_or("0")).await?;
        // It lists what was done in the order in which it was done, so that the last page has everything until now.
        let complete_until = match page.entries.last() {
            Some(last) if page.has_more => Some(last.happened_at),
            _ => Some(asked_at),
        };
        let entries = page.entries.into_iter().map(|line| Entry {
            reference: line.reference,
            kind: line.kind,
            operation_key: Some(line.key),
            authorization: line.authorization,
            amount_minor: line.amount_minor,
            currency: line.currency,
            happened_at: line.happened_at,
        });
        Ok(Statement {
            entries: entries.collect(),
            cursor: Some(page.next.to_string()),
            has_more: page.has_more,
            complete_until,
        })
    }

    fn signature_header(&self) -> &'static str {
        "simulator-signature"
    }

    fn parse_webhook(
        &self,
        header: &str,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<WebhookEvent, WebhookError> {
        signature::verify(header, body, &self.webhook_secrets, now)?;
        let event: Event = serde_json::from_slice(body).map_err(|_| WebhookError::Unreadable)?;
        Ok(WebhookEvent {
            id: event.id,
            kind: event.kind,
            operation_key: Some(event.data.key),
            reference: event.data.reference,
            is_exceptional: false,
            occurred_at: DateTime::from_timestamp(event.created, 0),
        })
    }
}
