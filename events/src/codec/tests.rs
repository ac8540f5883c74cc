//! What is no event is told, by the name of the field where there is one. The forms themselves are held in `tests/contract`.

use serde_json::{Value, json};

use super::{Codec, Format, form, schema_of};
use crate::{Event, Topic};

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
