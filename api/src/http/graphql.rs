//! `POST /graphql` for everything, `GET /graphql` for what changes nothing; subscriptions as streams of events.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use db::Trace;
use futures::{Stream, stream};
use tokio::time::Instant;
use tracing::Span;

use super::{
    body::{self, Unread},
    media::{self, Accepted, Media},
    params, respond,
};
use crate::{
    answer::Answer,
    app::{App, answers_once, ends},
    graphql::{COMMIT, Fault, Params, Prepared, RequestContext},
    limits::ClientAddress,
    sse,
};

/// What `extensions.commit` is as a header.
const COMMIT_HEADER: &str = "x-holdfast-commit";
/// Longest operation name that a span carries, in characters.
const LONGEST_NAME: usize = 100;

/// Which operations a method may ask for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    /// Must not change anything: links and caches use it without asking.
    Get,
    Post,
}

pub(super) async fn post(
    State(app): State<Arc<App>>,
    Extension(trace): Extension<Trace>,
    Extension(address): Extension<ClientAddress>,
    request: Request,
) -> Response {
    match read_post(&app, trace, address, request).await {
        Ok(ready) => run(&app, ready).await,
        Err(answer) => *answer,
    }
}

pub(super) async fn get(
    State(app): State<Arc<App>>,
    Extension(trace): Extension<Trace>,
    Extension(address): Extension<ClientAddress>,
    request: Request,
) -> Response {
    match read_get(&app, trace, address, request).await {
        Ok(ready) => run(&app, ready).await,
        Err(answer) => *answer,
    }
}

/// An operation that may run, and all that is still to be known of its request: headers and body are let go of before, and
/// with them the connection's buffer, since an operation may wait long.
struct Ready {
    prepared: Prepared,
    accepted: Accepted,
    /// When what it opens has to end.
    ends: Instant,
}

/// The operation, or the answer that says why there is none.
type Readied = Result<Ready, Box<Response>>;

async fn read_post(app: &App, trace: Trace, address: ClientAddress, request: Request) -> Readied {
    let Some(accepted) = Accepted::by(request.headers()) else {
        return unacceptable(app, address).await;
    };
    let media = accepted.media();
    if !media::is_json(request.headers()) {
        let message = "The content type must be `application/json`, in UTF-8.".to_owned();
        let fault = Fault::BadUserInput(message);
        return turn_away(app, address, StatusCode::UNSUPPORTED_MEDIA_TYPE, media, fault).await;
    }
    let (parts, body) = request.into_parts();
    let (limit, patience) = (app.settings.body_limit, app.settings.body_timeout);
    let (status, message) = match body::read(&parts.headers, body, limit, patience).await {
        Ok(body) => {
            let params = params::from_body(&body);
            drop(body);
            let caller = Caller { headers: &parts.headers, trace, address, accepted };
            return ready(app, caller, Method::Post, params).await;
        }
        Err(Unread::TooLarge) => {
            (StatusCode::PAYLOAD_TOO_LARGE, format!("The body is longer than {limit} bytes."))
        }
        Err(Unread::Late) => (StatusCode::REQUEST_TIMEOUT, "The body did not come in time.".to_owned()),
        Err(Unread::Broken) => (StatusCode::BAD_REQUEST, "The body can't be read.".to_owned()),
    };
    turn_away(app, address, status, media, Fault::BadUserInput(message)).await
}

async fn read_get(app: &App, trace: Trace, address: ClientAddress, request: Request) -> Readied {
    let Some(accepted) = Accepted::by(request.headers()) else {
        return unacceptable(app, address).await;
    };
    let caller = Caller { headers: request.headers(), trace, address, accepted };
    ready(app, caller, Method::Get, params::from_uri(request.uri())).await
}

