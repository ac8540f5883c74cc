//! TLS and every way of saying who we are, against a broker that insists on it; the broker's certificate comes from an
//! authority of this test, and an identity provider gives the tokens.

mod ground;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use events::{Codec, Event, Format, GroupSettings, Handler, Publisher, Record, Subscriber, Topic};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::ground::{Ground, Way};
use super::patiently;
use crate::process::support::holdfast;

/// Long enough for a group to come together on a busy machine.
const LIMIT: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_go_out_and_come_in_whichever_way_we_say_who_we_are() {
    let Some(ground) = Ground::open().await else { return };
    for way in Way::ALL {
        let kafka = ground.kafka(way, "secret");
        let codec = Codec::new(Format::Json);
        let publisher = Publisher::connect(&kafka, codec.clone()).expect("the settings are good");
        made(&publisher).await;
        let sent = delivery();
        publisher.send(&sent).await.unwrap_or_else(|error| panic!("{way:?}: {error:?}"));

        let (tell, mut told) = mpsc::unbounded_channel();
        let settings = GroupSettings {
            group: format!("group-{}", Uuid::new_v4()),
            topics: vec![kafka.topics.name(Topic::Notification)],
            batch: 10,
            pause: Duration::from_millis(10),
            session: Duration::from_secs(6),
        };
        let shutdown = CancellationToken::new();
        let subscriber = Subscriber::connect(&kafka, settings).expect("the settings are good");
        let reading = tokio::spawn(subscriber.run(Arc::new(Telling(tell)), shutdown.clone()));
        let record = tokio::time::timeout(LIMIT, told.recv()).await;
        let record = record.unwrap_or_else(|_| panic!("{way:?}: nothing came")).expect("it reads");
        let read = codec.decode(Topic::Notification, &record.headers, &record.payload).await;
        assert_eq!(read.expect("it is ours"), sent, "{way:?}");
        shutdown.cancel();
        reading.await.expect("no panic").expect("it has ended well");
    }
    println!("tokens asked for: {}", ground.tokens());
    assert!(ground.tokens() >= 2, "one for the producer and one for the consumer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_can_not_say_who_he_is_gets_nothing() {
    let Some(ground) = Ground::open().await else { return };
    for way in Way::ALL {
        let publisher = Publisher::connect(&ground.kafka(way, "wrong"), Codec::new(Format::Json));
        let refused = publisher.expect("the settings are good").ensure_topics().await;
        let said = refused.expect_err("nothing is made for a stranger").to_string();
        println!("{way:?}: {said}");
        let is_told = ["authentication failed", "401", "bad certificate"]
            .iter()
            .any(|word| said.to_lowercase().contains(word));
        assert!(is_told, "{way:?}: {said}");
    }
    let mut stranger = ground.kafka(Way::Plain, "secret");
    stranger.tls = Some(events::Tls::default());
    let publisher = Publisher::connect(&stranger, Codec::new(Format::Json)).expect("the settings are good");
    assert!(publisher.ensure_topics().await.is_err(), "a certificate of nobody we know");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_flags_say_all_of_it() {
    let Some(ground) = Ground::open().await else { return };
    let system = tests::TestSystem::idle().await;
    for way in Way::ALL {
        let publisher = Publisher::connect(&ground.kafka(way, "secret"), Codec::new(Format::Json));
        made(&publisher.expect("good settings")).await;
        for (password, is_good) in [("secret", true), ("wrong", false)] {
            let mut doctor = holdfast(&["doctor", &format!("--database-url={}", system.database.url)]);
            doctor.envs(ground.variables(way, password));
            let output = tokio::process::Command::from(doctor).output().await.expect("it can be started");
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let finds =
                said.lines().any(|line| line.contains(".booking.v1") && line.contains("as it should be"));
            assert_eq!(
                finds,
                is_good,
                "{way:?}, {password}: {said}{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
    system.finish().await;
}

/// Makes the topics. A broker that has just started may need longer than a try has.
async fn made(publisher: &Publisher) {
    patiently("the topics are there", LIMIT, async || match publisher.ensure_topics().await {
        Ok(()) => Some(()),
        Err(error) => {
            println!("not yet: {error}");
            None
        }
    })
    .await;
}

/// Tells what it is given.
struct Telling(mpsc::UnboundedSender<Record>);

#[async_trait]
impl Handler for Telling {
    async fn handle(&self, records: &[Record]) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        for record in records {
            self.0.send(record.clone())?;
        }
        Ok(())
    }
}

fn delivery() -> Event {
    let delivery_id = Uuid::now_v7();
    let document: Value = json!({
        "id": format!("{delivery_id}.1"), "type": "delivery.sent", "occurred_at": "2026-05-01T10:15:00Z",
        "organiser_id": Uuid::now_v7(), "delivery_id": delivery_id, "sequence": 1, "delivery": null,
        "correlation_id": null, "traceparent": null, "parked": null,
    });
    Event::from_document(Topic::Notification, document).expect("a document of ours")
}
