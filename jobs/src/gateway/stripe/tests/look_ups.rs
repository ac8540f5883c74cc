//! Look-ups, over pages and after errors that Stripe stored.

use super::*;

fn other(id: &str, created: i64) -> Value {
    with(intent("requires_capture"), &json!({ "id": id, "created": created, "metadata": {} }))
}

#[tokio::test]
async fn an_authorization_is_found_on_a_later_page() {
    let stand_in = StandIn::answering(vec![
        page(&[other("pi_9", NOW + 9), other("pi_8", NOW + 8)], true),
        page(&[other("pi_7", NOW + 7), intent("requires_capture")], true),
    ])
    .await;
    let finding = stripe(&stand_in).look_up(&operation(OperationKind::Authorize)).await;
    let Finding::Done(done) = finding else { panic!("{finding:?}") };
    assert_eq!((done.reference.as_str(), done.expires_at), ("pi_1", Some(at(NOW + 7 * 86_400))));
    let lines: Vec<_> = stand_in.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(lines[0], "GET /v1/payment_intents?limit=100&expand[]=data.latest_charge");
    assert_eq!(lines[1], format!("{}&starting_after=pi_8", lines[0]));
}

#[tokio::test]
async fn older_intents_are_not_looked_through() {
    // The first page still reaches into the five minutes that Stripe's clock may be behind.
    let stand_in = StandIn::answering(vec![
        page(&[other("pi_9", NOW - 200), other("pi_8", NOW - 400)], true),
        page(&[other("pi_7", NOW - 500)], true),
    ])
    .await;
    assert_eq!(stripe(&stand_in).look_up(&operation(OperationKind::Authorize)).await, Finding::Absent);
    assert_eq!(stand_in.seen().len(), 2);
}

#[tokio::test]
async fn an_authorization_is_told_by_where_its_intent_stands() {
    let no_money =
        json!({ "last_payment_error": { "type": "card_error", "decline_code": "insufficient_funds" } });
    for (intent, wanted) in [
        (
            with(intent("requires_payment_method"), &no_money),
            Finding::Declined("insufficient_funds".to_owned()),
        ),
        (intent("requires_payment_method"), Finding::Declined("card_declined".to_owned())),
        (intent("canceled"), Finding::Declined("authorization_canceled".to_owned())),
        (intent("processing"), Finding::Unknown("the intent stands at processing".to_owned())),
    ] {
        let finding = found(&operation(OperationKind::Authorize), vec![page(&[intent], false)]).await;
        assert_eq!(finding, wanted);
    }
}

#[tokio::test]
async fn one_that_waits_for_its_customer_is_cancelled_when_it_is_found() {
    let script = vec![page(&[intent("requires_action")], false), Reply::Json(200, intent("canceled"))];
    let stand_in = StandIn::answering(script).await;
    let finding = stripe(&stand_in).look_up(&operation(OperationKind::Authorize)).await;
    assert_eq!(finding, Finding::Declined("authentication_required".to_owned()));
    assert_eq!(stand_in.seen().len(), 2);
}

#[tokio::test]
async fn a_capture_and_a_void_are_found_in_their_intent() {
    let declined = |code: &str| Finding::Declined(code.to_owned());
    for (kind, status, wanted) in [
        (OperationKind::Capture, "succeeded", Finding::Done(done("pi_1"))),
        (OperationKind::Capture, "requires_capture", Finding::Absent),
        (OperationKind::Capture, "canceled", declined("authorization_lapsed")),
        (OperationKind::Void, "canceled", Finding::Done(done("pi_1"))),
        (OperationKind::Void, "requires_capture", Finding::Absent),
        (OperationKind::Void, "succeeded", declined("already_captured")),
    ] {
        let finding = found(&operation(kind), vec![Reply::Json(200, intent(status))]).await;
        assert_eq!(finding, wanted, "{kind:?} of an intent at {status}");
    }
}

#[tokio::test]
async fn another_amount_than_ours_is_for_a_person_to_look_at() {
    let by_hand = with(intent("succeeded"), &json!({ "amount_received": 1_000 }));
    let finding = found(&operation(OperationKind::Capture), vec![Reply::Json(200, by_hand)]).await;
    assert!(matches!(finding, Finding::Unknown(_)), "{finding:?}");
}

#[tokio::test]
async fn a_refund_is_found_among_those_of_its_intent() {
    let refund = |id: &str, key: &str, status: &str| json!({ "id": id, "status": status, "metadata": { "holdfast_operation": key } });
    let stand_in = StandIn::answering(vec![
        page(&[refund("re_9", "key-9", "succeeded")], true),
        page(&[refund("re_1", "key-1", "succeeded")], false),
    ])
    .await;
    let finding = stripe(&stand_in).look_up(&operation(OperationKind::Refund)).await;
    assert_eq!(finding, Finding::Done(done("re_1")));
    let lines: Vec<_> = stand_in.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(lines[0], "GET /v1/refunds?payment_intent=pi_1&limit=100");
    assert_eq!(lines[1], format!("{}&starting_after=re_9", lines[0]));

    let failed = vec![page(&[refund("re_1", "key-1", "failed")], false)];
    assert_eq!(
        found(&operation(OperationKind::Refund), failed).await,
        Finding::Declined("refund_failed".to_owned())
    );
    assert_eq!(found(&operation(OperationKind::Refund), vec![page(&[], false)]).await, Finding::Absent);
}

#[tokio::test]
async fn an_error_in_looking_finds_nothing() {
    for reply in [
        Reply::Json(500, error("api_error", "")),
        Reply::Json(429, error("invalid_request_error", "rate_limit")),
        Reply::Json(401, error("invalid_request_error", "")),
        Reply::Json(404, error("invalid_request_error", "resource_missing")),
        Reply::Lost,
        Reply::Torn,
    ] {
        let finding = found(&operation(OperationKind::Capture), vec![reply]).await;
        assert!(matches!(finding, Finding::Unknown(_)), "{finding:?}");
    }
}

#[tokio::test]
async fn only_a_stored_error_spends_a_key_and_only_when_nothing_more_can_come() {
    let fresh = Operation { opened_at: Utc::now(), ..operation(OperationKind::Authorize) };
    let old = operation(OperationKind::Authorize);
    let bad = || error("api_error", "");
    for (operation, reply, is_spent) in [
        (&old, Reply::Json(500, bad()), false),
        (&old, Reply::Stored(500, bad()), true),
        (&fresh, Reply::Stored(500, bad()), false),
    ] {
        let stripe = stripe(&StandIn::answering(vec![reply, page(&[], false)]).await);
        assert!(matches!(stripe.perform(operation).await, Answer::Unknown(_)));
        let finding = stripe.look_up(operation).await;
        assert_eq!(matches!(finding, Finding::NotDone(_)), is_spent, "{finding:?}");
        assert_eq!(matches!(finding, Finding::Absent), !is_spent, "{finding:?}");
    }
}

#[tokio::test]
async fn what_was_done_is_done_whatever_error_stripe_stored() {
    let script = vec![Reply::Stored(500, error("api_error", "")), page(&[intent("requires_capture")], false)];
    let stripe = stripe(&StandIn::answering(script).await);
    let operation = operation(OperationKind::Authorize);
    assert!(matches!(stripe.perform(&operation).await, Answer::Unknown(_)));
    assert!(matches!(stripe.look_up(&operation).await, Finding::Done(_)));
}