/// Clients that can't write extensions send the position of a commit as a header.
fn with_commit(mut params: Params, headers: &HeaderMap) -> Result<Params, String> {
    if let Some(value) = headers.get(COMMIT_HEADER) {
        let value = value.to_str().map_err(|_| format!("`{COMMIT_HEADER}` can't be read."))?;
        params.extensions.entry(COMMIT).or_insert_with(|| value.into());
    }
    Ok(params)
}

async fn unacceptable(app: &App, address: ClientAddress) -> Readied {
    let message =
        "Answers are `application/graphql-response+json`, `application/json` or `text/event-stream`."
            .to_owned();
    turn_away(app, address, StatusCode::NOT_ACCEPTABLE, Media::Json, Fault::BadUserInput(message)).await
}

/// Refuses what never became an operation, and charges its address: to send rubbish is no way round the limits.
async fn turn_away(
    app: &App,
    address: ClientAddress,
    status: StatusCode,
    media: Media,
    fault: Fault,
) -> Readied {
    Err(Box::new(match app.charge(address.0).await {
        Ok(()) => respond::refuse(status, media, fault),
        Err(limited) => respond::refuse(StatusCode::TOO_MANY_REQUESTS, media, limited),
    }))
}

/// What is known of a request beside its operation.
struct Caller<'a> {
    headers: &'a HeaderMap,
    trace: Trace,
    address: ClientAddress,
    accepted: Accepted,
}

/// The only answer there is, as a stream.
fn once(answer: Answer) -> impl Stream<Item = Answer> + Send + 'static {
    stream::once(async move { answer })
}

/// Finds out who asks, and prepares the operation that is asked for.
async fn ready(app: &App, caller: Caller<'_>, method: Method, params: Result<Params, String>) -> Readied {
    let Caller { headers, trace, address, accepted } = caller;
    let media = accepted.media();
    let session = match app.session(headers).await {
        Ok(session) => session,
        Err(bad) => {
            let (status, fault) = bad.fault();
            return turn_away(app, address, status, media, fault).await;
        }
    };
    let params = match params.and_then(|params| with_commit(params, headers)) {
        Ok(params) => params,
        Err(message) => {
            let fault = Fault::BadUserInput(message);
            return turn_away(app, address, StatusCode::BAD_REQUEST, media, fault).await;
        }
    };
    if let Some(name) = &params.operation_name {
        Span::current().record("operation", name.chars().take(LONGEST_NAME).collect::<String>());
    }
    let ends = ends(session.as_ref());
    let actor = session.map(|session| session.actor);
    let context = RequestContext { actor, address: address.0, trace };
    let prepared = match app.prepare(params, context).await {
        Ok(prepared) => prepared,
        Err(refused) if accepted.streams(None) => {
            return Err(Box::new(sse::respond(app, ends, once(*refused))));
        }
        Err(refused) => return Err(Box::new(respond::answer(media, &refused))),
    };
    if method == Method::Get && prepared.operation == OperationType::Mutation {
        let fault = Fault::BadUserInput("Mutations are sent with POST.".to_owned());
        return Err(Box::new(respond::refuse(StatusCode::METHOD_NOT_ALLOWED, media, fault)));
    }
    Ok(Ready { prepared, accepted, ends })
}

async fn run(app: &App, ready: Ready) -> Response {
    let Ready { prepared, accepted, ends } = ready;
    let media = accepted.media();
    let (budget, streams) = (prepared.budget, accepted.streams(Some(prepared.operation)));
    let mut response = if answers_once(prepared.operation) {
        let answer = app.execute(prepared).await;
        if streams { sse::respond(app, ends, once(answer)) } else { respond::answer(media, &answer) }
    } else if streams {
        sse::respond(app, ends, app.stream(prepared))
    } else {
        let message = "Subscriptions are served as `text/event-stream`, or over WebSocket with \
                       `graphql-transport-ws`.";
        return respond::refuse(StatusCode::BAD_REQUEST, media, Fault::BadUserInput(message.to_owned()));
    };
    if let Some(budget) = budget {
        budget.head(response.headers_mut());
    }
    response
}
