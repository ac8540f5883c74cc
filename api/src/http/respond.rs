//! An answer as an HTTP response.

use async_graphql::{ServerError, Value};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use super::media::Media;
use crate::{app::Answer, graphql::Fault};

/// A response without `data`.
#[derive(Serialize)]
struct Errors<'a> {
    errors: &'a [ServerError],
}

/// Puts an answer as its media type asks.
pub(super) fn answer(media: Media, answer: &Answer) -> Response {
    let errors = match answer {
        Answer::Executed(response) => return json(StatusCode::OK, media, response),
        Answer::Refused(errors) => errors,
    };
    let status = match media {
        _ if errors.iter().any(is_rate_limited) => StatusCode::TOO_MANY_REQUESTS,
        Media::GraphqlResponse => StatusCode::BAD_REQUEST,
        // A status other than 200 would be taken for one of the server or of a proxy between.
        Media::Json => StatusCode::OK,
    };
    refused(status, media, errors)
}

/// A request that never became one of GraphQL.
pub(super) fn refuse(status: StatusCode, media: Media, fault: Fault) -> Response {
    let errors = [fault.into_server_error()];
    let mut response = refused(status, media, &errors);
    let hint = match status {
        StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#)),
        StatusCode::METHOD_NOT_ALLOWED => Some((header::ALLOW, "POST")),
        _ => None,
    };
    if let Some((name, value)) = hint {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refused(status: StatusCode, media: Media, errors: &[ServerError]) -> Response {
    let mut response = json(status, media, &Errors { errors });
    let wait = errors.iter().filter(|error| is_rate_limited(error)).find_map(retry_after);
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn is_rate_limited(error: &ServerError) -> bool {
    let code = error.extensions.as_ref().and_then(|values| values.get("code"));
    code == Some(&Value::from(Fault::RATE_LIMITED))
}

/// What an error says of when to come back, in seconds, rounded up.
fn retry_after(error: &ServerError) -> Option<u64> {
    match error.extensions.as_ref()?.get("retryAfterMs")? {
        Value::Number(milliseconds) => Some(milliseconds.as_u64()?.div_ceil(1_000)),
        _ => None,
    }
}

fn json<T: Serialize>(status: StatusCode, media: Media, body: &T) -> Response {
    let body = serde_json::to_vec(body).unwrap_or_else(|error| {
        // Only a value that is no JSON could do this, and a GraphQL value always is.
        tracing::error!(%error, "an answer could not be encoded");
        Value::Null.to_string().into_bytes()
    });
    let headers = [
        (header::CONTENT_TYPE, media.header()),
        // What a viewer may see is not for shared caches.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, body).into_response()
}
