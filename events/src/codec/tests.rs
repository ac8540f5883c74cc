//! Schemas stay readable by those who have older ones, and values come back as they were.

use std::fs;

use apache_avro::{Schema, schema_compatibility::SchemaCompatibility};
use serde_json::{Value, json};

use super::{Codec, Format, form, schema, schema_of};
use crate::{Event, Topic};

/// A schema's name among the files.
fn name(topic: Topic) -> &'static str {
    match topic {
        Topic::Booking => "booking_event",
        Topic::Inventory => "slot_state",
        Topic::Notification => "delivery_event",
    }
}

/// All versions that were released, the oldest first.
fn released(topic: Topic) -> Vec<Schema> {
    let folder = format!("{}/schemas/released/{}", env!("CARGO_MANIFEST_DIR"), name(topic));
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{topic} was released");
    files
        .iter()
        .map(|file| Schema::parse_str(&fs::read_to_string(file).expect("text")).expect("a schema"))
        .collect()
}

fn present(topic: Topic) -> Value {
    serde_json::from_str(schema::text_of(topic)).expect("JSON")
}

/// The schema with one more field at its end.
fn with_field(topic: Topic, field: Value) -> Schema {
    let mut schema = present(topic);
    schema["fields"].as_array_mut().expect("fields").push(field);
    Schema::parse(&schema).expect("a schema")
}

fn booking() -> Value {
    let id = "018f6c9e-0000-7000-8000-000000000001";
    let money = json!({ "amount_minor": 12_345, "currency": "EUR" });
    json!({
        "id": format!("{id}.4"), "type": "payment.captured", "occurred_at": "2026-05-01T10:00:00.123456Z",
        "organiser_id": id, "booking_id": id, "sequence": 4, "from_status": "CONFIRMED", "to_status": "CONFIRMED",
        "actor": { "role": "SYSTEM", "id": "saga" }, "reason": null, "correlation_id": "req-1",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "change": { "amount": money, "payment_number": 1, "operation": null, "code": null, "attempts_left": null,
            "change_id": id, "due_at": "2026-05-01T10:10:00.000000Z" },
        "booking": {
            "reference": "HF-1", "customer_id": "anna", "status": "CONFIRMED", "reason": null, "total": money,
            "owed": money, "hold_expires_at": null, "created_at": "2026-05-01T09:59:59.999999Z", "offer": false,
            "lines": [{ "line_no": 1, "slot_id": id, "listing_id": id, "starts_at": "2026-06-01T18:00:00.000000Z",
                "ends_at": "2026-06-01T20:00:00.000000Z", "quantity": 1, "rate_plan": "standard",
                "unit_price": money, "price_class": "A", "seats": [{ "section": "Stalls", "row": "1", "seat": "7" }] }],
            "payments": [{ "payment_id": id, "number": 1, "status": "CAPTURED", "amount": money, "captured": money,
                "refunded": { "amount_minor": 0, "currency": "EUR" } }] },
        "parked": null })
}

#[test]
fn every_schema_reads_what_was_ever_released() {
    for topic in Topic::ALL {
        for (number, old) in (1..).zip(released(topic)) {
            let read = SchemaCompatibility::can_read(&old, &schema_of(topic));
            assert!(read.is_ok(), "{topic}: version {number} can't be read any more: {read:?}");
        }
        // What would break it is seen.
        let broken = with_field(topic, json!({ "name": "new", "doc": "No default.", "type": "long" }));
        let last = released(topic).pop().expect("it was released");
        assert!(SchemaCompatibility::can_read(&last, &broken).is_err(), "{topic}: nobody would have noticed");
    }
}

#[test]
fn a_change_of_a_schema_is_a_release() {
    for topic in Topic::ALL {
        let last = released(topic).pop().expect("it was released");
        let (last, now) = (last.canonical_form(), schema_of(topic).canonical_form());
        assert_eq!(last, now, "{topic}: add the next version to schemas/released/{}", name(topic));
    }
}

#[test]
fn an_old_reader_reads_new_data_and_a_new_reader_old() {
    let old = schema_of(Topic::Booking);
    let added =
        json!({ "name": "weather", "doc": "As an example.", "type": ["null", "string"], "default": null });
    let new = with_field(Topic::Booking, added);
    let mut document = booking();
    document["weather"] = "fair".into();
    let value = form::to_avro(&document, &new, &form::names(&new)).expect("it fits");
    let bytes = schema::write(&new, value).expect("it is written");
    let read = form::to_json(schema::read(&new, &old, &bytes).expect("an old reader reads it"));
    assert_eq!(read, Ok(booking()));

    let value = form::to_avro(&booking(), &old, &form::names(&old)).expect("it fits");
    let bytes = schema::write(&old, value).expect("it is written");
    let read = form::to_json(schema::read(&old, &new, &bytes).expect("a new reader reads it")).expect("JSON");
    assert_eq!(read["weather"], Value::Null);
    assert_eq!(read["booking"], booking()["booking"]);
}

#[test]
fn every_field_says_what_it_is() {
    fn check(value: &Value, path: &str) {
        match value {
            Value::Object(object) => {
                for field in object.get("fields").and_then(Value::as_array).into_iter().flatten() {
                    let name = field["name"].as_str().unwrap_or_default();
                    let says = field["doc"].as_str().is_some_and(|doc| doc.len() > 4);
                    assert!(says, "{path}.{name} has no doc");
                }
                object.iter().for_each(|(name, inner)| check(inner, &format!("{path}.{name}")));
            }
            Value::Array(items) => items.iter().for_each(|item| check(item, path)),
            _ => (),
        }
    }
    for topic in Topic::ALL {
        check(&present(topic), name(topic));
    }
    let without =
        std::panic::catch_unwind(|| check(&json!({ "fields": [{ "name": "x", "type": "int" }] }), "planted"));
    assert!(without.is_err(), "a field without one is seen");
}

#[tokio::test]
async fn an_event_comes_back_as_it_was_in_each_form() {
    let event = Event::from_document(Topic::Booking, booking()).expect("an event");
    for format in [Format::Json, Format::Avro { registry: None }] {
        let codec = Codec::new(format.clone());
        let replayed = Event { replayed: true, ..event.clone() };
        for event in [&event, &replayed] {
            let encoded = codec.encode(event).expect("it has a form");
            let back =
                codec.decode(Topic::Booking, &encoded.headers, &encoded.payload).await.expect("it is read");
            assert_eq!(&back, event, "{format:?}");
        }
    }
}

#[tokio::test]
async fn what_is_no_event_is_told_by_its_cause() {
    let codec = Codec::new(Format::Avro { registry: None });
    for payload in
        [&b""[..], b"rubbish", &[0, 0, 0, 0, 1, 5], &[0xC3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9], b"{\"id\": 1}"]
    {
        assert!(codec.decode(Topic::Booking, &Vec::new(), payload).await.is_err(), "{payload:?}");
    }
    let mut document = booking();
    document["booking"]["total"]["amount_minor"] = 12.5.into();
    assert!(Event::from_document(Topic::Booking, document.clone()).is_err());
    // A placeholder leaves out what could not be read.
    let parked =
        Event::placeholder(Topic::Booking, &document, "UNENCODABLE", "a double").expect("a placeholder");
    assert_eq!(
        (parked.id, parked.sequence, parked.kind.as_str()),
        (format!("{}.4", parked.key), 4, "payment.captured")
    );
    let misfit =
        form::to_avro(&document, &schema_of(Topic::Booking), &form::names(&schema_of(Topic::Booking)));
    assert_eq!(misfit.expect_err("no place for a double").field, "booking.total.amount_minor");
}
