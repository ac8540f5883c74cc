//! The three forms of an event, each read by the examples in both languages.

use serde_json::{Value, json};
use tests::Broker;

use super::{
    judge::{events, every_booking_is_told},
    lives,
    load::Sale,
    patiently, proof,
    reader::Seen,
    stage::{Form, Stage},
};

/// Few are enough: what they say is looked at one by one.
const BOOKINGS: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn json_is_read_in_python_and_in_node() {
    let Some(broker) = Broker::shared().await else { return };
    let seen = read_by_both(broker, Form::Json).await;
    let created = seen.iter().find(|one| one.kind() == "holdfast.booking.created").expect("one was created");
    assert_eq!(created.headers["content-type"], "application/json");
    let document = created.document();
    assert_eq!(document["id"], created.id.as_str());
    assert_eq!(document["booking"]["lines"][0]["unit_price"]["currency"], "EUR");
}

#[tokio::test(flavor = "multi_thread")]
async fn avro_with_a_registry_is_read_in_python_and_in_node() {
    let Some(broker) = Broker::shared().await else { return };
    for one in read_by_both(broker, Form::Registered).await {
        assert_eq!(one.headers["content-type"], "application/avro");
        assert_eq!(one.value[0], 0, "Confluent's framing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn avro_without_a_registry_is_read_in_python_and_in_node() {
    let Some(broker) = Broker::shared().await else { return };
    for one in read_by_both(broker, Form::Fingerprinted).await {
        assert_eq!(one.headers["content-type"], "application/avro");
        assert_eq!(one.value[..2], [0xc3, 0x01], "single-object encoding");
    }
}

/// Some bookings in a form: read by the examples, and then given.
async fn read_by_both(broker: &Broker, form: Form) -> Vec<Seen> {
    let stage = Stage::open(broker.address(), form).await;
    let relay = stage.relay();
    Sale::open(&stage.system).await.book(&stage.system, BOOKINGS, BOOKINGS / 2).await;
    lives::lead(&stage.system, 1).await;
    stage.system.at_rest().await;
    lives::stay_held(&stage.system, 1).await;

    let (reader, expected) = (stage.reader("booking", 1), events(&stage.system).await);
    patiently("every event is there", tests::LIMIT, async || (reader.distinct() == expected).then_some(()))
        .await;
    let seen = reader.seen();
    every_booking_is_told(&stage.system, &seen).await;
    ce_headers(&seen);
    let known = proof::known(&stage.system).await;
    for told in [stage.told_by_python().await, stage.told_by_node().await] {
        assert_eq!(told.len(), known.len(), "every booking, and no other");
        for booking in &known {
            let one = told.iter().find(|one| one["booking_id"] == booking["booking_id"]);
            same(one.expect("each is told"), booking);
        }
    }
    relay.stop().await;
    stage.finish().await;
    seen
}

/// What `CloudEvents` wants of every message.
fn ce_headers(seen: &[Seen]) {
    for Seen { headers, subject, .. } in seen {
        assert_eq!(headers["ce_specversion"], "1.0");
        assert_eq!(headers["ce_subject"], subject.to_string());
        assert!(headers["ce_source"].starts_with("/holdfast/organisers/"), "{headers:?}");
        assert!(headers["ce_type"].starts_with("holdfast."), "{headers:?}");
        chrono::DateTime::parse_from_rfc3339(&headers["ce_time"]).expect("a time");
        assert_eq!(headers.get("replayed"), None, "it has just happened");
    }
}

/// What a consumer tells of a booking is what the database knows, by the last snapshot and by what has changed.
pub(super) fn same(told: &Value, known: &Value) {
    let at = |path: &str| told.pointer(path).unwrap_or(&Value::Null);
    assert_eq!(at("/sequence"), &known["sequence"], "{told:#}");
    assert_eq!(at("/status"), &known["status"], "{told:#}");
    assert_eq!(at("/payments"), &known["payments"], "{told:#}");
    assert_eq!(at("/snapshot/status"), &known["status"], "{told:#}");
    assert_eq!(at("/snapshot/reference"), &known["reference"], "{told:#}");
    assert_eq!(at("/snapshot/customer_id"), &known["customer"], "{told:#}");
    assert_eq!(at("/snapshot/total/amount_minor"), &known["total"], "{told:#}");
    assert_eq!(at("/snapshot/owed/amount_minor"), &known["owed"], "{told:#}");
    assert_eq!(at("/snapshot/reason"), &known["reason"], "{told:#}");
    assert_eq!(millis(at("/snapshot/hold_expires_at")), known["hold_ends"].as_i64(), "{told:#}");
    let lines = at("/snapshot/lines").as_array().expect("lines");
    let lines: Vec<Value> = lines.iter().map(line).collect();
    assert_eq!(Value::from(lines), known["lines"], "{told:#}");
    let payments = at("/snapshot/payments").as_array().expect("payments");
    let mut paid = json!({});
    for payment in payments.iter().filter(|payment| payment["captured"]["amount_minor"] != 0) {
        paid[payment["number"].to_string()] = json!({
            "captured": payment["captured"]["amount_minor"], "refunded": payment["refunded"]["amount_minor"]
        });
    }
    assert_eq!(paid, known["payments"], "{told:#}");
}

/// A line as a consumer tells it, in the words of `proof::known`.
fn line(told: &Value) -> Value {
    let name = |seat: &Value| {
        ["section", "row", "seat"].map(|part| seat[part].as_str().expect("a name").to_owned()).join("/")
    };
    let mut seats: Vec<_> = told["seats"].as_array().expect("seats").iter().map(name).collect();
    seats.sort_unstable();
    json!({
        "line_no": told["line_no"], "slot": told["slot_id"], "quantity": told["quantity"],
        "price": told["unit_price"]["amount_minor"], "plan": told["rate_plan"], "class": told["price_class"],
        "seats": seats,
    })
}

/// A moment in milliseconds, as the languages print it: in text, or as microseconds.
fn millis(moment: &Value) -> Option<i64> {
    match moment {
        Value::Null => None,
        Value::String(text) => {
            let parsed = chrono::DateTime::parse_from_rfc3339(&text.replace(' ', "T")).expect("a time");
            Some(parsed.timestamp_millis())
        }
        other => Some(other.as_i64().expect("microseconds") / 1_000),
    }
}
