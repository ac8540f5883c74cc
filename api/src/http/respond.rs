//! An answer as an HTTP response.

use async_graphql::{ServerError, Value};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::media::Media;
use crate::{answer::Answer, graphql::Fault};

/// Puts an answer as its media type asks.
pub(super) fn answer(media: Media, answer: &Answer) -> Response {
    let status = match answer {
        Answer::Executed(_) => StatusCode::OK,
        Answer::Refused(errors) => status(media, errors),
    };
    json(status, media, answer)
}

/// A request that never became one of GraphQL.
pub(super) fn refuse(status: StatusCode, media: Media, fault: Fault) -> Response {
    let mut response = json(status, media, &Answer::Refused(vec![fault.into_server_error()]));
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

fn status(media: Media, errors: &[ServerError]) -> StatusCode {
    match errors.first().and_then(code) {
        // Not the request is at fault, but its time: clients and proxies know what these two mean.
        Some(Fault::RATE_LIMITED) => StatusCode::TOO_MANY_REQUESTS,
        Some("UNAVAILABLE") => StatusCode::SERVICE_UNAVAILABLE,
        _ if media == Media::GraphqlResponse => StatusCode::BAD_REQUEST,
        // A status other than 200 would be taken for one of the server or of a proxy between.
        _ => StatusCode::OK,
    }
}

fn code(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

/// Whole seconds after which a client may try again: never sooner than the error says.
fn retry_after(error: &ServerError) -> Option<u64> {
    match error.extensions.as_ref()?.get("retryAfterMs")? {
        Value::Number(milliseconds) => Some(milliseconds.as_u64()?.div_ceil(1_000)),
        _ => None,
    }
}

fn json(status: StatusCode, media: Media, answer: &Answer) -> Response {
    let body = serde_json::to_vec(answer).unwrap_or_else(|error| {
        // Only a value that is no JSON could do this, and a GraphQL value always is.
        tracing::error!(%error, "an answer could not be encoded");
        Value::Null.to_string().into_bytes()
    });
    let headers = [
        (header::CONTENT_TYPE, media.header()),
        // What a viewer may see is not for shared caches.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let mut response = (status, headers, body).into_response();
    if let Answer::Refused(errors) = answer
        && let Some(seconds) = errors.first().and_then(retry_after)
    {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(fault: Fault) -> Answer {
        Answer::Refused(vec![fault.into_server_error()])
    }

    #[test]
    fn a_refusal_says_by_its_status_whether_to_come_again_and_when() {
        let busy = answer(Media::Json, &refused(Fault::Unavailable));
        assert_eq!(busy.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(busy.headers()[header::RETRY_AFTER], "1");
        for (media, status) in
            [(Media::Json, StatusCode::OK), (Media::GraphqlResponse, StatusCode::BAD_REQUEST)]
        {
            let wrong = answer(media, &refused(Fault::BadUserInput("wrong".to_owned())));
            assert_eq!(wrong.status(), status);
            assert!(!wrong.headers().contains_key(header::RETRY_AFTER));
        }
    }

    #[test]
    fn nobody_comes_again_too_early() {
        let mut error = Fault::Unavailable.into_server_error();
        for (milliseconds, seconds) in [(1, 1), (1_000, 1), (1_001, 2), (59_999, 60)] {
            error.extensions.get_or_insert_default().set("retryAfterMs", milliseconds);
            assert_eq!(retry_after(&error), Some(seconds));
        }
    }
}
