//! Topics: made as the settings say, left alone when they are there, and held against the settings.

use events::{Codec, Format, Kafka, Publisher, TopicReport, TopicSettings};
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
};
use tests::Broker;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_as_the_settings_say_is_told() {
    let Some(broker) = Broker::shared().await else { return };
    let prefix = format!("t{}", Uuid::new_v4().simple());
    let settings = TopicSettings { prefix: prefix.clone(), replication: Some(1), ..TopicSettings::default() };
    let kafka = Kafka { topics: settings, ..Kafka::at(broker.address()) };
    let publisher = Publisher::connect(&kafka, Codec::new(Format::Json)).expect("the settings are good");

    // Somebody else has made one of them, by his own rules.
    let odd = format!("{prefix}.booking.v1");
    let admin: AdminClient<DefaultClientContext> =
        ClientConfig::new().set("bootstrap.servers", broker.address()).create().expect("a client");
    let topic = NewTopic::new(&odd, 3, TopicReplication::Fixed(1))
        .set("retention.ms", "3600000")
        .set("max.message.bytes", "100000");
    let made = admin.create_topics(&[topic], &AdminOptions::new()).await.expect("the broker answers");
    assert!(made.iter().all(Result::is_ok), "{made:?}");

    let reports = until_listed(&publisher, &odd).await;
    let missing = |report: &&TopicReport| report.faults == ["it is missing"];
    assert_eq!(reports.iter().filter(missing).count(), reports.len() - 1, "{reports:?}");

    publisher.ensure_topics().await.expect("those that are missing are made");
    let last = reports.last().expect("there are several").topic.clone();
    let reports = until_listed(&publisher, &last).await;
    for report in &reports {
        let faults: &[&str] = if report.topic == odd {
            &[
                "it has 3 partitions, not 12",
                "it keeps events for 3600000 ms, not 604800000",
                "it takes messages of 100000 bytes, not 1000000",
            ]
        } else {
            &[]
        };
        assert_eq!(report.faults, faults, "{}", report.topic);
    }
}

/// A broker may take a moment until it lists what it has made.
async fn until_listed(publisher: &Publisher, topic: &str) -> Vec<TopicReport> {
    super::patiently("the topic is listed", tests::LIMIT, async || {
        let reports = publisher.check_topics().await.expect("the broker answers");
        let is_listed =
            reports.iter().any(|report| report.topic == topic && report.faults != ["it is missing"]);
        is_listed.then_some(reports)
    })
    .await
}
