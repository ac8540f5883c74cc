//! `POST /graphql` for everything that is answered once, `GET /graphql` for queries.

use async_graphql::parser::types::OperationType;
use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use db::Trace;
use tracing::Span;

use super::{
    body::{self, Unread},
    media::{self, Media},
    params, respond,
};
use crate::{
    app::{App, answers_once},
    graphql::{Fault, Params, RequestContext},
};

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
    State(app): State<App>,
    Extension(trace): Extension<Trace>,
    request: Request,
) -> Response {
    let Some(media) = Media::negotiate(request.headers()) else {
        return unacceptable();
    };
    if !media::is_json(request.headers()) {
        let message = "The content type must be `application/json`, in UTF-8.".to_owned();
        return respond::refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, media, Fault::BadUserInput(message));
    }
    let (parts, body) = request.into_parts();
    let limit = app.settings.body_limit;
    let (status, message) = match body::read(&parts.headers, body, limit).await {
        Ok(body) => {
            let params = params::from_body(&body);
            return run(&app, &parts.headers, trace, media, Method::Post, params).await;
        }
        Err(Unread::TooLarge) => {
            (StatusCode::PAYLOAD_TOO_LARGE, format!("The body is longer than {limit} bytes."))
        }
        Err(Unread::Broken) => (StatusCode::BAD_REQUEST, "The body can't be read.".to_owned()),
    };
    respond::refuse(status, media, Fault::BadUserInput(message))
}

pub(super) async fn get(
    State(app): State<App>,
    Extension(trace): Extension<Trace>,
    request: Request,
) -> Response {
    let Some(media) = Media::negotiate(request.headers()) else {
        return unacceptable();
    };
    run(&app, request.headers(), trace, media, Method::Get, params::from_uri(request.uri())).await
}

fn unacceptable() -> Response {
    let message = "Answers are `application/graphql-response+json` or `application/json`.".to_owned();
    respond::refuse(StatusCode::NOT_ACCEPTABLE, Media::Json, Fault::BadUserInput(message))
}

async fn run(
    app: &App,
    headers: &HeaderMap,
    trace: Trace,
    media: Media,
    method: Method,
    params: Result<Params, String>,
) -> Response {
    let Ok(session) = app.session(headers) else {
        return respond::refuse(StatusCode::UNAUTHORIZED, media, Fault::Unauthenticated);
    };
    let params = match params {
        Ok(params) => params,
        Err(message) => {
            return respond::refuse(StatusCode::BAD_REQUEST, media, Fault::BadUserInput(message));
        }
    };
    if let Some(name) = &params.operation_name {
        Span::current().record("operation", name.chars().take(LONGEST_NAME).collect::<String>());
    }
    let context = RequestContext { actor: session.map(|session| session.actor), trace };
    let prepared = match app.prepare(params, context) {
        Ok(prepared) => prepared,
        Err(refused) => return respond::answer(media, &refused),
    };
    if !answers_once(prepared.operation) {
        let message = "Subscriptions are served over WebSocket, with `graphql-transport-ws`.".to_owned();
        return respond::refuse(StatusCode::BAD_REQUEST, media, Fault::BadUserInput(message));
    }
    if method == Method::Get && prepared.operation == OperationType::Mutation {
        let message = "Mutations are sent with POST.".to_owned();
        return respond::refuse(StatusCode::METHOD_NOT_ALLOWED, media, Fault::BadUserInput(message));
    }
    respond::answer(media, &app.execute(prepared).await)
}
