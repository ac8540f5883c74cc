use chrono::{DateTime, Utc};
use mail_parser::{HeaderValue as Parsed, MessageParser, MimeHeaders as _};
use uuid::Uuid;

use super::*;
use crate::{
    channel::{Method, Span},
    template::Language,
};

fn settings(smtp_url: &str) -> EmailSettings {
    EmailSettings {
        smtp_url: smtp_url.to_owned(),
        from: "Holdfast Büro <bookings@example.com>".to_owned(),
        preferences_url: Some("https://shop.example/preferences".to_owned()),
        connections: 2,
        timeout: Duration::from_secs(5),
    }
}

fn outgoing(address: &str, subject: &str, invite: Option<Invite>) -> Outgoing {
    Outgoing {
        delivery_id: Uuid::from_u128(5),
        message: "CONFIRMED".to_owned(),
        address: address.to_owned(),
        content: Content::Message(Rendered {
            language: Language::German,
            subject: subject.to_owned(),
            text: "Grüße 🎷 מתל אביב\n".to_owned(),
            html: "<p>Grüße 🎷</p>\n".to_owned(),
            link: None,
            invite,
        }),
    }
}

fn invite() -> Invite {
    let time = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
    Invite {
        method: Method::Cancel,
        booking_id: Uuid::from_u128(9),
        sequence: 3,
        stamp: time("2026-11-20T10:00:00Z"),
        reference: "HF-1".to_owned(),
        link: None,
        spans: vec![Span {
            title: "Größe".to_owned(),
            zone: chrono_tz::Europe::Berlin,
            starts_at: time("2026-12-04T18:30:00Z"),
            ends_at: time("2026-12-04T21:00:00Z"),
        }],
    }
}

fn email(smtp_url: &str) -> Email {
    Email::new(&settings(smtp_url)).expect("the settings are good")
}

#[tokio::test]
async fn a_mail_has_both_readings_its_headers_and_its_calendar() {
    let mail = email("smtp://127.0.0.1:1").compose(&outgoing(
        "ann@example.org",
        "Bestätigt: Größe 🎷",
        Some(invite()),
    ));
    let bytes = mail.expect("a mail").formatted();
    let mail = MessageParser::default().parse(&bytes).expect("a mail");
    assert_eq!(mail.subject(), Some("Bestätigt: Größe 🎷"));
    assert_eq!(mail.message_id(), Some(format!("{}@example.com", Uuid::from_u128(5)).as_str()));
    assert_eq!(mail.header("Auto-Submitted").and_then(Parsed::as_text), Some("auto-generated"));
    assert!(
        mail.header_raw("List-Unsubscribe")
            .is_some_and(|value| value.contains("<https://shop.example/preferences>"))
    );
    let address = |value: Option<&mail_parser::Address<'_>>| {
        value
            .and_then(|list| list.first())
            .map(|one| (one.name.clone().map(String::from), one.address.clone().map(String::from)))
    };
    assert_eq!(address(mail.to()), Some((None, Some("ann@example.org".to_owned()))));
    assert_eq!(
        address(mail.from()),
        Some((Some("Holdfast Büro".to_owned()), Some("bookings@example.com".to_owned())))
    );
    assert_eq!(mail.body_text(0).as_deref().map(str::trim_end), Some("Grüße 🎷 מתל אביב"));
    assert_eq!(mail.body_html(0).as_deref().map(str::trim_end), Some("<p>Grüße 🎷</p>"));
    let file = mail.attachment(0).expect("an attachment");
    assert_eq!(file.attachment_name(), Some("booking.ics"));
    let kind = file.content_type().expect("a content type");
    assert_eq!((kind.ctype(), kind.attribute("method")), ("text", Some("CANCEL")));
    assert!(file.text_contents().is_some_and(|text| text.contains("SUMMARY:Größe\r\n")), "{file:?}");
}

#[tokio::test]
async fn no_text_becomes_a_header() {
    for subject in [
        "Jazz\r\nBcc: all@example.com",
        "Jazz\nX-Evil: 1",
        "Jazz\rX-Evil: 1",
        &"x\r\nBcc: a@b.example ".repeat(50),
    ] {
        let mail = email("smtp://127.0.0.1:1").compose(&outgoing("ann@example.org", subject, None));
        let bytes = mail.expect("a mail").formatted();
        let mail = MessageParser::default().parse(&bytes).expect("a mail");
        assert!(mail.bcc().is_none() && mail.header("X-Evil").is_none(), "{subject}");
    }
    for address in [
        "",
        "ann",
        "ann@example.org\r\nBcc: all@example.com",
        "a@b.example, c@d.example",
        "<ann@example.org>",
        "ann@@example.org",
    ] {
        let refused = email("smtp://127.0.0.1:1").compose(&outgoing(address, "Jazz", None));
        assert!(matches!(refused, Err(Delivered::Rejected { .. })), "{address}");
    }
}

#[tokio::test]
async fn bad_settings_are_refused_and_none_shows_its_password() {
    assert!(matches!(Email::new(&settings("mail.example.com")), Err(ChannelError::SmtpUrl(_))));
    let nobody = EmailSettings { from: "nobody".to_owned(), ..settings("smtp://127.0.0.1:25") };
    assert!(matches!(Email::new(&nobody), Err(ChannelError::Sender(..))));
    let secret = settings("smtps://user:hunter2@mail.example.com");
    assert!(!format!("{secret:?} {:?}", Email::new(&secret)).contains("hunter2"));
}

mod server;
