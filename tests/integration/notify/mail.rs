//! Mails by a real mail server, looked at as a customer's program does.

use std::sync::Arc;

use async_trait::async_trait;
use db::DeliveryChannel;
use notify::channel::{Channel, Channels, Delivered, Email, Outgoing};
use serde_json::json;
use tests::{Goods, Line, Mail, MailServer, Shop, TestSystem, until, uuid_of};
use tokio::sync::Notify;

use super::planned::{Sender, contact, email, mail_settings, plan, settings};

async fn mails_are(server: &MailServer, count: usize) -> Vec<Mail> {
    until(&format!("there are {count} mails"), || async {
        let mails = server.mails();
        (mails.len() >= count).then_some(mails)
    })
    .await
}

/// A sender of mails to this server.
fn sender(system: &TestSystem, server: &MailServer) -> Sender {
    let mail = mail_settings(server);
    Sender::start(system, settings(), move || Channels::default().with(DeliveryChannel::Email, email(&mail)))
}

/// A confirmed booking of Ana's, and her shop.
async fn booked(system: &TestSystem, title: &str) -> (Shop, String) {
    let goods = Goods::places(10).listed(json!({ "title": title, "timeZone": "Europe/Berlin" })).slots(2);
    let shop = system.shop(&goods).await;
    let ana = system.customer("ana");
    let booking = ana.book(shop.slot(), "pm_card_visa").await;
    ana.settled(&booking, "CONFIRMED", "CAPTURED").await;
    (shop, booking)
}

/// The unfolded line of a calendar file that begins with this.
fn line<'a>(file: &'a str, name: &str) -> &'a str {
    let found = file.lines().rev().find_map(|line| line.strip_prefix(name));
    found.unwrap_or_else(|| panic!("no {name} in\n{file}")).trim_end()
}

