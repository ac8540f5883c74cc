//! Operations, and every kind of answer to one.

use super::*;

#[tokio::test]
async fn an_authorization_is_an_intent_to_be_captured_by_hand() {
    let charge = json!({ "payment_method_details": { "card": { "capture_before": NOW + 3_600 } } });
    let answer = with(intent("requires_capture"), &json!({ "latest_charge": charge }));
    let stand_in = StandIn::answering(vec![Reply::Json(200, answer)]).await;
    let authorized = stripe(&stand_in).perform(&operation(OperationKind::Authorize)).await;
    let wanted = Done { reference: "pi_1".to_owned(), expires_at: Some(at(NOW + 3_600)) };
    assert_eq!(authorized, Answer::Done(wanted));

    let seen = &stand_in.seen()[0];
    assert_eq!(seen.line, "POST /v1/payment_intents");
    for header in
        ["authorization: bearer sk_test_1", "idempotency-key: key-1", "stripe-version: 2025-03-31.basil"]
    {
        assert!(seen.head.lines().any(|line| line == header), "{header}: {}", seen.head);
    }
    for field in [
        "amount=1250",
        "currency=eur",
        "payment_method=pm_card_visa",
        "payment_method_types[]=card",
        "capture_method=manual",
        "confirm=true",
        "off_session=true",
        "metadata[holdfast_operation]=key-1",
    ] {
        assert!(seen.form.split('&').any(|one| one == field), "{field}: {}", seen.form);
    }
}

#[tokio::test]
async fn an_authorization_stands_for_seven_days_where_stripe_does_not_say() {
    let script = vec![Reply::Json(200, intent("requires_capture"))];
    let authorized = performed(&operation(OperationKind::Authorize), script).await;
    let wanted = Done { reference: "pi_1".to_owned(), expires_at: Some(at(NOW + 7 * 86_400)) };
    assert_eq!(authorized, Answer::Done(wanted));
}

#[tokio::test]
async fn what_would_need_the_customer_is_cancelled_and_declined() {
    for cancelled in [Reply::Json(200, intent("canceled")), Reply::Lost] {
        let stand_in = StandIn::answering(vec![Reply::Json(200, intent("requires_action")), cancelled]).await;
        let answer = stripe(&stand_in).perform(&operation(OperationKind::Authorize)).await;
        assert_eq!(answer, declined("authentication_required"));
        let seen = stand_in.seen();
        assert_eq!(seen[1].line, "POST /v1/payment_intents/pi_1/cancel");
        assert!(seen[1].head.contains("idempotency-key: key-1-cancel"), "{}", seen[1].head);
    }
}

#[tokio::test]
async fn a_refusal_is_told_by_its_most_telling_code() {
    let by_the_bank = json!({ "error": {
        "type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds",
        "payment_intent": intent("requires_payment_method"),
    } });
    for (status, body, code) in [
        (402, by_the_bank, "insufficient_funds"),
        (402, error("card_error", "authentication_required"), "authentication_required"),
        (402, json!({ "error": { "type": "card_error" } }), "card_error"),
        (400, error("invalid_request_error", "amount_too_small"), "amount_too_small"),
        (404, error("invalid_request_error", "resource_missing"), "resource_missing"),
        (400, json!({ "error": { "type": "idempotency_error" } }), "idempotency_key_reused"),
    ] {
        let answer = performed(&operation(OperationKind::Authorize), vec![Reply::Json(status, body)]).await;
        assert_eq!(answer, declined(code), "status {status}");
    }
}

#[tokio::test]
async fn what_was_turned_away_has_failed_and_what_may_have_been_done_is_unknown() {
    let nobody = json!({});
    for (reply, has_failed) in [
        (Reply::Json(429, error("invalid_request_error", "rate_limit")), true),
        (Reply::Json(429, error("invalid_request_error", "lock_timeout")), true),
        (Reply::Json(401, error("invalid_request_error", "")), true),
        (Reply::Json(403, error("invalid_request_error", "")), true),
        (Reply::Json(409, error("idempotency_error", "idempotency_key_in_use")), false),
        (Reply::Json(500, error("api_error", "")), false),
        (Reply::Stored(500, error("api_error", "")), false),
        (Reply::Json(503, nobody.clone()), false),
        // Whoever answers so is not Stripe.
        (Reply::Json(404, nobody.clone()), false),
        (Reply::Json(302, nobody.clone()), false),
        (Reply::Json(200, nobody), false),
        (Reply::Json(200, intent("processing")), false),
        (Reply::Torn, false),
        (Reply::Lost, false),
    ] {
        let answer = performed(&operation(OperationKind::Authorize), vec![reply]).await;
        assert_eq!(matches!(answer, Answer::Failed(_)), has_failed, "{answer:?}");
        assert_eq!(matches!(answer, Answer::Unknown(_)), !has_failed, "{answer:?}");
    }
}

