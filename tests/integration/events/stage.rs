//! A system whose events go to a broker, with relays as processes.

use std::{path::PathBuf, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer as _},
    metadata::MetadataPartition,
};
use serde_json::Value;
use tempfile::TempDir;
use tests::{Registry, TestSystem, Traits, node, python};
use tokio::process::Command;
use uuid::Uuid;

use super::{patiently, reader::Reader};
use crate::faults::spawned::Process;

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Avro, its schemas in the registry.
    Registered,
    /// Avro, with the fingerprint of its schema.
    Fingerprinted,
    Json,
}

/// One system and its part of a broker.
pub(crate) struct Stage {
    pub(crate) system: TestSystem,
    registry: Registry,
    brokers: String,
    prefix: String,
    form: Form,
    folder: TempDir,
}

impl Stage {
    /// With one worker for payments, and no relay yet.
    pub(crate) async fn open(brokers: &str, form: Form) -> Self {
        Self::with(brokers, form, Traits::default()).await
    }

    pub(crate) async fn with(brokers: &str, form: Form, traits: Traits) -> Self {
        Self {
            system: TestSystem::with(traits).await,
            registry: Registry::start().await,
            brokers: brokers.to_owned(),
            prefix: format!("t{}", Uuid::new_v4().simple()),
            form,
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// The name of a topic, such as `booking`.
    pub(crate) fn topic(&self, of: &str) -> String {
        format!("{}.{of}.v1", self.prefix)
    }

    /// A relay, which the test kills or stops.
    pub(crate) fn relay(&self) -> Process {
        self.relay_with(&[])
    }

    /// A relay with further flags.
    pub(crate) fn relay_with(&self, flags: &[&str]) -> Process {
        self.process(&[&["work", "--queues=outbox", "--connections=6"], flags].concat(), "relay.log")
    }

    /// A process of the same system.
    pub(crate) fn process(&self, arguments: &[&str], log: &str) -> Process {
        let mut all: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        all.push(format!("--database-url={}", self.system.database.url));
        all.push(format!("--data-dir={}", self.folder.path().display()));
        let mut variables = vec![
            ("KAFKA_BROKERS", self.brokers.as_str()),
            ("HOLDFAST_TOPIC_PREFIX", self.prefix.as_str()),
            ("HOLDFAST_TOPIC_REPLICATION", "1"),
            ("HOLDFAST_RELAY_LEASE_SECONDS", "2"),
        ];
        match self.form {
            Form::Registered => variables.push(("SCHEMA_REGISTRY_URL", self.registry.url())),
            Form::Fingerprinted => {}
            Form::Json => variables.push(("HOLDFAST_EVENT_FORMAT", "json")),
        }
        Process::start(&all, &variables, &self.folder.path().join(log))
    }

    /// So many consumers of one group, of a topic from its beginning; it is there once a relay has started.
    pub(crate) fn reader(&self, of: &str, consumers: usize) -> Reader {
        Reader::start(&self.brokers, &self.topic(of), consumers)
    }

    /// Waits until the broker answers for every partition of a topic.
    pub(super) async fn is_served(&self, of: &str, limit: Duration) {
        let mut settings = ClientConfig::new();
        settings.set("bootstrap.servers", &self.brokers).set("reconnect.backoff.max.ms", "100");
        let consumer: BaseConsumer = settings.create().expect("a consumer");
        let topic = self.topic(of);
        let is_served = |partition: &MetadataPartition| {
            consumer.fetch_watermarks(&topic, partition.id(), Duration::from_millis(500)).is_ok()
        };
        patiently("the broker serves the topic", limit, async || {
            let metadata = consumer.fetch_metadata(Some(&topic), Duration::from_millis(500)).ok()?;
            let partitions = metadata.topics().first()?.partitions();
            (!partitions.is_empty() && partitions.iter().all(is_served)).then_some(())
        })
        .await;
    }

    /// What the example in Python tells of each booking.
    pub(crate) async fn told_by_python(&self) -> Vec<Value> {
        self.told_by(python("docs/examples/python/consumer.py")).await
    }

    /// What the example in Node tells of each booking.
    pub(crate) async fn told_by_node(&self) -> Vec<Value> {
        self.told_by(node("docs/examples/node/consumer.js")).await
    }

    async fn told_by(&self, mut program: Command) -> Vec<Value> {
        let group = format!("g{}", Uuid::new_v4().simple());
        program.args(["--brokers", &self.brokers, "--topic", &self.topic("booking"), "--group", &group]);
        program.args(["--registry", self.registry.url(), "--until-end"]).arg("--schemas").arg(schemas());
        let output = program.output().await.expect("the example runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program:?}: {errors}");
        println!("{}", errors.lines().last().unwrap_or_default());
        let text = String::from_utf8(output.stdout).expect("text");
        text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// Checks every invariant; then everything goes.
    pub(crate) async fn finish(self) {
        self.system.finish().await;
    }
}

/// The schemas as files.
fn schemas() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../events/schemas")
}
