use std::{sync::Mutex, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use db::ClaimedEndpoint;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{channel::Channel, template::Links};

/// A channel that always answers the same, and keeps what it was given.
#[derive(Debug)]
struct Answers(Delivered, std::sync::Arc<Mutex<Vec<Outgoing>>>);

#[async_trait]
impl Channel for Answers {
    async fn deliver(&self, outgoing: &Outgoing) -> Delivered {
        self.1.lock().expect("not poisoned").push(outgoing.clone());
        self.0.clone()
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(1)
    }
}

fn claim(channel: DeliveryChannel) -> ClaimedDelivery {
    let listing = Uuid::from_u128(1);
    let euro = json!({"amount_minor": 100, "currency": "EUR"});
    ClaimedDelivery {
        delivery_id: Uuid::from_u128(2),
        fence: 3,
        message: "CONFIRMED".to_owned(),
        channel,
        repeated: false,
        attempts: 0,
        address: Some("ann@example.org".to_owned()),
        language: Some("de".to_owned()),
        document: json!({
            "booking_id": listing, "sequence": 4, "occurred_at": "2026-11-20T10:00:00Z", "from_status": "PENDING",
            "booking": {
                "reference": "HF-1", "status": "CONFIRMED", "reason": null, "total": euro, "owed": euro,
                "hold_expires_at": "2026-11-20T10:05:00Z", "payments": [],
                "lines": [{
                    "listing_id": listing, "starts_at": "2026-12-04T18:30:00Z", "ends_at": "2026-12-04T21:00:00Z",
                    "quantity": 1, "unit_price": euro, "seats": []
                }]
            }
        }),
        context: json!({"organiser": {}, "listings": {listing.to_string(): {"title": "Jazz", "time_zone": "Europe/Berlin"}}}),
        endpoint: Some(ClaimedEndpoint {
            id: Uuid::from_u128(9),
            url: "https://organiser.example/hook".to_owned(),
            secrets: vec!["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()],
        }),
        planned_at: Utc::now() - TimeDelta::seconds(1),
        moot: false,
        give_up_at: Utc::now() + TimeDelta::days(1),
    }
}

/// What is recorded of this claim when the channel answers this, and what the channel was given.
async fn try_once(claim: &ClaimedDelivery, answer: Delivered) -> (DeliveryRecord, Vec<Outgoing>) {
    let given = std::sync::Arc::default();
    let channels = Channels::default().with(claim.channel, Answers(answer, std::sync::Arc::clone(&given)));
    let renderer = Renderer::new(Links::default());
    let record = attempt(claim, &channels, &renderer, &Retries::default()).await;
    let given = given.lock().expect("not poisoned").clone();
    (record, given)
}

const SENT: Delivered = Delivered::Sent { status_code: Some(250) };

#[tokio::test]
async fn a_message_is_rendered_in_its_readers_language_and_an_event_is_handed_on_as_it_is() {
    let (record, given) = try_once(&claim(DeliveryChannel::Email), SENT).await;
    assert_eq!((record.result, record.status_code, record.fence), (DeliveryResult::Sent, Some(250), 3));
    let Content::Message(rendered) = &given[0].content else { panic!("{given:?}") };
    assert!(rendered.subject.starts_with("Bestätigt: Jazz"), "{rendered:?}");
    assert_eq!(given[0].delivery_id, Uuid::from_u128(2));

    let mut event = claim(DeliveryChannel::Webhook);
    event.message = "booking.confirmed".to_owned();
    let (_, given) = try_once(&event, SENT).await;
    assert_eq!(given[0].address, "https://organiser.example/hook");
    let Content::Event { secrets, document } = &given[0].content else { panic!("{given:?}") };
    assert_eq!((secrets.len(), document), (1, &event.document));
}

#[tokio::test]
async fn what_failed_is_tried_again_after_a_pause_that_grows() {
    let failed =
        Delivered::Failed { detail: "it answered 500".to_owned(), status_code: Some(500), retry_after: None };
    for (attempts, range) in [(0, 5_000..=6_000), (2, 300_000..=360_000), (50, 43_200_000..=51_840_000)] {
        let claim = ClaimedDelivery { attempts, ..claim(DeliveryChannel::Webhook) };
        let (record, _) = try_once(&claim, failed.clone()).await;
        assert_eq!((record.result, record.status_code), (DeliveryResult::Failed, Some(500)));
        assert!(record.retry_in_ms.is_some_and(|pause| range.contains(&pause)), "{record:?}");
    }
}

#[tokio::test]
async fn what_the_other_side_said_can_be_written_down() {
    let odd = Delivered::Rejected { detail: "550 no\0such user".to_owned(), status_code: Some(550) };
    let (record, _) = try_once(&claim(DeliveryChannel::Email), odd).await;
    assert_eq!(record.detail.as_deref(), Some("550 no\u{FFFD}such user"), "Postgres takes no NUL");
}

#[tokio::test]
async fn what_can_never_be_sent_is_not_tried() {
    let no_message = ClaimedDelivery { message: "HELLO".to_owned(), ..claim(DeliveryChannel::Email) };
    let unreadable = ClaimedDelivery { document: json!({}), ..claim(DeliveryChannel::Email) };
    let mut unsigned = claim(DeliveryChannel::Webhook);
    if let Some(endpoint) = &mut unsigned.endpoint {
        endpoint.secrets = vec!["secret".to_owned()];
    }
    for claim in [no_message, unreadable, unsigned] {
        let (record, given) = try_once(&claim, SENT).await;
        assert_eq!(record.result, DeliveryResult::Rejected);
        assert!(record.detail.is_some_and(|detail| !detail.is_empty()) && given.is_empty());
    }
    let rejected = Delivered::Rejected { detail: "550 no such mailbox".to_owned(), status_code: Some(550) };
    let (record, _) = try_once(&claim(DeliveryChannel::Email), rejected).await;
    assert_eq!((record.result, record.retry_in_ms), (DeliveryResult::Rejected, None));
    let (record, _) = try_once(&claim(DeliveryChannel::Webhook), Delivered::Gone).await;
    assert_eq!((record.result, record.status_code), (DeliveryResult::Gone, Some(410)));
}

#[tokio::test]
async fn what_nobody_is_to_get_is_skipped() {
    let nowhere = ClaimedDelivery { address: None, ..claim(DeliveryChannel::Email) };
    let empty = ClaimedDelivery { address: Some(String::new()), ..claim(DeliveryChannel::Sms) };
    let removed = ClaimedDelivery { endpoint: None, ..claim(DeliveryChannel::Webhook) };
    let late = ClaimedDelivery { moot: true, ..claim(DeliveryChannel::Email) };
    for claim in [nowhere, empty, removed, late] {
        let (record, given) = try_once(&claim, SENT).await;
        assert_eq!(record.result, DeliveryResult::Skipped, "{record:?}");
        assert!(given.is_empty());
    }
    let renderer = Renderer::new(Links::default());
    let claim = claim(DeliveryChannel::Push);
    let record = attempt(&claim, &Channels::default(), &renderer, &Retries::default()).await;
    assert_eq!(record.result, DeliveryResult::Skipped);
    assert_eq!(record.detail.as_deref(), Some("nobody sent it in its time: the channel is not set up"));
}
