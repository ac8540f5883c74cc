//! Events with something in every field.

use events::{Event, Topic};
use serde_json::{Value, json};
use uuid::Uuid;

fn money(amount_minor: i64) -> Value {
    json!({"amount_minor": amount_minor, "currency": "EUR"})
}

/// The document of a booking's event in which nothing is missing.
pub(crate) fn booking_document(booking_id: Uuid, sequence: i64) -> Value {
    let at = "2026-05-01T10:15:00.123456Z";
    json!({
        "id": format!("{booking_id}.{sequence}"), "type": "payment.captured", "occurred_at": at,
        "organiser_id": Uuid::from_u128(1), "booking_id": booking_id, "sequence": sequence,
        "from_status": "PENDING", "to_status": "CONFIRMED", "actor": {"role": "CUSTOMER", "id": "anna"},
        "reason": "CUSTOMER", "correlation_id": "request-1", "traceparent": "00-4bf9-00f0-01",
        "change": {
            "amount": money(i64::MAX), "payment_number": 1, "operation": "CAPTURE", "code": "insufficient_funds",
            "attempts_left": 2, "change_id": Uuid::from_u128(2), "due_at": at,
        },
        "booking": {
            "reference": "HF-Ä🎟", "customer_id": "anna", "status": "CONFIRMED", "reason": "CUSTOMER",
            "total": money(12_345), "owed": money(-1), "hold_expires_at": "1969-12-31T23:59:59.999999Z",
            "created_at": at, "offer": true,
            "lines": [{
                "line_no": 1, "slot_id": Uuid::from_u128(3), "listing_id": Uuid::from_u128(4), "starts_at": at,
                "ends_at": at, "quantity": 2, "rate_plan": "flexible", "unit_price": money(6_000),
                "price_class": "A", "seats": [{"section": "Parterre", "row": "1", "seat": "2"}],
            }],
            "payments": [{
                "payment_id": Uuid::from_u128(5), "number": 1, "status": "CAPTURED", "amount": money(12_345),
                "captured": money(12_345), "refunded": money(0),
            }],
        },
        "parked": {"cause": "TOO_LARGE", "detail": "2 MB"},
    })
}

/// One event of each topic: with something in every field, then with nothing in those that may be empty.
pub(crate) fn events() -> Vec<Event> {
    let full = [
        (Topic::Booking, booking_document(Uuid::now_v7(), 3)),
        (
            Topic::Inventory,
            json!({
                "id": "0190.7", "type": "slot.changed", "occurred_at": "2026-05-01T10:15:00.000001Z",
                "organiser_id": Uuid::from_u128(1), "slot_id": Uuid::now_v7(), "sequence": 7,
                "slot": {
                    "listing_id": Uuid::from_u128(4), "version": 4, "starts_at": "2026-06-01T18:00:00Z",
                    "ends_at": "2026-06-01T20:00:00Z", "state": "OPEN", "admission": "QUOTA", "price": money(5_000),
                    "capacity": 100, "taken": 40, "set_aside": 2, "waiting": 5,
                },
                "parked": {"cause": "UNENCODABLE", "detail": "why"},
            }),
        ),
        (
            Topic::Notification,
            json!({
                "id": "0191.2", "type": "delivery.failed", "occurred_at": "2026-05-01T10:15:00.5Z",
                "organiser_id": Uuid::from_u128(1), "delivery_id": Uuid::now_v7(), "sequence": 2,
                "delivery": {
                    "event_id": "0190.3", "booking_id": Uuid::from_u128(6), "message": "CONFIRMED",
                    "channel": "EMAIL", "recipient": {"kind": "CUSTOMER", "id": "anna"}, "attempts": 3,
                    "detail": "no such mailbox",
                },
                "correlation_id": "request-1", "traceparent": "00-4bf9-00f0-01",
                "parked": {"cause": "UNENCODABLE", "detail": "why"},
            }),
        ),
    ];
    let optional = [
        "from_status",
        "reason",
        "correlation_id",
        "traceparent",
        "change",
        "booking",
        "slot",
        "delivery",
        "parked",
    ];
    let bare = full.clone().map(|(topic, mut document)| {
        for name in optional {
            if let Some(field) = document.get_mut(name) {
                *field = Value::Null;
            }
        }
        (topic, document)
    });
    full.into_iter()
        .chain(bare)
        .map(|(topic, document)| Event::from_document(topic, document).expect("a sample is an event"))
        .collect()
}

/// The event of a booking with this number.
pub(crate) fn event(booking_id: Uuid, sequence: i64) -> Event {
    Event::from_document(Topic::Booking, booking_document(booking_id, sequence))
        .expect("a sample is an event")
}
