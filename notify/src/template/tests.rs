use serde_json::{Value, json};

use super::*;

const LISTING: &str = "018f0000-0000-7000-8000-000000000001";

fn links() -> Links {
    Links {
        booking: Some("https://shop.example/bookings/{reference}".to_owned()),
        preferences: Some("https://shop.example/preferences?a=1&b=2".to_owned()),
    }
}

fn euro(minor: i64) -> Value {
    json!({"amount_minor": minor, "currency": "EUR"})
}

/// An event of a booking of two seats for 59 euros each.
fn document(from_status: &str, status: &str) -> Value {
    json!({
        "id": "018f0000-0000-7000-8000-0000000000aa.7", "type": "booking.changed",
        "occurred_at": "2026-11-20T10:00:00+00:00", "booking_id": "018f0000-0000-7000-8000-0000000000aa",
        "sequence": 7, "from_status": from_status, "to_status": status,
        "change": {"amount": null, "code": null, "attempts_left": null},
        "booking": {
            "reference": "HF-7K2M9Q", "customer_id": "c1", "status": status, "reason": null,
            "total": euro(11_800), "owed": euro(11_800), "hold_expires_at": null,
            "lines": [{
                "line_no": 1, "slot_id": LISTING, "listing_id": LISTING, "quantity": 2, "rate_plan": "flex",
                "starts_at": "2026-12-04T18:30:00+00:00", "ends_at": "2026-12-04T21:00:00+00:00",
                "unit_price": euro(5_900), "price_class": null,
                "seats": [{"section": "Stalls", "row": "3", "seat": "14"}, {"section": null, "row": "3", "seat": "15"}]
            }],
            "payments": [{"status": "CAPTURED", "amount": euro(11_800), "captured": euro(11_800), "refunded": euro(0)}]
        }
    })
}

fn context(title: &str) -> Value {
    json!({"organiser": {"name": "Blue Note"}, "listings": {LISTING: {"title": title, "time_zone": "Europe/Berlin", "slug": "jazz"}}})
}

fn event_for(message: Message) -> Value {
    let (from, to) = match message {
        Message::Confirmed => ("PENDING", "CONFIRMED"),
        Message::Rescheduled => ("CONFIRMED", "CONFIRMED"),
        Message::Cancelled | Message::SlotCancelled => ("CONFIRMED", "CANCELLED"),
        Message::PaymentFailed | Message::HoldEnding | Message::WaitlistOffer => ("PENDING", "PENDING"),
    };
    let mut event = document(from, to);
    match message {
        Message::Cancelled => {
            event["booking"]["reason"] = json!("CUSTOMER");
            event["booking"]["owed"] = euro(1_800);
        }
        Message::SlotCancelled => {
            event["booking"]["reason"] = json!("SLOT_CANCELLED");
            event["booking"]["owed"] = euro(0);
        }
        Message::PaymentFailed | Message::HoldEnding | Message::WaitlistOffer => {
            event["booking"]["hold_expires_at"] = json!("2026-11-20T10:05:00+00:00");
            event["booking"]["payments"] = json!([]);
        }
        Message::Confirmed | Message::Rescheduled => (),
    }
    if message == Message::PaymentFailed {
        event["change"] = json!({"code": "insufficient_funds", "attempts_left": 2});
    }
    event
}

fn render(message: Message, language: Language) -> Rendered {
    let templates = Renderer::new(links());
    let rendered = templates.render(message.code(), language, &event_for(message), &context("Jazz Night"));
    rendered
        .unwrap_or_else(|error| panic!("{message:?} in {language:?}: {}", crate::report::error_chain(&error)))
}

mod hostile;
mod kinds;
mod looks;
