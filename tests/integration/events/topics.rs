//! Topics: made as the settings say, left alone when they are there, and held against the settings.

use events::{Codec, Format, Kafka, Publisher, TopicReport, TopicSettings};
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
};
use tests::{Broker, MailServer, Registry, TestSystem};
use uuid::Uuid;

use crate::process::support::holdfast;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_as_the_settings_say_is_told() {
    let Some(broker) = Broker::shared().await else { return };
    let prefix = format!("t{}", Uuid::new_v4().simple());
    let settings = TopicSettings { prefix: prefix.clone(), in_sync: Some(2), ..TopicSettings::default() };
    let kafka = Kafka { topics: settings, ..Kafka::at(broker.address()) };
    let publisher = Publisher::connect(&kafka, Codec::new(Format::Json)).expect("the settings are good");

    // Somebody else has made one of them, by his own rules.
    let odd = format!("{prefix}.booking.v1");
    let admin: AdminClient<DefaultClientContext> =
        ClientConfig::new().set("bootstrap.servers", broker.address()).create().expect("a client");
    let topic = NewTopic::new(&odd, 3, TopicReplication::Fixed(1))
        .set("retention.ms", "3600000")
        .set("max.message.bytes", "100000")
        .set("cleanup.policy", "compact,delete");
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
                "it acknowledges what 1 of its copies have, not 2",
                "its cleanup policy is compact,delete: of each booking all but the last event would go",
            ]
        } else {
            &[]
        };
        assert_eq!(report.faults, faults, "{}", report.topic);
    }

    let settings = TopicSettings { replication: Some(3), ..kafka.topics };
    let wanting = Kafka { topics: settings, ..kafka };
    let wanting = Publisher::connect(&wanting, Codec::new(Format::Json)).expect("the settings are good");
    for report in wanting.check_topics().await.expect("the broker answers") {
        let told = report.faults.iter().any(|fault| fault == "1 copies are kept of it, not 3");
        assert!(told, "{report:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_asks_the_registry_and_the_mail_server() {
    let (registry, mails) = (Registry::start().await, MailServer::start().await);
    let system = TestSystem::idle().await;
    let nobody = tests::free_port();
    for (is_good, registry, port) in [
        (true, registry.url().to_owned(), mails.port()),
        (false, format!("http://127.0.0.1:{nobody}"), nobody),
    ] {
        let doctor = holdfast(&[
            "doctor",
            &format!("--database-url={}", system.database.url),
            &format!("--schema-registry={registry}"),
            &format!("--smtp-url=smtp://127.0.0.1:{port}"),
            "--mail-from=Holdfast <bookings@holdfast.example>",
        ]);
        let output = tokio::process::Command::from(doctor).output().await.expect("it can be started");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        for what in ["schema registry", "mail server"] {
            let line =
                said.lines().find(|line| line.contains(what)).unwrap_or_else(|| panic!("{what}: {said}"));
            assert_eq!(line.starts_with("ok"), is_good, "{line}");
        }
        assert_eq!(output.status.success(), is_good, "{said}");
    }
    system.finish().await;
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
