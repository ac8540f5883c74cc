//! What goes from one part to the next and is looked at by no test of either.

use std::time::Duration;

use events::{Codec, Event, Format, Headers, Kafka, Publisher, Topic, TopicSettings};
use serde_json::Value;
use tests::{Broker, MailServer, TestSystem, Traits, uuid_of};

use super::groups::{contacts, flags, notifier};
use crate::{
    events::{
        load::Sale,
        patiently,
        stage::{Form, Stage},
    },
    faults::spawned::Process,
};

const LIMIT: Duration = Duration::from_mins(2);

/// Whose hold is about to end is told so by a process, once; who has paid since is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_that_is_about_to_end_is_told_of() {
    let system = TestSystem::start().await;
    let shop = system.shop(&tests::Goods::default()).await;
    contacts(&system, 2).await;
    let server = MailServer::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("--database-url={}", system.database.url);
    let holds: Vec<String> = futures::future::join_all(
        (0..2).map(async |number| system.customer(&format!("customer-{number}")).hold(shop.slot()).await),
    )
    .await;
    // As if they had been held for minutes, from the event on.
    let ids = holds.iter().map(|hold| format!("'{}'", uuid_of(hold))).collect::<Vec<_>>().join(", ");
    let database = &system.database;
    database.execute("alter table booking.event disable trigger event_is_immutable").await;
    for statement in [
        "update booking.booking b set created_at = clock_timestamp() - interval '5 minutes',
             hold_expires_at = clock_timestamp() + interval '58 seconds' where id in",
        "update booking.booking b set expire_due_at = hold_expires_at where id in",
        "update booking.event e set data = data || jsonb_build_object('holdExpiresAt', (
             select b.hold_expires_at from booking.booking b where b.id = e.booking_id)) where booking_id in",
    ] {
        assert_eq!(database.execute(format!("{statement} ({ids})")).await, 2);
    }
    database.execute("alter table booking.event enable trigger event_is_immutable").await;
    // One process plans, and has no way to send; by the time that another has one, the second customer has paid.
    let planner = Process::start(&["notify".to_owned(), url.clone()], &[], &folder.path().join("plan.log"));
    system.until_true("select count(*) = 2 from notification.delivery where message = 'HOLD_ENDING'").await;
    let payer = system.customer("customer-1");
    assert_eq!(payer.pay(&holds[1], "pm_card_visa").await.code(), None);
    payer.settled(&holds[1], "CONFIRMED", "CAPTURED").await;
    let sender = Process::start(&flags(&server, &[&url]), &[], &folder.path().join("send.log"));
    system
        .until_true(
            "select count(*) = 2 from notification.delivery where message = 'HOLD_ENDING' and ended_at is not null",
        )
        .await;
    let states: Vec<String> = system
        .database
        .column(
            "select recipient_id || ' ' || state || coalesce(' ' || last_error, '') from notification.delivery
             where message = 'HOLD_ENDING' order by 1",
        )
        .await;
    assert_eq!(states[0], "customer-0 SENT", "{states:?}");
    assert!(states[1].starts_with("customer-1 SKIPPED"), "{states:?}");
    patiently("the mail", LIMIT, async || {
        server.mails().iter().any(|mail| mail.to == ["customer-0@example.org"]).then_some(())
    })
    .await;
    assert_eq!(system.customer("customer-0").cancel(&holds[0]).await.code(), None);
    for process in [planner, sender] {
        process.stop().await;
    }
    system.finish().await;
}

/// The same event twice in the topic, which every relay may leave there, is one mail: the record of the delivery says so.
/// Without that record it is two, and this sees it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_comes_twice_is_told_once_and_a_forgotten_record_is_caught() {
    let Some(broker) = Broker::shared().await else { return };
    let forgotten = (
        "notification.plan_deliveries(jsonb)",
        "select distinct on (e.event_id) e.event_id, e.message,",
        "select e.event_id || ' ' || holdfast.uuid_v7() as event_id, e.message,",
    );
    for (bug, mails) in [(None, 1), (Some(forgotten), 3)] {
        assert_eq!(mails_of_three(broker, bug).await, mails, "{bug:?}");
    }
}

/// Puts one confirmation into the topic three times; how many mails come of it.
async fn mails_of_three(broker: &Broker, bug: Option<(&str, &str, &str)>) -> usize {
    let traits = Traits { idle: true, ..Traits::default() };
    let stage = Stage::with(broker.address(), Form::Json, traits).await;
    contacts(&stage.system, 2).await;
    if let Some((routine, text, planted)) = bug {
        stage.system.plant(routine, text, planted).await;
    }
    let server = MailServer::start().await;
    let notifier = notifier(&stage, &server);
    let sale = Sale::open(&stage.system).await;
    // Events of two bookings, and no relay to send them.
    for number in 0..2 {
        assert!(sale.book_one(&stage.system, number).await, "there is room");
    }
    let publisher = publisher(&stage, broker.address());
    publisher.ensure_topics().await.expect("the broker answers");
    let documents: Vec<Value> = stage
        .system
        .database
        .column(
            "select e.document from booking.booking b
             cross join lateral booking.events_to_publish(array[b.id], array[0], 10) e
             where e.document ->> 'type' = 'booking.confirmed' order by b.customer_id",
        )
        .await;
    let events: Vec<_> = documents
        .into_iter()
        .map(|document| Event::from_document(Topic::Booking, document).expect("an event"))
        .collect();
    let key = events[0].key.to_string();
    let codec = Codec::new(Format::Json);
    // All under one key: when the last is told, those before it have been read.
    for event in [&events[0], &events[0], &events[0], &events[1]] {
        let encoded = codec.encode(event).expect("it has a form");
        let headers: Headers = encoded.headers;
        publisher
            .send_raw(&stage.topic("booking"), key.as_bytes(), &headers, &encoded.payload)
            .await
            .expect("it is sent");
    }
    let of = |customer: &str| {
        let address = format!("{customer}@example.org");
        server.mails().iter().filter(|mail| mail.to == [address.clone()]).count()
    };
    patiently("the last is told", LIMIT, async || (of("customer-1") == 1).then_some(())).await;
    let ended = "select not exists (select from notification.delivery where ended_at is null)";
    stage.system.until_true(ended).await;
    notifier.stop().await;
    let found = of("customer-0");
    stage.finish().await;
    found
}

fn publisher(stage: &Stage, brokers: &str) -> Publisher {
    let prefix = stage.topic("booking").trim_end_matches(".booking.v1").to_owned();
    let topics = TopicSettings { prefix, replication: Some(1), ..TopicSettings::default() };
    Publisher::connect(&Kafka { topics, ..Kafka::at(brokers) }, Codec::new(Format::Json))
        .expect("a publisher")
}
