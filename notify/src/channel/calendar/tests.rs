use chrono_tz::{Europe::Berlin, Tz};
use icalendar::{CalendarComponent, Component as _, DatePerhapsTime};

use super::*;

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn span(title: &str, zone: Tz, from: &str, until: &str) -> Span {
    Span { title: title.to_owned(), zone, starts_at: time(from), ends_at: time(until) }
}

fn invite(method: Method, spans: Vec<Span>) -> Invite {
    Invite {
        method,
        booking_id: Uuid::from_u128(7),
        sequence: 12,
        stamp: time("2026-11-20T10:00:00Z"),
        reference: "HF-7K2M9Q".to_owned(),
        link: Some("https://shop.example/bookings/HF-7K2M9Q".to_owned()),
        spans,
    }
}

/// The file as a library reads it that nobody here wrote.
fn parse(file: &str) -> icalendar::Calendar {
    file.parse().unwrap_or_else(|error| panic!("{error} in\n{file}"))
}

#[test]
fn a_program_that_nobody_here_wrote_reads_the_file() {
    let title = "Jazz, \"late\"; with ümläute 🎷 and\\slashes";
    let file =
        invite(Method::Publish, vec![span(title, Berlin, "2026-12-04T18:30:00Z", "2026-12-04T21:00:00Z")])
            .file("bookings@example.com");
    let calendar = parse(&file);
    assert_eq!(calendar.property_value("METHOD"), Some("PUBLISH"));
    let event = calendar.events().next().expect("an event");
    assert_eq!(event.get_uid(), Some(Uuid::from_u128(7).to_string().as_str()));
    assert_eq!(event.get_sequence(), Some(12));
    assert_eq!(event.get_summary(), Some(title));
    let Some(DatePerhapsTime::DateTime(icalendar::CalendarDateTime::WithTimezone { date_time, tzid })) =
        event.get_start()
    else {
        panic!("no local start in\n{file}");
    };
    assert_eq!((date_time.to_string().as_str(), tzid.as_str()), ("2026-12-04 19:30:00", "Europe/Berlin"));
    let zones = calendar.components.iter().filter_map(|part| match part {
        CalendarComponent::Other(other) => Some((other.component_kind(), other.property_value("TZID"))),
        _ => None,
    });
    assert_eq!(zones.collect::<Vec<_>>(), [("VTIMEZONE".to_owned(), Some("Europe/Berlin"))]);
}

#[test]
fn a_cancellation_takes_out_what_was_put_in() {
    let stay = || span("Room", Berlin, "2026-12-04T14:00:00Z", "2026-12-06T10:00:00Z");
    let file = invite(Method::Cancel, vec![stay(), stay()]).file("bookings@example.com");
    let calendar = parse(&file);
    assert_eq!(calendar.property_value("METHOD"), Some("CANCEL"));
    let uids: Vec<_> = calendar.events().filter_map(|event| event.get_uid().map(str::to_owned)).collect();
    assert_eq!(uids, [Uuid::from_u128(7).to_string(), format!("{}-2", Uuid::from_u128(7))]);
    assert!(calendar.events().all(|event| event.property_value("STATUS") == Some("CANCELLED")), "{file}");
}

#[test]
fn the_same_booking_is_the_same_file() {
    let file = || {
        let stay = span("Room", Berlin, "2026-12-04T14:00:00Z", "2026-12-06T10:00:00Z");
        invite(Method::Publish, vec![stay]).file("bookings@example.com")
    };
    assert_eq!(file(), file());
    assert!(file().ends_with("END:VCALENDAR\r\n") && !file().replace("\r\n", "").contains(['\r', '\n']));
}