async fn attempts(system: &TestSystem) -> (String, i32, i32) {
    let state = system.database.value("select state from notification.delivery").await;
    let attempts = system.database.value("select attempts from notification.delivery").await;
    let repeats = system.database.value("select repeats from notification.delivery").await;
    (state, attempts, repeats)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_mailed_from_its_confirmation_to_its_cancellation() {
    let system = TestSystem::start().await;
    let server = MailServer::start().await;
    contact(&system, "ana", "ana@example.org", "de").await;
    let (shop, booking) = booked(&system, "Größe & <b>Jazz</b> 🎷").await;
    assert_eq!(plan(&system, &booking, "booking.confirmed", Some("CONFIRMED")).await, 1);
    assert_eq!(
        plan(&system, &booking, "booking.confirmed", Some("CONFIRMED")).await,
        0,
        "it is planned once"
    );
    let sending = sender(&system, &server);

    let mail = mails_are(&server, 1).await.remove(0);
    assert_eq!(mail.to, ["ana@example.org"]);
    assert!(mail.subject.starts_with("Bestätigt: Größe & <b>Jazz</b> 🎷, "), "{}", mail.subject);
    assert!(mail.message_id.ends_with("@holdfast.example>"), "{}", mail.message_id);
    assert_eq!(mail.headers["auto-submitted"], "auto-generated");
    assert_eq!(mail.headers["list-unsubscribe"], "<https://shop.example/preferences>");
    assert!(mail.headers["from"].contains("Holdfast Büro"), "{:?}", mail.headers);
    let (text, html) = (mail.part("text/plain").expect("text"), mail.part("text/html").expect("HTML"));
    assert!(text.contains("100,00\u{a0}€") && text.contains("<b>Jazz</b>"), "{text}");
    assert!(html.contains("&lt;b&gt;Jazz") && !html.contains("<b>Jazz"), "{html}");

    let calendar = mail.parts.iter().find(|part| part["type"] == "text/calendar").expect("a calendar file");
    assert_eq!(
        (&calendar["file_name"], &calendar["parameters"]["method"]),
        (&json!("booking.ics"), &json!("PUBLISH"))
    );
    let confirmed = mail.part("text/calendar").expect("a calendar file").to_owned();
    assert_eq!(line(&confirmed, "UID:"), uuid_of(&booking).to_string());
    let starts: String = system
        .database
        .value(
            "select to_char(starts_at at time zone 'Europe/Berlin', 'YYYYMMDD\"T\"HH24MISS')
             from inventory.slot order by starts_at limit 1",
        )
        .await;
    assert_eq!(line(&confirmed, "DTSTART;TZID=Europe/Berlin:"), starts);

    // The other day: the same entry, changed.
    let ana = system.customer("ana");
    let moved = ana.reschedule(&booking, [Line::of(&shop.slots[1], 1)], None).await;
    assert_eq!(moved.code(), None);
    ana.settled(&booking, "CONFIRMED", "CAPTURED").await;
    plan(&system, &booking, "booking.rescheduled", Some("RESCHEDULED")).await;
    let moved = mails_are(&server, 2).await[1].part("text/calendar").expect("a calendar file").to_owned();
    assert_eq!(line(&moved, "UID:"), line(&confirmed, "UID:"));
    assert_ne!(line(&moved, "DTSTART;TZID=Europe/Berlin:"), starts);

    ana.cancel(&booking).await.id();
    ana.settled(&booking, "CANCELLED", "REFUNDED").await;
    plan(&system, &booking, "booking.cancelled", Some("CANCELLED")).await;
    let mail = mails_are(&server, 3).await[2].clone();
    let text = mail.part("text/plain").expect("text");
    assert!(text.contains("Sie erhalten 100,00\u{a0}€ zurück"), "{text}");
    let cancelled = mail.part("text/calendar").expect("a calendar file");
    assert_eq!((line(cancelled, "METHOD:"), line(cancelled, "STATUS:")), ("CANCEL", "CANCELLED"));
    let sequences = [&confirmed, &moved, &cancelled.to_owned()]
        .map(|file| line(file, "SEQUENCE:").parse::<i32>().expect("a number"));
    assert!(sequences.is_sorted_by(|before, after| before < after), "{sequences:?}");
    sending.stop().await;
    system.finish().await;
}

/// Sends mails, and never comes back to say so.
#[derive(Debug)]
struct Speechless(Email, Arc<Notify>);

#[async_trait]
impl Channel for Speechless {
    async fn deliver(&self, outgoing: &Outgoing) -> Delivered {
        assert!(matches!(self.0.deliver(outgoing).await, Delivered::Sent { .. }));
        self.1.notify_one();
        std::future::pending().await
    }

    fn timeout(&self) -> std::time::Duration {
        self.0.timeout()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_sending_and_recording_the_mail_comes_again_under_its_id() {
    let system = TestSystem::start().await;
    let server = MailServer::start().await;
    contact(&system, "ana", "ana@example.org", "en").await;
    let (_, booking) = booked(&system, "Jazz").await;
    plan(&system, &booking, "booking.confirmed", Some("CONFIRMED")).await;

    let (mail, sent) = (mail_settings(&server), Arc::new(Notify::new()));
    let told = Arc::clone(&sent);
    let killed = Sender::start(&system, settings(), move || {
        Channels::default().with(DeliveryChannel::Email, Speechless(email(&mail), told))
    });
    sent.notified().await;
    killed.kill();
    assert_eq!((server.mails().len(), attempts(&system).await.0.as_str()), (1, "SENDING"));

    let sending = sender(&system, &server);
    let mails = mails_are(&server, 2).await;
    assert_eq!(mails[0].message_id, mails[1].message_id);
    system.until_true("select state = 'SENT' from notification.delivery").await;
    let (_, _, repeats) = attempts(&system).await;
    assert_eq!(repeats, 1, "the double is counted");
    sending.stop().await;
    println!("mails {}, ids 1, repeats counted {repeats}", server.mails().len());
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_costs_nothing_but_delay() {
    let system = TestSystem::start().await;
    let mut server = MailServer::start().await;
    server.kill().await;
    contact(&system, "ana", "ana@example.org", "en").await;
    let (_, booking) = booked(&system, "Jazz").await;
    plan(&system, &booking, "booking.confirmed", Some("CONFIRMED")).await;
    let sending = sender(&system, &server);
    system.until_true("select attempts >= 2 from notification.delivery").await;

    server.start_again().await;
    server.turn_to("refuse").await;
    let (_, before, _) = attempts(&system).await;
    system.until_true(&format!("select attempts > {before} from notification.delivery")).await;
    assert_eq!(server.mails().len(), 0);
    server.turn_to("accept").await;
    system.until_true("select state = 'SENT' from notification.delivery").await;
    sending.stop().await;
    let (_, tries, repeats) = attempts(&system).await;
    assert_eq!((server.mails().len(), repeats), (1, 0));
    println!("tries {tries}");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_not_there_is_tried_once() {
    let system = TestSystem::start().await;
    let mut server = MailServer::start().await;
    server.turn_to("reject").await;
    contact(&system, "ana", "ana@example.org", "en").await;
    let (_, booking) = booked(&system, "Jazz").await;
    plan(&system, &booking, "booking.confirmed", Some("CONFIRMED")).await;
    let sending = sender(&system, &server);
    system.until_true("select state = 'FAILED' from notification.delivery").await;
    sending.stop().await;
    let (_, tries, _) = attempts(&system).await;
    assert_eq!((tries, server.mails().len()), (1, 0));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_brings_the_mail_again_under_its_id() {
    let system = TestSystem::start().await;
    let mut server = MailServer::start().await;
    server.turn_to("lose").await;
    contact(&system, "ana", "ana@example.org", "en").await;
    let (_, booking) = booked(&system, "Jazz").await;
    plan(&system, &booking, "booking.confirmed", Some("CONFIRMED")).await;
    let sending = sender(&system, &server);
    mails_are(&server, 1).await;
    server.turn_to("accept").await;
    system.until_true("select state = 'SENT' from notification.delivery").await;
    sending.stop().await;
    let mails = server.mails();
    assert!(mails.len() >= 2 && mails.iter().all(|mail| mail.message_id == mails[0].message_id));
    println!("mails {}, ids 1", mails.len());
    system.finish().await;
}
