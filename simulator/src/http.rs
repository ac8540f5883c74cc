//! The gateway over HTTP.

use axum::{
    Json, Router,
    extract::{ConnectInfo, Path, Query, State, rejection::JsonRejection},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    Answer, Error, Simulator,
    book::{Row, Verdict},
    call::{Call, Kind},
    connection::{Cut, Cuttable},
    service::{Found, Reply},
    trouble::Trouble,
    webhook,
};

/// The most lines of a page of entries.
const PAGE: usize = 1000;
/// The longest key, as with Stripe.
const LONGEST_KEY: usize = 255;

#[derive(Clone)]
struct Site {
    simulator: Simulator,
    shutdown: CancellationToken,
}

impl Simulator {
    /// Serves until `shutdown`; then what is under way is finished, and callers that wait for nothing are let go.
    pub async fn serve(self, listener: TcpListener, shutdown: CancellationToken) -> Result<(), Error> {
        let webhooks = self.settings().webhooks.clone();
        let sending = webhooks.map(|to| tokio::spawn(webhook::deliver(self.clone(), to, shutdown.clone())));
        let site = Site { simulator: self, shutdown: shutdown.clone() };
        let router = Router::new()
            .route("/operations", post(perform))
            .route("/operations/{key}", get(look_up))
            .route("/entries", get(list))
            .route("/trouble", get(show_trouble).put(make_trouble))
            .route("/healthz", get(|| async { "ok" }))
            .with_state(site)
            .into_make_service_with_connect_info::<Cut>();
        let serving =
            axum::serve(Cuttable(listener), router).with_graceful_shutdown(shutdown.cancelled_owned());
        let served = serving.await.map_err(Error::Serve);
        if let Some(Err(error)) = match sending {
            Some(sending) => Some(sending.await),
            None => None,
        } {
            tracing::error!(%error, "the sender of webhooks broke off");
        }
        served
    }
}

async fn perform(
    State(site): State<Site>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    call: Result<Json<Call>, JsonRejection>,
) -> Response {
    let call = match call {
        Ok(Json(call)) => call,
        Err(rejection) => return trouble(StatusCode::BAD_REQUEST, &rejection.body_text()),
    };
    if call.key.is_empty() || call.key.len() > LONGEST_KEY {
        return trouble(StatusCode::BAD_REQUEST, "a key has 1 to 255 bytes");
    }
    match site.simulator.work(call).await {
        Reply::Answered(answer) => tell(answer),
        Reply::Busy => trouble(StatusCode::CONFLICT, "in_progress"),
        Reply::Down => trouble(StatusCode::SERVICE_UNAVAILABLE, "down"),
        Reply::Lost => lose(&cut),
        Reply::Never => {
            tokio::select! {
                () = tokio::time::sleep(site.simulator.settings().silence) => (),
                () = site.shutdown.cancelled() => (),
            }
            lose(&cut)
        }
    }
}

/// Closes the connection: the response is never written.
fn lose(cut: &Cut) -> Response {
    cut.cut();
    StatusCode::GATEWAY_TIMEOUT.into_response()
}

fn tell(answer: Answer) -> Response {
    match answer {
        Answer::Succeeded { reference, expires_at } => {
            Json(json!({ "result": "SUCCEEDED", "reference": reference, "expires_at": expires_at }))
                .into_response()
        }
        Answer::Declined(code) => {
            (StatusCode::PAYMENT_REQUIRED, Json(json!({ "result": "DECLINED", "code": code })))
                .into_response()
        }
        Answer::Error => trouble(StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
        Answer::Unavailable => trouble(StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        Answer::RateLimited => trouble(StatusCode::TOO_MANY_REQUESTS, "rate_limited"),
        Answer::KeyReused => trouble(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
    }
}

fn trouble(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}

/// What is told of an operation that was decided.
#[derive(Serialize)]
struct Operation<'a> {
    key: &'a str,
    kind: Kind,
    result: &'static str,
    reference: Option<&'a str>,
    code: Option<&'a str>,
    expires_at: Option<DateTime<Utc>>,
    amount_minor: i64,
    currency: &'a str,
    authorization: Option<&'a str>,
    tries: u32,
}

impl<'a> Operation<'a> {
    fn of(row: &'a Row) -> Self {
        let (result, code, expires_at) = match &row.verdict {
            Some(Verdict::Succeeded { expires_at, .. }) => ("SUCCEEDED", None, *expires_at),
            Some(Verdict::Declined { code }) => ("DECLINED", Some(code.as_str()), None),
            Some(Verdict::NotDone) | None => ("ERROR", None, None),
        };
        Self {
            key: &row.call.key,
            kind: row.call.kind,
            result,
            reference: row.reference(),
            code,
            expires_at,
            amount_minor: row.call.amount_minor,
            currency: &row.call.currency,
            authorization: row.about(),
            tries: row.tries,
        }
    }
}

async fn look_up(State(site): State<Site>, Path(key): Path<String>) -> Response {
    match site.simulator.look_up(&key).await {
        Found::Row(row) => Json(Operation::of(&row)).into_response(),
        Found::Nothing => trouble(StatusCode::NOT_FOUND, "unknown"),
        Found::Busy => trouble(StatusCode::CONFLICT, "in_progress"),
        Found::Down => trouble(StatusCode::SERVICE_UNAVAILABLE, "down"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paging {
    #[serde(default)]
    after: u64,
    limit: Option<usize>,
}

/// One line of the list of what was done.
#[derive(Serialize)]
struct Entry<'a> {
    seq: Option<u64>,
    key: &'a str,
    kind: Kind,
    amount_minor: i64,
    currency: &'a str,
    authorization: Option<&'a str>,
    reference: Option<&'a str>,
    payment_id: Option<&'a str>,
    happened_at: Option<DateTime<Utc>>,
}

async fn list(State(site): State<Site>, Query(paging): Query<Paging>) -> Response {
    let limit = paging.limit.unwrap_or(100).clamp(1, PAGE);
    let Some(page) = site.simulator.list(paging.after, limit).await else {
        return trouble(StatusCode::SERVICE_UNAVAILABLE, "down");
    };
    let entries: Vec<_> = page
        .entries
        .iter()
        .map(|row| Entry {
            seq: row.seq,
            key: &row.call.key,
            kind: row.call.kind,
            amount_minor: row.call.amount_minor,
            currency: &row.call.currency,
            authorization: row.about(),
            reference: row.reference(),
            payment_id: row.call.payment_id.as_deref(),
            happened_at: row.settled_at,
        })
        .collect();
    Json(json!({ "entries": entries, "next": page.next, "has_more": page.has_more })).into_response()
}

async fn show_trouble(State(site): State<Site>) -> Json<Trouble> {
    Json(site.simulator.trouble())
}

/// What is not named is none: the body is the whole trouble.
async fn make_trouble(State(site): State<Site>, wanted: Result<Json<Trouble>, JsonRejection>) -> Response {
    let wanted = match wanted {
        Ok(Json(wanted)) => wanted,
        Err(rejection) => return trouble(StatusCode::BAD_REQUEST, &rejection.body_text()),
    };
    match site.simulator.set_trouble(wanted) {
        Ok(()) => Json(site.simulator.trouble()).into_response(),
        Err(error) => trouble(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    }
}
