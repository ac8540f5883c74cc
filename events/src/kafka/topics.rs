//! The topics as the broker has them: made when they are missing, held against the settings when somebody asks.

use std::time::Duration;

use rdkafka::{
    admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication},
    types::RDKafkaErrorCode,
};

use super::{
    context::Context,
    settings::{Kafka, KafkaError},
    token::Tokens,
};

/// How long the broker may take.
const TIMEOUT: Duration = Duration::from_secs(3);

/// How a topic stands with the broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicReport {
    /// Its full name.
    pub topic: String,
    /// What is not as it should be, each a sentence; empty when all is well.
    pub faults: Vec<String>,
}

/// Makes those that are missing; those that are there stay as they are.
pub(super) async fn ensure(kafka: &Kafka) -> Result<(), KafkaError> {
    let admin = admin(kafka)?;
    let settings = &kafka.topics;
    let retention = settings.retention.as_millis().to_string();
    let copies = settings.replication.map_or(-1, i32::from);
    let names = settings.all();
    let topics: Vec<_> = names
        .iter()
        .map(|name| {
            NewTopic::new(name, settings.partitions.into(), TopicReplication::Fixed(copies))
                .set("retention.ms", &retention)
        })
        .collect();
    let options = AdminOptions::new().request_timeout(Some(TIMEOUT)).operation_timeout(Some(TIMEOUT));
    let made = admin
        .create_topics(&topics, &options)
        .await
        .map_err(|source| KafkaError::Asked { what: "topics", source })?;
    for result in made {
        match result {
            Ok(topic) => tracing::info!(topic, "made a topic"),
            Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => (),
            Err((topic, code)) => return Err(KafkaError::NotMade { topic, code }),
        }
    }
    Ok(())
}

/// Holds each topic against the settings.
pub(super) async fn check(kafka: &Kafka) -> Result<Vec<TopicReport>, KafkaError> {
    let admin = std::sync::Arc::new(admin(kafka)?);
    let asked = std::sync::Arc::clone(&admin);
    // It blocks until the broker has answered.
    let metadata = tokio::task::spawn_blocking(move || asked.inner().fetch_metadata(None, TIMEOUT))
        .await
        .map_err(|_| KafkaError::Asked { what: "its topics", source: rdkafka::error::KafkaError::Canceled })?
        .map_err(|source| KafkaError::Asked { what: "its topics", source })?;
    let mut reports = Vec::new();
    for name in kafka.topics.all() {
        let found = metadata.topics().iter().find(|found| found.name() == name && found.error().is_none());
        let faults = match found {
            None => vec!["it is missing".to_owned()],
            Some(found) => {
                let mut faults = faults_of_partitions(found.partitions().len(), kafka.topics.partitions);
                faults.extend(fault_of_retention(&admin, &name, kafka.topics.retention).await?);
                faults
            }
        };
        reports.push(TopicReport { topic: name, faults });
    }
    Ok(reports)
}

fn faults_of_partitions(found: usize, wanted: u16) -> Vec<String> {
    if found < usize::from(wanted) {
        vec![format!("it has {found} partitions, not {wanted}")]
    } else {
        Vec::new()
    }
}

async fn fault_of_retention(
    admin: &AdminClient<Context>,
    topic: &str,
    wanted: Duration,
) -> Result<Option<String>, KafkaError> {
    let options = AdminOptions::new().request_timeout(Some(TIMEOUT));
    let asked = |source| KafkaError::Asked { what: "a topic's settings", source };
    let answers =
        admin.describe_configs([&ResourceSpecifier::Topic(topic)], &options).await.map_err(asked)?;
    for answer in answers {
        let answer = answer.map_err(|code| asked(rdkafka::error::KafkaError::AdminOp(code)))?;
        let kept = answer.get("retention.ms").and_then(|entry| entry.value.clone());
        let kept: Option<i128> = kept.and_then(|value| value.parse().ok());
        // -1 is for ever.
        let wanted_ms = i128::try_from(wanted.as_millis()).unwrap_or(i128::MAX);
        if let Some(kept) = kept.filter(|kept| (0..wanted_ms).contains(kept)) {
            return Ok(Some(format!("it keeps events for {kept} ms, not {wanted_ms}")));
        }
    }
    Ok(None)
}

fn admin(kafka: &Kafka) -> Result<AdminClient<Context>, KafkaError> {
    kafka.check()?;
    kafka
        .client()
        .create_with_context(Context::new(Tokens::of(kafka.sasl.as_ref())))
        .map_err(KafkaError::Client)
}
