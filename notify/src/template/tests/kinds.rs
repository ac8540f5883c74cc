//! The forms that a message takes by what has happened.

use super::*;
use crate::channel::Method;

fn text_of(message: Message, event: &Value) -> String {
    let rendered =
        Renderer::new(links()).render(message.code(), Language::English, event, &context("Jazz Night"));
    rendered.expect("a message").text
}

#[test]
fn a_payment_that_failed_for_good_asks_for_nothing_more() {
    let mut event = event_for(Message::PaymentFailed);
    event["booking"]["status"] = json!("CANCELLED");
    event["booking"]["hold_expires_at"] = Value::Null;
    let text = text_of(Message::PaymentFailed, &event);
    assert!(text.contains("Nothing is charged") && !text.contains("Pay"), "{text}");

    let mut last = event_for(Message::PaymentFailed);
    last["change"] = json!({"code": "expired_card", "attempts_left": 1});
    let text = text_of(Message::PaymentFailed, &last);
    assert!(text.contains("has expired") && text.contains("one more attempt"), "{text}");
}

#[test]
fn a_cancellation_says_what_comes_back_zero_too() {
    let mut event = event_for(Message::Cancelled);
    event["booking"]["owed"] = euro(11_800);
    assert!(text_of(Message::Cancelled, &event).contains("Refund: €0.00."));

    event["booking"]["payments"] =
        json!([{"status": "AUTHORIZED", "captured": euro(0), "refunded": euro(0)}]);
    event["booking"]["reason"] = json!("EXPIRED");
    let text = text_of(Message::Cancelled, &event);
    assert!(
        text.contains("not paid in time") && text.contains("set aside") && text.contains("€0.00"),
        "{text}"
    );

    // What was given back before is not given back again.
    event["booking"]["owed"] = euro(0);
    event["booking"]["payments"] =
        json!([{"status": "PARTIALLY_REFUNDED", "captured": euro(11_800), "refunded": euro(1_000)}]);
    assert!(text_of(Message::Cancelled, &event).contains("€108.00 back"));
}

#[test]
fn the_calendar_follows_the_booking() {
    let templates = Renderer::new(links());
    for (message, from, method) in [
        (Message::Confirmed, "PENDING", Some(Method::Publish)),
        (Message::Rescheduled, "CONFIRMED", Some(Method::Publish)),
        (Message::Cancelled, "CONFIRMED", Some(Method::Cancel)),
        (Message::SlotCancelled, "CONFIRMED", Some(Method::Cancel)),
        // What was never confirmed stands in no calendar.
        (Message::Cancelled, "PENDING", None),
        (Message::PaymentFailed, "PENDING", None),
        (Message::HoldEnding, "PENDING", None),
        (Message::WaitlistOffer, "PENDING", None),
    ] {
        let mut event = event_for(message);
        event["from_status"] = json!(from);
        let rendered = templates.render(message.code(), Language::English, &event, &context("Jazz"));
        let invite = rendered.expect("a message").invite;
        assert_eq!(invite.as_ref().map(|invite| invite.method), method, "{message:?} from {from}");
        assert!(invite.is_none_or(|invite| invite.sequence == 7 && invite.spans.len() == 1));
    }
}

#[test]
fn nights_of_one_stay_are_one_entry_and_two_concerts_are_two() {
    let mut event = event_for(Message::Confirmed);
    let line = event["booking"]["lines"][0].clone();
    let at = |from: &str, until: &str| {
        let mut line = line.clone();
        line["starts_at"] = json!(from);
        line["ends_at"] = json!(until);
        line
    };
    event["booking"]["lines"] = json!([
        at("2026-12-05T14:00:00Z", "2026-12-06T10:00:00Z"),
        at("2026-12-04T14:00:00Z", "2026-12-05T10:00:00Z"),
        at("2026-12-11T14:00:00Z", "2026-12-12T10:00:00Z"),
    ]);
    let rendered = Renderer::new(links())
        .render("CONFIRMED", Language::English, &event, &context("Room"))
        .expect("a message");
    let spans = rendered.invite.expect("an invite").spans;
    let times: Vec<_> =
        spans.iter().map(|span| (span.starts_at.to_rfc3339(), span.ends_at.to_rfc3339())).collect();
    assert_eq!(times.len(), 2, "{times:?}");
    assert_eq!(times[0], ("2026-12-04T14:00:00+00:00".to_owned(), "2026-12-06T10:00:00+00:00".to_owned()));
}

#[test]
fn what_cannot_be_rendered_says_why() {
    let templates = Renderer::new(Links::default());
    let event = event_for(Message::Confirmed);
    let render = |code: &str, event: &Value, context: &Value| {
        templates.render(code, Language::English, event, context).map(|_| ())
    };
    assert!(matches!(render("HELLO", &event, &context("x")), Err(RenderError::NoMessage(_))));
    assert!(matches!(render("CONFIRMED", &json!({}), &context("x")), Err(RenderError::Document(_))));
    assert!(matches!(render("CONFIRMED", &event, &json!({"listings": {}})), Err(RenderError::NoListing(_))));
    let mut nowhere = context("x");
    nowhere["listings"][LISTING]["time_zone"] = json!("Mars/Olympus");
    assert!(matches!(render("CONFIRMED", &event, &nowhere), Err(RenderError::Zone(_))));
    let mut empty = event.clone();
    empty["booking"]["lines"] = json!([]);
    assert!(matches!(render("CONFIRMED", &empty, &context("x")), Err(RenderError::NoLines)));
    assert!(render("CONFIRMED", &event, &context("x")).is_ok(), "without links and names it still can");
}

#[test]
fn a_template_that_names_what_it_is_not_given_fails() {
    let mut renderer = Renderer::new(Links::default());
    renderer.templates.add_template("en/confirmed.txt", "{{ no_such_thing }}").expect("a template");
    let failed =
        renderer.render("CONFIRMED", Language::English, &event_for(Message::Confirmed), &context("x"));
    assert!(matches!(failed, Err(RenderError::Template(_))), "{failed:?}");
}

/// Every branch of every template, with everything given and with nothing that may be missing.
#[test]
fn no_template_misses_a_variable_in_any_of_its_branches() {
    let mut count = 0;
    for templates in [Renderer::new(links()), Renderer::new(Links::default())] {
        for (message, language) in Message::ALL.into_iter().flat_map(|m| Language::ALL.map(|l| (m, l))) {
            for status in ["PENDING", "CONFIRMED", "CANCELLED"] {
                for reason in [json!("EXPIRED"), json!("CUSTOMER"), json!("OPERATOR"), Value::Null] {
                    for attempts in [json!(2), json!(1), Value::Null] {
                        for code in [json!("expired_card"), json!("insufficient_funds"), Value::Null] {
                            let mut event = event_for(message);
                            event["booking"]["status"] = json!(status);
                            event["booking"]["reason"] = reason.clone();
                            event["change"] = json!({"code": code, "attempts_left": attempts});
                            let mut bare = event.clone();
                            bare["booking"]["hold_expires_at"] = Value::Null;
                            bare["booking"]["lines"][0]["seats"] = json!([]);
                            bare["booking"]["lines"][0]["quantity"] = json!(1);
                            let mut nameless = context("Jazz");
                            nameless["organiser"] = json!({"name": null});
                            for (event, context) in [(&event, &context("Jazz")), (&bare, &nameless)] {
                                let rendered = templates.render(message.code(), language, event, context);
                                rendered.unwrap_or_else(|error| panic!("{message:?}: {error:?}"));
                                count += 1;
                            }
                        }
                    }
                }
            }
        }
    }
    println!("{count} renderings");
}
