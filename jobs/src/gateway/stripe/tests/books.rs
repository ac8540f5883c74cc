//! Stripe's own books, by its events.

use super::{
    super::super::{Entry, Statement},
    *,
};

fn event(id: &str, kind: &str, created: i64, object: &Value) -> Value {
    json!({ "id": id, "object": "event", "type": kind, "created": created, "data": { "object": object } })
}

fn booked(status: &str) -> Value {
    with(intent(status), &json!({ "currency": "eur" }))
}

fn refund(id: &str, intent: &str, metadata: &Value) -> Value {
    json!({ "id": id, "object": "refund", "amount": 250, "currency": "eur", "payment_intent": intent,
            "metadata": metadata })
}

fn entry(kind: OperationKind, reference: &str, key: Option<&str>, amount_minor: i64, seconds: i64) -> Entry {
    Entry {
        reference: reference.to_owned(),
        kind,
        operation_key: key.map(str::to_owned),
        authorization: Some("pi_1".to_owned()),
        amount_minor,
        currency: "EUR".to_owned(),
        happened_at: at(NOW + seconds),
    }
}

#[tokio::test]
async fn a_pass_reads_page_by_page_and_the_next_begins_a_little_earlier() {
    let captured = with(booked("succeeded"), &json!({ "amount_received": 1_200 }));
    let ours = json!({ "holdfast_operation": "key-2" });
    let stand_in = StandIn::answering(vec![
        page(
            &[
                event("evt_4", "refund.created", NOW - 1, &refund("re_1", "pi_1", &ours)),
                event("evt_3", "payment_intent.succeeded", NOW - 2, &captured),
            ],
            true,
        ),
        page(
            &[
                event("evt_2", "payment_intent.canceled", NOW - 3, &booked("canceled")),
                event(
                    "evt_1",
                    "payment_intent.amount_capturable_updated",
                    NOW - 4,
                    &booked("requires_capture"),
                ),
            ],
            false,
        ),
        page(&[], false),
    ])
    .await;
    let stripe = stripe(&stand_in);

    let first = stripe.list(None).await.expect("a page");
    assert_eq!(
        first.entries,
        [
            entry(OperationKind::Capture, "pi_1", None, 1_200, -2),
            entry(OperationKind::Refund, "re_1", Some("key-2"), 250, -1),
        ]
    );
    assert_eq!((first.has_more, first.complete_until), (true, None));

    let second = stripe.list(first.cursor.as_deref()).await.expect("a page");
    assert_eq!(
        second.entries,
        [
            entry(OperationKind::Authorize, "pi_1", Some("key-1"), 1_250, -4),
            entry(OperationKind::Void, "pi_1", None, 1_250, -3),
        ]
    );
    // By Stripe's clock at the first page, whatever ours says.
    assert_eq!((second.has_more, second.complete_until), (false, Some(at(NOW - 60))));

    let third = stripe.list(second.cursor.as_deref()).await.expect("a page");
    assert_eq!(
        third,
        Statement { cursor: second.cursor, complete_until: Some(at(NOW - 60)), ..Statement::default() }
    );

    let lines: Vec<_> = stand_in.seen().into_iter().map(|seen| seen.line).collect();
    assert!(
        lines[0].starts_with("GET /v1/events?limit=100&created[gte]=0&types[]=payment_intent."),
        "{}",
        lines[0]
    );
    assert_eq!(lines[1], format!("{}&starting_after=evt_3", lines[0]));
    assert_eq!(lines[2], lines[0].replace("created[gte]=0", &format!("created[gte]={}", NOW - 120)));
}

#[tokio::test]
async fn what_is_none_of_ours_is_left_out() {
    let foreign = with(booked("requires_capture"), &json!({ "id": "pi_9", "metadata": {} }));
    let never_authorized = with(booked("canceled"), &json!({ "latest_charge": null }));
    let stand_in = StandIn::answering(vec![
        page(
            &[
                event("evt_5", "refund.created", NOW, &refund("re_3", "pi_9", &json!({}))),
                event("evt_4", "refund.created", NOW, &refund("re_2", "pi_1", &json!({}))),
                event("evt_3", "refund.created", NOW, &refund("re_1", "pi_1", &json!({}))),
                event("evt_2", "payment_intent.canceled", NOW, &never_authorized),
                event("evt_1", "payment_intent.amount_capturable_updated", NOW, &foreign),
            ],
            false,
        ),
        Reply::Json(200, booked("succeeded")),
        Reply::Json(200, foreign),
    ])
    .await;
    let listed = stripe(&stand_in).list(None).await.expect("a page");
    let by_hand = |id| entry(OperationKind::Refund, id, None, 250, 0);
    assert_eq!(
        listed.entries,
        [by_hand("re_1"), by_hand("re_2")],
        "a refund by hand of a payment of ours is listed"
    );
    assert_eq!(stand_in.seen().len(), 3, "each intent is asked for once");
}

#[tokio::test]
async fn what_can_not_be_read_is_an_error() {
    for cursor in ["x", "1/2", "1/x/evt_1", "1/2/evt_1/3"] {
        let stand_in = StandIn::answering(vec![]).await;
        assert!(stripe(&stand_in).list(Some(cursor)).await.is_err(), "{cursor}");
    }
    for reply in [Reply::Json(500, error("api_error", "")), Reply::Torn, Reply::Lost] {
        let stand_in = StandIn::answering(vec![reply]).await;
        assert!(stripe(&stand_in).list(None).await.is_err());
    }
}
