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
    match (answer, media) {
        (Answer::Executed(response), _) => json(StatusCode::OK, media, response),
        (Answer::Refused(errors), Media::GraphqlResponse) => {
            json(StatusCode::BAD_REQUEST, media, &Errors { errors })
        }
        // A status other than 200 would be taken for one of the server or of a proxy between.
        (Answer::Refused(errors), Media::Json) => json(StatusCode::OK, media, &Errors { errors }),
    }
}

/// A request that never became one of GraphQL.
pub(super) fn refuse(status: StatusCode, media: Media, fault: Fault) -> Response {
    let errors = [fault.into_server_error()];
    let mut response = json(status, media, &Errors { errors: &errors });
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
