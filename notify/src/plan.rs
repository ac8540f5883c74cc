//! Which events a customer is told of.

use events::{Body, BookingEvent, Event};

/// What a customer is told of an event, as templates name it; none is nothing. Organisers' endpoints choose by type.
pub(crate) fn message_of(event: &Event) -> Option<&'static str> {
    let Body::Booking(event) = &event.body else { return None };
    let booking = event.booking.as_ref()?;
    match event.kind.as_str() {
        "booking.created" if booking.offer => Some("WAITLIST_OFFER"),
        "booking.confirmed" => Some("CONFIRMED"),
        "booking.rescheduled" => Some("RESCHEDULED"),
        "booking.cancelled" => cancelled(event, booking.offer),
        // A change that could not be paid leaves the booking as it was, and is told of by whoever asked for it.
        "payment.declined" if event.to_status == "PENDING" => Some("PAYMENT_FAILED"),
        _ => None,
    }
}

/// By the reason: who cancels something himself wants it in writing, too; whose hold ran out has been told that it
/// would, unless it was an offer, which came by itself.
fn cancelled(event: &BookingEvent, is_offer: bool) -> Option<&'static str> {
    match event.reason.as_deref() {
        Some("PAYMENT_FAILED") => Some("PAYMENT_FAILED"),
        Some("SLOT_CANCELLED") => Some("SLOT_CANCELLED"),
        Some("EXPIRED") if !is_offer => None,
        // Nothing was sold yet, and nothing comes back.
        Some("CUSTOMER") if event.from_status.as_deref() == Some("PENDING") => None,
        _ => Some("CANCELLED"),
    }
}

/// Whether an event is news: history told again and a placeholder are none.
pub(crate) fn is_news(event: &Event) -> bool {
    let is_whole = matches!(&event.body, Body::Booking(event) if event.parked.is_none());
    is_whole && !event.replayed
}

#[cfg(test)]
mod tests {
    use events::Topic;
    use serde_json::json;

    use super::*;

    fn event(kind: &str, from: Option<&str>, to: &str, reason: Option<&str>, offer: bool) -> Event {
        let money = json!({ "amount_minor": 0, "currency": "EUR" });
        let id = "018f6c9e-0000-7000-8000-000000000001";
        let document = json!({
            "id": format!("{id}.1"), "type": kind, "occurred_at": "2026-05-01T10:00:00Z", "organiser_id": id,
            "booking_id": id, "sequence": 1, "from_status": from, "to_status": to,
            "actor": { "role": "SYSTEM", "id": "saga" }, "reason": reason, "correlation_id": null, "traceparent": null,
            "change": null, "parked": null, "booking": {
                "reference": "HF-1", "customer_id": "anna", "status": to, "reason": reason, "total": money,
                "owed": money, "hold_expires_at": null, "created_at": "2026-05-01T10:00:00Z", "offer": offer,
                "lines": [], "payments": [] } });
        Event::from_document(Topic::Booking, document).expect("a document")
    }

    #[test]
    fn a_customer_is_told_of_what_he_would_want_to_know() {
        let pending = Some("PENDING");
        let confirmed = Some("CONFIRMED");
        for (kind, from, to, reason, offer, told) in [
            ("booking.created", None, "PENDING", None, false, None),
            ("booking.created", None, "PENDING", None, true, Some("WAITLIST_OFFER")),
            ("booking.confirmed", pending, "CONFIRMED", None, false, Some("CONFIRMED")),
            ("booking.completed", confirmed, "COMPLETED", None, false, None),
            ("booking.hold_extended", pending, "PENDING", None, false, None),
            ("booking.rescheduled", confirmed, "CONFIRMED", None, false, Some("RESCHEDULED")),
            ("booking.change_started", confirmed, "CONFIRMED", None, false, None),
            ("booking.change_failed", confirmed, "CONFIRMED", None, false, None),
            ("booking.lines_cancelled", confirmed, "CONFIRMED", None, false, None),
            ("booking.refund_granted", confirmed, "CONFIRMED", None, false, None),
            (
                "booking.cancelled",
                pending,
                "CANCELLED",
                Some("PAYMENT_FAILED"),
                false,
                Some("PAYMENT_FAILED"),
            ),
            (
                "booking.cancelled",
                confirmed,
                "CANCELLED",
                Some("SLOT_CANCELLED"),
                false,
                Some("SLOT_CANCELLED"),
            ),
            ("booking.cancelled", confirmed, "CANCELLED", Some("CUSTOMER"), false, Some("CANCELLED")),
            ("booking.cancelled", pending, "CANCELLED", Some("CUSTOMER"), false, None),
            ("booking.cancelled", pending, "CANCELLED", Some("OPERATOR"), false, Some("CANCELLED")),
            ("booking.cancelled", pending, "CANCELLED", Some("EXPIRED"), false, None),
            ("booking.cancelled", pending, "CANCELLED", Some("EXPIRED"), true, Some("CANCELLED")),
            ("payment.declined", pending, "PENDING", None, false, Some("PAYMENT_FAILED")),
            ("payment.declined", confirmed, "CONFIRMED", None, false, None),
            ("payment.authorized", pending, "PENDING", None, false, None),
            ("payment.captured", confirmed, "CONFIRMED", None, false, None),
            ("payment.refunded", Some("CANCELLED"), "CANCELLED", None, false, None),
            ("payment.unknown", pending, "PENDING", None, false, None),
        ] {
            let found = message_of(&event(kind, from, to, reason, offer));
            assert_eq!(found, told, "{kind} {from:?} -> {to}, {reason:?}, offer: {offer}");
        }
    }

    #[test]
    fn history_and_placeholders_are_no_news() {
        let event = event("booking.confirmed", Some("PENDING"), "CONFIRMED", None, false);
        assert!(is_news(&event));
        let replayed = Event { replayed: true, ..event.clone() };
        assert!(!is_news(&replayed));
        let parked = Event::placeholder(Topic::Booking, &event.to_document(), "TOO_LARGE", "it is");
        assert!(!is_news(&parked.expect("a placeholder")));
        assert_eq!(message_of(&replayed), Some("CONFIRMED"));
    }
}
