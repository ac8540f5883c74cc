//! The topics as the broker has them: made when they are missing, held against the settings when somebody asks.

use std::time::{Duration, Instant};

use rdkafka::{
    admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication},
    consumer::{BaseConsumer, Consumer as _},
    error::KafkaError as ClientError,
    types::RDKafkaErrorCode,
};

use super::{
    context::Context,
    settings::{Kafka, KafkaError},
};

/// How long the broker may take.
const TIMEOUT: Duration = Duration::from_secs(3);

/// How long another client tries before it hears what there is to hear.
const LOOK: Duration = Duration::from_millis(300);

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
    explained(kafka, make(kafka).await).await
}

/// Holds each topic against the settings.
pub(super) async fn check(kafka: &Kafka) -> Result<Vec<TopicReport>, KafkaError> {
    explained(kafka, compare(kafka).await).await
}

async fn make(kafka: &Kafka) -> Result<(), KafkaError> {
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
    let made = admin.create_topics(&topics, &options).await.map_err(|source| asked("topics", source))?;
    for result in made {
        match result {
            Ok(topic) => tracing::info!(topic, "made a topic"),
            Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => (),
            Err((topic, code)) => return Err(KafkaError::NotMade { topic, code }),
        }
    }
    Ok(())
}

async fn compare(kafka: &Kafka) -> Result<Vec<TopicReport>, KafkaError> {
    let admin = std::sync::Arc::new(admin(kafka)?);
    let client = std::sync::Arc::clone(&admin);
    // It blocks until the broker has answered.
    let metadata = tokio::task::spawn_blocking(move || client.inner().fetch_metadata(None, TIMEOUT))
        .await
        .map_err(|_| asked("its topics", ClientError::Canceled))?
        .map_err(|source| asked("its topics", source))?;
    let mut reports = Vec::new();
    for name in kafka.topics.all() {
        let found = metadata.topics().iter().find(|found| found.name() == name && found.error().is_none());
        let faults = match found {
            None => vec!["it is missing".to_owned()],
            Some(found) => {
                let mut faults = faults_of_partitions(found.partitions().len(), kafka.topics.partitions);
                faults.extend(faults_of_settings(&admin, &name, kafka).await?);
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

async fn faults_of_settings(
    admin: &AdminClient<Context>,
    topic: &str,
    kafka: &Kafka,
) -> Result<Vec<String>, KafkaError> {
    let options = AdminOptions::new().request_timeout(Some(TIMEOUT));
    let unanswered = |source| asked("a topic's settings", source);
    let answers =
        admin.describe_configs([&ResourceSpecifier::Topic(topic)], &options).await.map_err(unanswered)?;
    let mut faults = Vec::new();
    for answer in answers {
        let answer = answer.map_err(|code| unanswered(ClientError::AdminOp(code)))?;
        let set = |name| answer.get(name)?.value.as_ref()?.parse::<i128>().ok();
        // -1 is for ever.
        let wanted_ms = i128::try_from(kafka.topics.retention.as_millis()).unwrap_or(i128::MAX);
        if let Some(kept) = set("retention.ms").filter(|kept| (0..wanted_ms).contains(kept)) {
            faults.push(format!("it keeps events for {kept} ms, not {wanted_ms}"));
        }
        let longest = i128::try_from(kafka.longest_message).unwrap_or(i128::MAX);
        if let Some(taken) = set("max.message.bytes").filter(|taken| *taken < longest) {
            faults.push(format!("it takes messages of {taken} bytes, not {longest}"));
        }
    }
    Ok(faults)
}

fn asked(what: &'static str, source: ClientError) -> KafkaError {
    KafkaError::Asked { what, complaint: None, source }
}

/// Adds why the broker could not be asked, where the library knows more than that time ran out. The client that makes topics
/// does not hear what the library complains of, so that another one listens.
async fn explained<T>(kafka: &Kafka, done: Result<T, KafkaError>) -> Result<T, KafkaError> {
    let Err(KafkaError::Asked { what, source, .. }) = done else { return done };
    let config = kafka.client();
    let listen = tokio::task::spawn_blocking(move || {
        let listener: BaseConsumer<Context> = config.create_with_context(Context::default()).ok()?;
        let began = Instant::now();
        while listener.context().complaint().is_none() && began.elapsed() < TIMEOUT {
            if listener.fetch_metadata(None, LOOK).is_ok() {
                return None;
            }
            // What it gives is an error, which the context was told too.
            drop(listener.poll(Duration::ZERO));
        }
        listener.context().complaint()
    });
    // Nobody stops it; a panic is on standard error, and what is known without it is told all the same.
    let complaint = listen.await.ok().flatten();
    Err(KafkaError::Asked { what, complaint, source })
}

fn admin(kafka: &Kafka) -> Result<AdminClient<Context>, KafkaError> {
    kafka.check()?;
    kafka.client().create_with_context(Context::default()).map_err(KafkaError::Client)
}
