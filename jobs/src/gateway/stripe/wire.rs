//! The HTTP side of Stripe: calls, what they answer, and what an error says of what was done.
//! <https://docs.stripe.com/error-low-level>, <https://docs.stripe.com/api/idempotent_requests>

use std::{collections::HashMap, fmt, time::Duration};

use chrono::{DateTime, Utc};
use reqwest::{Method, RequestBuilder, Response, StatusCode, header, redirect};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// The version of the API that this is written for, whatever the account's own is.
const VERSION: &str = "2025-03-31.basil";

/// How long a connection may take to come about. A call as a whole is bounded by its caller.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Why a call has no answer of the kind asked for.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Nothing was done: it was not sent, or turned away at the door.
    NotDone(String),
    /// It was refused for good.
    Refused(Box<ApiError>),
    /// Whether it was done is not known.
    Unknown(String),
    /// As unknown, and this is the answer that Stripe stored: it comes back for ever under the same key.
    Stored(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDone(reason) | Self::Unknown(reason) | Self::Stored(reason) => f.write_str(reason),
            Self::Refused(refusal) => write!(f, "refused: {}", refusal.code()),
        }
    }
}

/// An error as Stripe tells it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct ApiError {
    #[serde(rename = "type")]
    kind: Option<String>,
    code: Option<String>,
    decline_code: Option<String>,
    /// The intent it is about, as it stands.
    pub(super) payment_intent: Option<Box<Intent>>,
}

impl ApiError {
    /// The most telling code that it has.
    pub(super) fn code(&self) -> String {
        if self.kind.as_deref() == Some("idempotency_error") {
            return "idempotency_key_reused".to_owned();
        }
        [&self.decline_code, &self.code, &self.kind]
            .into_iter()
            .find_map(Clone::clone)
            .unwrap_or_else(|| "card_declined".to_owned())
    }
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ApiError,
}

/// A payment intent, as far as it matters here.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) created: i64,
    pub(super) amount_received: Option<i64>,
    #[serde(default)]
    pub(super) metadata: HashMap<String, String>,
    pub(super) last_payment_error: Option<ApiError>,
    /// Its id alone, unless the whole was asked for.
    latest_charge: Option<Value>,
}

impl Intent {
    /// Whether it goes on only when its customer does something.
    pub(super) fn waits_for_customer(&self) -> bool {
        self.status == "requires_action"
    }

    /// By when it has to be captured, in Unix seconds, where Stripe says so.
    pub(super) fn capture_before(&self) -> Option<i64> {
        self.latest_charge.as_ref()?.pointer("/payment_method_details/card/capture_before")?.as_i64()
    }
}

/// A refund, as far as it matters here.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) failure_reason: Option<String>,
    #[serde(default)]
    pub(super) metadata: HashMap<String, String>,
}

/// A page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Page<T> {
    pub(super) data: Vec<T>,
    pub(super) has_more: bool,
}

/// An answer, and when Stripe gave it by its own clock.
pub(super) struct Read<T> {
    pub(super) body: T,
    pub(super) at: Option<DateTime<Utc>>,
}

/// Calls to one account.
pub(super) struct Client {
    /// Without trusted roots on the machine there is no client; every call then says so.
    http: Result<reqwest::Client, String>,
    url: String,
    key: String,
}

impl Client {
    pub(super) fn new(mut url: String, key: String) -> Self {
        while url.ends_with('/') {
            url.pop();
        }
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("holdfast/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| describe(&error));
        Self { http, url, key }
    }

    /// Asks for a change, under a key that lets it happen once.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        form: &[(&str, String)],
    ) -> Result<T, Trouble> {
        let request = self.request(Method::POST, path)?.header("idempotency-key", key).form(form);
        Ok(self.send(request).await?.body)
    }

    /// Reads.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<Read<T>, Trouble> {
        self.send(self.request(Method::GET, path)?.query(query)).await
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Trouble> {
        let http = self.http.as_ref().map_err(|reason| Trouble::NotDone(reason.clone()))?;
        let url = format!("{}{path}", self.url);
        Ok(http.request(method, url).bearer_auth(&self.key).header("stripe-version", VERSION))
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<Read<T>, Trouble> {
        let response = request.send().await.map_err(|error| lost(&error))?;
        if !response.status().is_success() {
            return Err(failure(response).await);
        }
        let at = date(&response);
        let body = response.bytes().await.map_err(|error| lost(&error))?;
        // Done, by its status; and without what it was, only a look-up tells.
        let body = serde_json::from_slice(&body)
            .map_err(|error| Trouble::Unknown(format!("the answer can't be read: {error}")))?;
        Ok(Read { body, at })
    }
}

/// What was lost before the connection stood was never sent; anything later may have arrived.
fn lost(error: &reqwest::Error) -> Trouble {
    let reason = describe(error);
    if error.is_connect() || error.is_builder() { Trouble::NotDone(reason) } else { Trouble::Unknown(reason) }
}

/// What an answer that is no success says of what was done.
async fn failure(response: Response) -> Trouble {
    let status = response.status();
    let is_stored = response.headers().get("idempotent-replayed").is_some_and(|value| value == "true");
    let body = response.bytes().await.unwrap_or_default();
    let error = serde_json::from_slice::<ErrorBody>(&body).ok().map(|body| body.error);
    let code = error.as_ref().map_or_else(|| "no reason given".to_owned(), ApiError::code);
    let reason = format!("status {}: {code}", status.as_u16());
    match (status, error) {
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => {
            tracing::error!(reason, "the key does not open Stripe's API");
            Trouble::NotDone(reason)
        }
        (StatusCode::TOO_MANY_REQUESTS, _) => Trouble::NotDone(reason),
        // Another call under the same key, or something outside of Stripe, is at it.
        (StatusCode::CONFLICT | StatusCode::FAILED_DEPENDENCY | StatusCode::REQUEST_TIMEOUT, _) => {
            Trouble::Unknown(reason)
        }
        (status, Some(error)) if status.is_client_error() => Trouble::Refused(Box::new(error)),
        (status, _) if status.is_server_error() && is_stored => Trouble::Stored(reason),
        _ => Trouble::Unknown(reason),
    }
}

fn date(response: &Response) -> Option<DateTime<Utc>> {
    let text = response.headers().get(header::DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(text).ok().map(|date| date.to_utc())
}

/// An error with all its causes: the outermost alone says next to nothing.
fn describe(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
