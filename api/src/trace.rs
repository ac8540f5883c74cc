//! What every request is known by: an id, the client's or one of ours, which is in the answer, in the span of every log
//! line, and in what `INTERNAL` errors tell; and its place in a distributed trace. The events of what a request writes
//! carry both on.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use db::Trace;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::panics;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Of W3C Trace Context.
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// Longest id taken from a client, in bytes.
const LONGEST: usize = 128;

/// Gives the request its id and its span, and the answer the same id.
pub(crate) async fn identify(mut request: Request, next: Next) -> Response {
    let given = header(request.headers(), &REQUEST_ID).filter(|id| good(id));
    let id = given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned);
    let traceparent = child_of(header(request.headers(), &TRACEPARENT));
    let span = tracing::info_span!(
        "request",
        request_id = id,
        method = %request.method(),
        path = request.uri().path(),
        operation = tracing::field::Empty,
    );
    request.extensions_mut().insert(Trace { correlation_id: id.clone(), traceparent });
    let run = panics::caught(next.run(request), &id).instrument(span);
    // Operations catch their own: what comes here is of the way to them.
    let mut response = run.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// One of the operations that share a socket, each with an id of its own.
pub(crate) fn part_of(socket: &Trace, serial: u64) -> Trace {
    Trace {
        correlation_id: format!("{}.{serial}", socket.correlation_id),
        traceparent: child_of(Some(&socket.traceparent)),
    }
}

/// A span of our own below the one named, or at the root of a new trace when that can't be read.
fn child_of(parent: Option<&str>) -> String {
    // Uuids would ask the system for each.
    let span = format!("{:016x}", rand::random::<u64>());
    match parent.and_then(parts) {
        Some((trace, flags)) => format!("00-{trace}-{span}-{flags}"),
        None => format!("00-{:032x}-{span}-00", rand::random::<u128>()),
    }
}

/// The trace's id and its flags, if this is a `traceparent` of a version that has them where version 00 has.
fn parts(traceparent: &str) -> Option<(&str, &str)> {
    let mut fields = traceparent.split('-');
    let (version, trace, span, flags) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let is_hex = |field: &str, digits| {
        field.len() == digits && field.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_known = is_hex(version, 2) && version != "ff" && (version != "00" || fields.next().is_none());
    let is_set = |field: &str| field.bytes().any(|byte| byte != b'0');
    let is_whole = is_hex(trace, 32) && is_set(trace) && is_hex(span, 16) && is_set(span) && is_hex(flags, 2);
    (is_known && is_whole).then_some((trace, flags))
}

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn good(id: &str) -> bool {
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_short_and_printable_id_is_taken_over() {
        assert!(good("0190c0de-7e57"));
        for id in ["", "a b", "a\u{7f}", &"x".repeat(129)] {
            assert!(!good(id), "{id:?}");
        }
    }

    #[test]
    fn a_trace_goes_on_in_a_span_of_our_own() {
        let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let ours = child_of(Some(given));
        assert!(ours.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && ours.ends_with("-01"), "{ours}");
        assert_ne!(ours, given);
        assert!(parts(&ours).is_some(), "{ours}");
    }

    #[test]
    fn what_is_no_trace_begins_a_new_one() {
        let long = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more";
        let zeros = "00-00000000000000000000000000000000-00f067aa0ba902b7-01";
        let upper = "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01";
        for given in [None, Some(""), Some("rubbish"), Some(long), Some(zeros), Some(upper), Some("00-é-b-c")]
        {
            let ours = child_of(given);
            assert!(parts(&ours).is_some(), "{given:?} led to {ours}");
            assert_ne!(ours[3..35], "0".repeat(32), "{given:?}");
        }
    }

    #[test]
    fn operations_on_one_socket_are_told_apart() {
        let socket = Trace { correlation_id: "a".to_owned(), traceparent: child_of(None) };
        let (one, two) = (part_of(&socket, 1), part_of(&socket, 2));
        assert_eq!((one.correlation_id.as_str(), two.correlation_id.as_str()), ("a.1", "a.2"));
        assert_eq!(one.traceparent[..36], two.traceparent[..36]);
        assert_ne!(one.traceparent, two.traceparent);
    }
}
