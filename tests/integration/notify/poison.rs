//! Events that can't be handled: tried again, given up, and brought back by an operator; nothing behind them waits.

use std::time::Duration;

use events::{Event, Headers, Kafka, Publisher, Topic, TopicSettings};
use rdkafka::{
    ClientConfig, Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _},
    message::Headers as _,
};
use serde_json::{Value, json};
use tests::{Broker, MailServer, Traits};
use uuid::Uuid;

use super::groups::{contacts, notifier};
use crate::events::{
    load::Sale,
    patiently,
    stage::{Form, Stage},
};

const LIMIT: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_handled_is_given_up_and_comes_back() {
    let Some(broker) = Broker::shared().await else { return };
    let traits = Traits { idle: true, ..Traits::default() };
    let stage = Stage::with(broker.address(), Form::Json, traits).await;
    contacts(&stage.system, 4).await;
    let server = MailServer::start().await;
    let relay = stage.relay();
    let notifier = notifier(&stage, &server);
    Sale::open(&stage.system).await.book(&stage.system, 1, 0).await;
    let mails = async |count| {
        patiently("the mails", LIMIT, async || (server.mails().len() >= count).then_some(())).await;
    };
    mails(2).await;

    // One that nobody can read, and one of an organiser that does not exist.
    let publisher = publisher(&stage, broker.address());
    let headers: Headers = vec![("ce_id".to_owned(), b"rubbish".to_vec())];
    publisher.send_raw(&stage.topic("booking"), b"k", &headers, b"rubbish").await.expect("it is sent");
    let stranger = Uuid::now_v7();
    let event = of_organiser(&stage, stranger).await;
    publisher.send(&event).await.expect("it is sent");
    // What is behind them is not held up.
    Sale::open(&stage.system).await.book(&stage.system, 3, 0).await;
    mails(2 + 4).await;

    let cases = async |count: i64| {
        let open = "select count(*) from saga.dead_letter where state = 'OPEN' and queue = 'notification'";
        patiently("the cases", LIMIT, async || {
            let found: i64 = stage.system.database.value(open).await;
            (found == count).then_some(())
        })
        .await;
    };
    cases(2).await;
    let dead = dead_letters(&stage, broker.address(), 2);
    assert!(dead["rubbish"]["cause"].contains("no form that is known"), "{dead:?}");
    assert_eq!(dead["rubbish"]["attempt"], "1", "read again it would be the same");
    assert_eq!(dead[&event.id]["attempt"], "5");
    for letter in dead.values() {
        assert_eq!(letter["original-topic"], stage.topic("booking"));
        assert!(letter["original-offset"].parse::<i64>().is_ok(), "{letter:?}");
    }

    // The organiser was only late.
    let inserted = stage
        .system
        .database
        .execute(format!("insert into inventory.organiser (id) values ('{stranger}')"))
        .await;
    assert_eq!(inserted, 1);
    let redrive = "mutation($input: RedriveDeadLettersInput!) { redriveDeadLetters(input: $input) {
        deadLetters { state } userErrors { code } replayed } }";
    let input = json!({ "input": { "idempotencyKey": "again" } });
    let driven = stage.system.operator().send(redrive, input).await.payload("redriveDeadLetters").0;
    assert_eq!(driven["deadLetters"].as_array().map(Vec::len), Some(2), "{driven}");
    mails(2 + 4 + 1).await;
    // The other one is no better than before.
    cases(1).await;
    let mut redrive = stage.process(&["events", "redrive"], "redrive.log");
    assert!(redrive.succeeds().await, "{}", redrive.log());
    assert_eq!(redrive.said().await, "Redriven: 1 events.");
    cases(1).await;
    for process in [notifier, relay] {
        process.stop().await;
    }
    stage.finish().await;
}

fn publisher(stage: &Stage, brokers: &str) -> Publisher {
    let prefix = stage.topic("booking").trim_end_matches(".booking.v1").to_owned();
    let kafka = Kafka { topics: TopicSettings { prefix, ..TopicSettings::default() }, ..Kafka::at(brokers) };
    Publisher::connect(&kafka, events::Codec::new(events::Format::Json)).expect("a publisher")
}

/// A confirmation of a customer's whose contact is known, sold by somebody who is not.
async fn of_organiser(stage: &Stage, organiser: Uuid) -> Event {
    let mut document: Value = stage
        .system
        .database
        .value(
            "select e.document from booking.booking b
             cross join lateral booking.events_to_publish(array[b.id], array[1], 1) e limit 1",
        )
        .await;
    let id = Uuid::now_v7();
    document["id"] = format!("{id}.1").into();
    document["booking_id"] = id.to_string().into();
    document["organiser_id"] = organiser.to_string().into();
    Event::from_document(Topic::Booking, document).expect("an event")
}

/// The headers of what is in the dead-letter topic, by event id.
fn dead_letters(
    stage: &Stage,
    brokers: &str,
    count: usize,
) -> std::collections::BTreeMap<String, std::collections::BTreeMap<String, String>> {
    let mut settings = ClientConfig::new();
    settings.set("bootstrap.servers", brokers).set("group.id", "looks").set("enable.auto.commit", "false");
    let consumer: BaseConsumer = settings.create().expect("a consumer");
    let mut all = TopicPartitionList::new();
    let topic = stage.topic("notify.dead");
    for partition in 0..12 {
        all.add_partition_offset(&topic, partition, Offset::Beginning).expect("a place");
    }
    consumer.assign(&all).expect("they are there");
    let mut found = std::collections::BTreeMap::new();
    let began = std::time::Instant::now();
    while found.len() < count {
        assert!(began.elapsed() < LIMIT, "only {found:?}");
        let Some(message) = consumer.poll(Duration::from_millis(200)) else { continue };
        let message = message.expect("it can be read");
        let headers: std::collections::BTreeMap<String, String> = message
            .headers()
            .expect("headers")
            .iter()
            .map(|header| {
                let value = String::from_utf8_lossy(header.value.unwrap_or_default());
                (header.key.to_owned(), value.into_owned())
            })
            .collect();
        found.insert(headers["ce_id"].clone(), headers);
    }
    found
}
