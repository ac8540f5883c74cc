//! What webhooks are about, and which are refused.

use super::{
    super::super::{WebhookError, WebhookEvent, signature},
    *,
};

fn body(kind: &str, object: &Value) -> Vec<u8> {
    json!({
        "id": "evt_1", "object": "event", "type": kind, "created": NOW, "livemode": false,
        "data": { "object": object },
    })
    .to_string()
    .into_bytes()
}

fn parsed(body: &[u8], key: &str) -> Result<WebhookEvent, WebhookError> {
    let stripe = Stripe::new(
        "stripe".to_owned(),
        String::new(),
        key.to_owned(),
        vec!["new".to_owned(), "old".to_owned()],
    );
    stripe.parse_webhook(&signature::sign(body, "old", at(NOW)), body, at(NOW))
}

#[test]
fn each_event_names_what_it_is_about() {
    let refund = |status: &str| {
        json!({ "id": "re_1", "object": "refund", "status": status, "payment_intent": "pi_1",
                "metadata": { "holdfast_operation": "key-2" } })
    };
    let charge = json!({ "id": "ch_1", "object": "charge", "status": "succeeded", "payment_intent": "pi_1",
                         "metadata": { "holdfast_operation": "key-1" } });
    let dispute = json!({ "id": "dp_1", "object": "dispute", "payment_intent": "pi_1", "metadata": {} });
    for (kind, object, key, reference, is_exceptional) in [
        (
            "payment_intent.amount_capturable_updated",
            intent("requires_capture"),
            Some("key-1"),
            "pi_1",
            false,
        ),
        ("payment_intent.payment_failed", intent("requires_payment_method"), Some("key-1"), "pi_1", false),
        // The key that the intent bears is not the capture's, nor the void's.
        ("payment_intent.succeeded", intent("succeeded"), None, "pi_1", false),
        ("payment_intent.canceled", intent("canceled"), None, "pi_1", false),
        ("charge.refunded", charge, None, "pi_1", false),
        ("refund.created", refund("succeeded"), Some("key-2"), "re_1", false),
        ("refund.updated", refund("succeeded"), Some("key-2"), "re_1", false),
        ("refund.updated", refund("failed"), Some("key-2"), "re_1", true),
        ("refund.failed", refund("failed"), Some("key-2"), "re_1", true),
        ("charge.dispute.created", dispute, None, "pi_1", true),
    ] {
        let event = parsed(&body(kind, &object), "sk_test_1").expect("it is signed");
        let wanted = WebhookEvent {
            id: "evt_1".to_owned(),
            kind: kind.to_owned(),
            operation_key: key.map(str::to_owned),
            reference: Some(reference.to_owned()),
            is_exceptional,
            occurred_at: Some(at(NOW)),
        };
        assert_eq!(event, wanted);
    }
}

#[test]
fn one_of_the_other_mode_is_refused() {
    let test = body("payment_intent.succeeded", &intent("succeeded"));
    assert_eq!(parsed(&test, "sk_live_1"), Err(WebhookError::Unexpected));
    assert_eq!(parsed(&test, "rk_live_1"), Err(WebhookError::Unexpected));
}

#[test]
fn what_is_signed_and_can_not_be_read_is_told_apart() {
    for body in [&b""[..], b"{}", b"[1]", b"\xff", br#"{"id":"evt_1","type":"x","created":1}"#] {
        assert_eq!(parsed(body, "sk_test_1"), Err(WebhookError::Unreadable));
    }
}

#[test]
fn what_is_not_signed_is_not_read() {
    let stripe =
        Stripe::new("stripe".to_owned(), String::new(), "sk_test_1".to_owned(), vec!["new".to_owned()]);
    let body = body("payment_intent.succeeded", &intent("succeeded"));
    assert_eq!(stripe.parse_webhook("", &body, at(NOW)), Err(WebhookError::Forged));
    let signature = signature::sign(&body, "other", at(NOW));
    assert_eq!(stripe.parse_webhook(&signature, &body, at(NOW)), Err(WebhookError::Forged));
    let stale = signature::sign(&body, "new", at(NOW - 301));
    assert_eq!(stripe.parse_webhook(&stale, &body, at(NOW)), Err(WebhookError::Stale));
}