#[tokio::test]
async fn what_was_never_sent_has_failed() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", free.local_addr().expect("it is bound"));
    drop(free);
    let stripe = Stripe::new("stripe".to_owned(), url, "sk_test_1".to_owned(), vec![]);
    for kind in [OperationKind::Authorize, OperationKind::Capture, OperationKind::Void, OperationKind::Refund]
    {
        let answer = stripe.perform(&operation(kind)).await;
        assert!(matches!(answer, Answer::Failed(_)), "{answer:?}");
        let finding = stripe.look_up(&operation(kind)).await;
        assert!(matches!(finding, Finding::Unknown(_)), "a look-up that failed finds nothing: {finding:?}");
    }
}

#[tokio::test]
async fn an_amount_that_stripe_would_read_otherwise_is_not_sent() {
    let stand_in = StandIn::answering(vec![]).await;
    let currency = "ISK".parse().expect("a currency");
    for kind in [OperationKind::Authorize, OperationKind::Refund] {
        let answer = stripe(&stand_in).perform(&Operation { currency, ..operation(kind) }).await;
        assert_eq!(answer, declined("unsupported_currency"));
    }
    assert!(stand_in.seen().is_empty());
}

#[tokio::test]
async fn an_intent_that_is_none_of_stripes_is_not_asked_about() {
    let stand_in = StandIn::answering(vec![]).await;
    for authorization in [None, Some(String::new()), Some("pi_1/cancel?".to_owned())] {
        let operation = Operation { authorization, ..operation(OperationKind::Capture) };
        assert!(matches!(stripe(&stand_in).perform(&operation).await, Answer::Failed(_)));
    }
    assert!(stand_in.seen().is_empty());
}

#[tokio::test]
async fn a_capture_and_a_void_are_told_by_the_intent() {
    let (capture, void) = (operation(OperationKind::Capture), operation(OperationKind::Void));
    let stand_in = StandIn::answering(vec![
        Reply::Json(200, with(intent("succeeded"), &json!({ "amount_received": 1_250 }))),
        Reply::Json(200, intent("canceled")),
    ])
    .await;
    let stripe = stripe(&stand_in);
    assert_eq!(stripe.perform(&capture).await, Answer::Done(done("pi_1")));
    assert_eq!(stripe.perform(&void).await, Answer::Done(done("pi_1")));
    let seen = stand_in.seen();
    assert_eq!(seen[0].line, "POST /v1/payment_intents/pi_1/capture");
    assert_eq!(seen[0].form, "amount_to_capture=1250");
    assert_eq!(seen[1].line, "POST /v1/payment_intents/pi_1/cancel");
    assert!(seen.iter().all(|seen| seen.head.contains("idempotency-key: key-1\r\n")));
}

#[tokio::test]
async fn a_change_that_the_state_refuses_is_told_by_where_the_intent_stands() {
    for (kind, status, wanted) in [
        (OperationKind::Capture, "canceled", declined("authorization_lapsed")),
        (OperationKind::Capture, "succeeded", Answer::Done(done("pi_1"))),
        (OperationKind::Void, "canceled", Answer::Done(done("pi_1"))),
        (OperationKind::Void, "succeeded", declined("already_captured")),
        (OperationKind::Capture, "processing", declined("payment_intent_unexpected_state")),
    ] {
        let body = json!({ "error": {
            "type": "invalid_request_error", "code": "payment_intent_unexpected_state",
            "payment_intent": intent(status),
        } });
        let answer = performed(&operation(kind), vec![Reply::Json(400, body)]).await;
        assert_eq!(answer, wanted, "{kind:?} of an intent at {status}");
    }
}

#[tokio::test]
async fn a_refund_is_told_by_its_own_state() {
    for (status, reason, wanted) in [
        ("succeeded", None, Answer::Done(done("re_1"))),
        ("pending", None, Answer::Done(done("re_1"))),
        ("failed", Some("lost_or_stolen_card"), declined("lost_or_stolen_card")),
        ("failed", None, declined("refund_failed")),
    ] {
        let body = json!({ "id": "re_1", "status": status, "failure_reason": reason, "metadata": {} });
        let stand_in = StandIn::answering(vec![Reply::Json(200, body)]).await;
        assert_eq!(stripe(&stand_in).perform(&operation(OperationKind::Refund)).await, wanted, "{status}");
        let seen = &stand_in.seen()[0];
        assert_eq!(seen.line, "POST /v1/refunds");
        assert_eq!(seen.form, "metadata[holdfast_operation]=key-1&payment_intent=pi_1&amount=1250");
    }
}
