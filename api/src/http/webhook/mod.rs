//! `POST /webhooks/{gateway}`: what gateways tell of their own accord. Written down, answered, and worked later.

mod inbox;

use std::sync::Arc;

use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use db::Webhook;

use super::body::{self, Unread};
use crate::{app::App, webhooks::WebhookRefused};
pub(crate) use inbox::Inbox;

/// Bytes of a webhook at most; gateways send a few thousand.
const BODY_LIMIT: usize = 256 * 1024;
/// Characters of an event's id, of its type and of what it names at most; gateways use a few dozen.
const LONGEST_NAME: usize = 255;

/// Takes one event. Whatever is not answered with 200 the gateway sends again.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Path(gateway): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Some(name) = app.settings.webhooks.signature_header(&gateway) else {
        // Whatever somebody makes up in the address is one label only.
        return answer("unknown", StatusCode::NOT_FOUND, "unknown_gateway");
    };
    let body = match body::read(&parts.headers, body, BODY_LIMIT, app.settings.body_timeout).await {
        Ok(body) => body,
        Err(Unread::TooLarge) => return answer(&gateway, StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
        Err(Unread::Late) => return answer(&gateway, StatusCode::REQUEST_TIMEOUT, "late"),
        Err(Unread::Broken) => return answer(&gateway, StatusCode::BAD_REQUEST, "unreadable"),
    };
    let read = app.settings.webhooks.verify(&gateway, signature(&parts.headers, name), &body);
    let event = match read.and_then(storable) {
        Ok(event) => event,
        Err(refused) => {
            tracing::warn!(gateway, reason = %refused, "a webhook was refused");
            let (status, result) = status_of(refused);
            return answer(&gateway, status, result);
        }
    };
    match app.inbox.receive(event).await {
        Some(is_new) => answer(&gateway, StatusCode::OK, if is_new { "received" } else { "duplicate" }),
        None => answer(&gateway, StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    }
}

/// The signature that came along; none is one that nobody's secret made.
fn signature<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// What the database could not hold, it would refuse together with all that came at the same moment.
fn storable(event: Webhook) -> Result<Webhook, WebhookRefused> {
    let texts =
        [Some(&event.event_id), Some(&event.kind), event.operation_key.as_ref(), event.reference.as_ref()];
    let is_good = |text: &String| text.len() <= LONGEST_NAME && !text.contains('\0');
    let is_named = !event.event_id.is_empty();
    if is_named && texts.into_iter().flatten().all(is_good) {
        Ok(event)
    } else {
        Err(WebhookRefused::Unreadable)
    }
}

fn status_of(refused: WebhookRefused) -> (StatusCode, &'static str) {
    match refused {
        WebhookRefused::Forged => (StatusCode::UNAUTHORIZED, "forged"),
        WebhookRefused::Stale => (StatusCode::UNAUTHORIZED, "stale"),
        WebhookRefused::Unreadable => (StatusCode::BAD_REQUEST, "unreadable"),
        WebhookRefused::Unexpected => (StatusCode::NOT_FOUND, "unexpected"),
    }
}

/// Counts the event and answers; why it was refused is for our log alone.
fn answer(gateway: &str, status: StatusCode, result: &'static str) -> Response {
    metrics::counter!("holdfast_webhooks_total", "gateway" => gateway.to_owned(), "result" => result)
        .increment(1);
    let body = if status == StatusCode::OK { r#"{"received":true}"# } else { r#"{"received":false}"# };
    (status, [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body)
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(event_id: &str) -> Webhook {
        Webhook {
            gateway: "simulator".to_owned(),
            event_id: event_id.to_owned(),
            kind: "operation.succeeded".to_owned(),
            operation_key: None,
            reference: None,
            is_exceptional: false,
            occurred_at: None,
        }
    }

    #[test]
    fn only_what_the_database_can_hold_is_taken() {
        assert!(storable(event("evt_1")).is_ok());
        for id in ["", "a\0b", &"x".repeat(LONGEST_NAME + 1)] {
            assert_eq!(storable(event(id)), Err(WebhookRefused::Unreadable), "{id:?}");
        }
        let named = Webhook { reference: Some("pi\0".to_owned()), ..event("evt_1") };
        assert_eq!(storable(named), Err(WebhookRefused::Unreadable));
    }
}
