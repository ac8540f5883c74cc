//! Stripe against a script of what it may answer, by its documents.

mod books;
mod calls;
mod look_ups;
mod stand_in;
mod webhooks;

use chrono::{DateTime, Utc};
use db::OperationKind;
use serde_json::{Value, json};
use stand_in::{Reply, StandIn};

use super::{
    super::{Answer, Done, Finding, Operation, PaymentGateway},
    Stripe,
};

/// The second at which every one of these tests plays: 2023-11-14 22:13:20 UTC.
const NOW: i64 = 1_700_000_000;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("a time")
}

fn stripe(stand_in: &StandIn) -> Stripe {
    Stripe::new("stripe".to_owned(), stand_in.url.clone(), "sk_test_1".to_owned(), vec!["whsec".to_owned()])
}

fn operation(kind: OperationKind) -> Operation {
    Operation {
        kind,
        key: "key-1".to_owned(),
        amount_minor: 1_250,
        currency: "EUR".parse().expect("a currency"),
        payment_method: "pm_card_visa".to_owned(),
        authorization: (kind != OperationKind::Authorize).then(|| "pi_1".to_owned()),
        payment_id: None,
        opened_at: at(NOW),
    }
}

/// An intent that bears our key.
fn intent(status: &str) -> Value {
    json!({
        "id": "pi_1", "object": "payment_intent", "status": status, "created": NOW, "amount": 1_250,
        "latest_charge": "ch_1", "metadata": { "holdfast_operation": "key-1" },
    })
}

fn with(mut value: Value, more: &Value) -> Value {
    let object = value.as_object_mut().expect("an object");
    object.extend(more.as_object().expect("an object").clone());
    value
}

fn error(kind: &str, code: &str) -> Value {
    json!({ "error": { "type": kind, "code": code, "message": "it says why" } })
}

fn page(data: &[Value], has_more: bool) -> Reply {
    Reply::Json(200, json!({ "object": "list", "data": data, "has_more": has_more }))
}

fn done(reference: &str) -> Done {
    Done { reference: reference.to_owned(), expires_at: None }
}

fn declined(code: &str) -> Answer {
    Answer::Declined(code.to_owned())
}

/// What comes of an operation when Stripe answers so.
async fn performed(operation: &Operation, script: Vec<Reply>) -> Answer {
    stripe(&StandIn::answering(script).await).perform(operation).await
}

/// What a look-up finds when Stripe answers so.
async fn found(operation: &Operation, script: Vec<Reply>) -> Finding {
    stripe(&StandIn::answering(script).await).look_up(operation).await
}

#[test]
fn neither_key_nor_secret_reaches_a_log() {
    let stripe = Stripe::new(
        "stripe".to_owned(),
        "https://x".to_owned(),
        "sk_live_1".to_owned(),
        vec!["whsec".to_owned()],
    );
    assert_eq!(format!("{stripe:?}"), r#"Stripe { code: "stripe", is_live: true, .. }"#);
}
