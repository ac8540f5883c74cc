//! What the publisher promises of a message, whatever the broker answers.

use std::time::{Duration, Instant};

use events::{Body, Codec, Event, Format, Kafka, PublishError, Publisher, header};
use futures::future::join_all;
use rdkafka::types::RDKafkaRespErr as Answer;
use uuid::Uuid;

use crate::{broker::Broker, registry, sample};

fn publisher(broker: &Broker, format: Format) -> Publisher {
    Publisher::connect(&broker.kafka, Codec::new(format)).expect("a publisher can be made")
}

const AVRO: Format = Format::Avro { registry: None };

#[tokio::test(flavor = "multi_thread")]
async fn an_event_arrives_as_it_was_sent() {
    let broker = Broker::start(12);
    let publisher = publisher(&broker, AVRO);
    let event = sample::event(Uuid::now_v7(), 1);
    publisher.send(&event).await.expect("the broker takes it");
    let records = broker.everything().await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].key.as_deref(), Some(event.key.to_string().as_bytes()));
    assert_eq!(header(&records[0].headers, "ce_id"), Some(event.id.as_str()));
    let read = Codec::new(AVRO).decode(event.topic, &records[0].headers, &records[0].payload).await;
    assert_eq!(read.expect("it can be read"), event);

    let headers = vec![("cause".to_owned(), b"none".to_vec()), ("blob".to_owned(), vec![0xFF, 0])];
    publisher.send_raw(&broker.topic, b"any key", &headers, b"anything").await.expect("the broker takes it");
    let records = broker.everything().await;
    let raw = records.iter().find(|record| record.payload == b"anything").expect("it is there");
    assert_eq!(raw.headers, headers);
    assert_eq!(raw.key.as_deref(), Some(&b"any key"[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_acknowledgement_is_awaited() {
    let broker = Broker::start(1);
    let publisher = publisher(&broker, AVRO);
    publisher.send(&sample::event(Uuid::now_v7(), 1)).await.expect("the broker takes it");
    let slow = Duration::from_millis(400);
    broker.cluster.broker_round_trip_time(1, slow).expect("a broker can be slowed");
    let started = Instant::now();
    publisher.send(&sample::event(Uuid::now_v7(), 1)).await.expect("the broker takes it");
    assert!(started.elapsed() >= slow, "told after {:?}", started.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_that_pass_cost_neither_an_event_nor_its_place() {
    let broker = Broker::start(1);
    let publisher = publisher(&broker, AVRO);
    let booking = Uuid::now_v7();
    let mut planted = 0;
    for round in 0..5 {
        let errors = [
            Answer::RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            Answer::RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
            Answer::RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
            Answer::RD_KAFKA_RESP_ERR__TRANSPORT,
        ];
        broker.plant(&errors);
        planted += errors.len();
        // All under way at once: nothing but the producer keeps them in order then.
        let events: Vec<_> = (1..=20).map(|number| sample::event(booking, round * 20 + number)).collect();
        for sent in join_all(events.iter().map(|event| publisher.send(event))).await {
            sent.expect("what passes is not told");
        }
    }
    assert!(broker.has_spent_its_errors().await, "all {planted} errors fired");
    let records = broker.everything().await;
    let numbers: Vec<i64> =
        records.iter().map(|record| header(&record.headers, "sequence").unwrap().parse().unwrap()).collect();
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>(), "each once, in order");
    println!("{planted} errors planted; 100 events arrived once each, in order");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_error_is_seen_until_it_is_spent() {
    let broker = Broker::start(1);
    assert!(broker.has_spent_its_errors().await);
    broker.plant(&[Answer::RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS]);
    assert!(!broker.has_spent_its_errors().await, "the other tests would see an error that did not fire");
    assert!(broker.has_spent_its_errors().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_away_is_told_and_found_again() {
    let broker = Broker::start(1);
    let publisher = publisher(&broker, AVRO);
    let booking = Uuid::now_v7();
    publisher.send(&sample::event(booking, 1)).await.expect("the broker takes it");
    broker.cluster.broker_down(1).expect("a broker can be stopped");
    let started = Instant::now();
    let failed = publisher.send(&sample::event(booking, 2)).await;
    let took = started.elapsed();
    assert!(matches!(failed, Err(PublishError::Broker(_))), "{failed:?}");
    assert!(took < Duration::from_secs(12), "told after {took:?}");
    broker.cluster.broker_up(1).expect("a broker can be started");
    // As the relay does: the same event again until it is acknowledged.
    let mut tries = 1;
    while let Err(error) = publisher.send(&sample::event(booking, 2)).await {
        tries += 1;
        assert!(tries < 10, "not acknowledged after {tries} tries: {error:?}");
    }
    publisher.send(&sample::event(booking, 3)).await.expect("the broker takes it");
    let mut ids: Vec<_> = broker
        .everything()
        .await
        .iter()
        .map(|record| header(&record.headers, "ce_id").unwrap().to_owned())
        .collect();
    // It may have arrived before the time was up; then it is there twice, next to itself.
    ids.dedup();
    assert_eq!(ids, [1, 2, 3].map(|number| format!("{booking}.{number}")));
    println!("told after {took:?}, acknowledged with try {tries} after the broker was back");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_fatal_error_another_producer_takes_its_place() {
    let broker = Broker::start(1);
    let publisher = publisher(&broker, AVRO);
    let booking = Uuid::now_v7();
    publisher.send(&sample::event(booking, 1)).await.expect("the broker takes it");
    broker.plant(&[Answer::RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER]);
    let failed = publisher.send(&sample::event(booking, 2)).await;
    let Err(PublishError::Broker(source)) = failed else { panic!("it is told: {failed:?}") };
    println!("told: {source}");
    assert!(broker.has_spent_its_errors().await, "the error fired");
    publisher.send(&sample::event(booking, 2)).await.expect("the next producer sends it");
    publisher.send(&sample::event(booking, 3)).await.expect("and all that follows");
    assert_eq!(broker.everything().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_be_there_and_has_no_place_is_sent_again() {
    let broker = Broker::start(1);
    let publisher = publisher(&broker, AVRO);
    let booking = Uuid::now_v7();
    for number in 1..=5 {
        // As of a number that another message had: nothing is written, and the library takes it for a success.
        broker.plant(&[Answer::RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER]);
        let mut tries = 1;
        while let Err(error) = publisher.send(&sample::event(booking, number)).await {
            tries += 1;
            assert!(tries < 10, "not acknowledged after {tries} tries: {error:?}");
        }
        assert!(broker.has_spent_its_errors().await, "the error fired");
    }
    let records = broker.everything().await;
    let mut numbers: Vec<i64> =
        records.iter().map(|record| header(&record.headers, "sequence").unwrap().parse().unwrap()).collect();
    // It may be there twice, next to itself.
    numbers.dedup();
    assert_eq!(numbers, [1, 2, 3, 4, 5], "what counts as sent is there, in order");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_too_large_is_told_before_and_behind_the_wire() {
    let broker = Broker::start(1);
    let kafka = Kafka { longest_message: 2_000, ..broker.kafka.clone() };
    let publisher = Publisher::connect(&kafka, Codec::new(AVRO)).expect("a publisher can be made");
    let sent = publisher.send_raw(&broker.topic, b"key", &Vec::new(), &vec![0; 2_001]).await;
    assert!(matches!(sent, Err(PublishError::TooLarge { bytes: 2_001 })), "{sent:?}");
    // The broker takes less than we were told.
    broker.plant(&[Answer::RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE; 2]);
    let sent = publisher.send_raw(&broker.topic, b"key", &Vec::new(), &[0; 500]).await;
    assert!(matches!(sent, Err(PublishError::TooLarge { bytes: 500 })), "{sent:?}");
    assert!(broker.has_spent_its_errors().await, "the errors fired");
    // Another one was in the batch.
    broker.plant(&[Answer::RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE]);
    publisher.send_raw(&broker.topic, b"key", &Vec::new(), &[0; 500]).await.expect("by itself it is taken");
    assert!(broker.has_spent_its_errors().await, "the error fired");
    publisher.send(&sample::event(Uuid::now_v7(), 1)).await.expect("nothing behind it waits");
    assert_eq!(broker.everything().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_form_is_told_and_what_waits_for_the_registry_is_not_lost() {
    let broker = Broker::start(1);
    let registry = registry::start().await;
    let publisher = publisher(&broker, Format::Avro { registry: Some(registry.url.clone()) });
    let event = sample::event(Uuid::now_v7(), 1);
    // Later it may go, so it is no fault of the event.
    let waits = publisher.send(&event).await;
    assert!(matches!(waits, Err(PublishError::Broker(_))), "{waits:?}");
    let codec = Codec::new(Format::Avro { registry: None });
    let direct = Publisher::connect(&broker.kafka, codec).expect("a publisher can be made");
    let late = direct.send(&beyond_time(event)).await;
    assert!(matches!(late, Err(PublishError::Unencodable(_))), "{late:?}");
    assert!(broker.everything().await.is_empty());
}

/// With a time that RFC 3339 has no form for: it ends with the year 9999.
pub(crate) fn beyond_time(mut event: Event) -> Event {
    let Body::Booking(booking) = &mut event.body else { panic!("an event of a booking") };
    let state = booking.booking.as_mut().expect("a sample has everything");
    state.hold_expires_at = Some(chrono::DateTime::<chrono::Utc>::MAX_UTC);
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_is_told_in_time() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr());
    let kafka = Kafka::at(&nobody.expect("a port is free").to_string());
    let publisher = Publisher::connect(&kafka, Codec::new(AVRO)).expect("it need not be there yet");
    let started = Instant::now();
    assert!(publisher.check_topics().await.is_err(), "doctor is told");
    assert!(publisher.ensure_topics().await.is_err());
    assert!(started.elapsed() < Duration::from_secs(20), "told after {:?}", started.elapsed());
}
