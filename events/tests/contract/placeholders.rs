//! What stands where an event can't.

use events::{Body, Codec, Event, Format, PublishError, Publisher, Topic};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{broker::Broker, publisher::beyond_time, sample};

fn placeholder(document: &Value) -> Event {
    Event::placeholder(Topic::Booking, document, "UNENCODABLE", "why it is")
        .expect("a placeholder can be made")
}

#[test]
fn a_placeholder_keeps_the_place_and_nothing_else() {
    let booking = Uuid::now_v7();
    let mut document = sample::booking_document(booking, 3);
    document["booking"]["lines"] = json!("not a list");
    document["change"]["attempts_left"] = json!("many");
    assert!(Event::from_document(Topic::Booking, document.clone()).is_err());
    let event = placeholder(&document);
    assert_eq!((event.key, event.sequence, event.kind.as_str()), (booking, 3, "payment.captured"));
    assert_eq!(event.id, format!("{booking}.3"));
    let document = event.to_document();
    assert_eq!(document["booking"], Value::Null);
    assert_eq!(document["change"], Value::Null);
    assert_eq!(document["parked"], json!({"cause": "UNENCODABLE", "detail": "why it is"}));
}

#[test]
fn every_topic_has_placeholders_for_what_can_not_be_read() {
    for event in sample::events() {
        let mut document = event.to_document();
        for inner in ["booking", "change", "slot", "delivery"] {
            if let Some(inner) = document.get_mut(inner) {
                *inner = json!("rubbish");
            }
        }
        assert!(Event::from_document(event.topic, document.clone()).is_err(), "{document}");
        let instead = Event::placeholder(event.topic, &document, "UNENCODABLE", "rubbish");
        let instead = instead.expect("a placeholder can be made");
        assert_eq!((instead.key, &instead.id, instead.sequence), (event.key, &event.id, event.sequence));
        let document = instead.to_document();
        assert_eq!(document["parked"]["cause"], "UNENCODABLE", "{document}");
    }
}

#[test]
fn a_placeholder_is_small_whatever_the_cause() {
    let document = sample::booking_document(Uuid::now_v7(), 3);
    let long = "ä".repeat(1_000_000);
    let event = Event::placeholder(Topic::Booking, &document, "TOO_LARGE", &long).expect("it can be made");
    let encoded = Codec::new(Format::Json).encode(&event).expect("it can be encoded");
    assert!(encoded.payload.len() < 4_000, "{} bytes", encoded.payload.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_placeholder_goes_where_the_event_could_not() {
    let broker = Broker::start(1);
    let codec = Codec::new(Format::Avro { registry: None });
    let publisher = Publisher::connect(&broker.kafka, codec.clone()).expect("a publisher can be made");
    let booking = Uuid::now_v7();
    let (first, last) = (sample::event(booking, 1), sample::event(booking, 3));
    let refused = beyond_time(sample::event(booking, 2));
    publisher.send(&first).await.expect("the broker takes it");
    let failed = publisher.send(&refused).await;
    assert!(matches!(failed, Err(PublishError::Unencodable(_))), "{failed:?}");
    let instead = placeholder(&refused.to_document());
    publisher.send(&instead).await.expect("the broker takes it");
    publisher.send(&last).await.expect("the broker takes it");
    let mut read = Vec::new();
    for record in broker.everything().await {
        let event = codec.decode(Topic::Booking, &record.headers, &record.payload).await;
        read.push(event.expect("it can be read"));
    }
    assert_eq!(read, [first, instead, last], "no gap");
    let Body::Booking(second) = &read[1].body else { panic!("an event of a booking") };
    assert_eq!(second.parked.as_ref().map(|parked| parked.cause.as_str()), Some("UNENCODABLE"));
}
