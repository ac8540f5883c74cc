//! The topics as the broker has them: made when they are missing, held against the settings when somebody asks.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use rdkafka::{
    admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication},
    consumer::{BaseConsumer, Consumer as _},
    error::KafkaError as ClientError,
    metadata::MetadataTopic,
    types::RDKafkaErrorCode,
};

use super::{
    context::Context,
    settings::{Kafka, KafkaError},
};

/// How long the broker may take.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The setting that says how many copies must have a message before it is acknowledged to who wants all of them to.
const IN_SYNC: &str = "min.insync.replicas";

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
    let admin = Arc::new(admin(kafka)?);
    let there = list(&admin).await?;
    let settings = &kafka.topics;
    let retention = settings.retention.as_millis().to_string();
    let copies = settings.replication.map_or(-1, i32::from);
    let in_sync =
        settings.in_sync_of(settings.replication.map_or(0, usize::from)).map(|count| count.to_string());
    let mut names = settings.all();
    // Who may not make topics may use those that somebody has made for him.
    names.retain(|name| !there.contains_key(name));
    if names.is_empty() {
        return Ok(());
    }
    let topics: Vec<_> = names
        .iter()
        .map(|name| {
            let topic = NewTopic::new(name, settings.partitions.into(), TopicReplication::Fixed(copies))
                .set("retention.ms", &retention);
            match &in_sync {
                Some(count) => topic.set(IN_SYNC, count),
                None => topic,
            }
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

/// How many copies there are of each partition of each topic that the broker has, and that we may see.
async fn list(admin: &Arc<AdminClient<Context>>) -> Result<BTreeMap<String, Vec<usize>>, KafkaError> {
    let client = Arc::clone(admin);
    // It blocks until the broker has answered.
    let metadata = tokio::task::spawn_blocking(move || client.inner().fetch_metadata(None, TIMEOUT))
        .await
        .map_err(|_| asked("its topics", ClientError::Canceled))?
        .map_err(|source| asked("its topics", source))?;
    let there = metadata.topics().iter().filter(|topic| topic.error().is_none());
    let copies = |topic: &MetadataTopic| {
        topic.partitions().iter().map(|partition| partition.replicas().len()).collect()
    };
    Ok(there.map(|topic| (topic.name().to_owned(), copies(topic))).collect())
}

async fn compare(kafka: &Kafka) -> Result<Vec<TopicReport>, KafkaError> {
    let admin = Arc::new(admin(kafka)?);
    let there = list(&admin).await?;
    let mut reports = Vec::new();
    for name in kafka.topics.all() {
        let faults = match there.get(&name) {
            None => vec!["it is missing".to_owned()],
            Some(partitions) => {
                let fewest = partitions.iter().copied().min().unwrap_or(0);
                let mut faults = faults_of_partitions(partitions.len(), kafka.topics.partitions);
                faults.extend(faults_of_copies(fewest, kafka.topics.replication));
                faults.extend(faults_of_settings(&admin, &name, fewest, kafka).await?);
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

fn faults_of_copies(found: usize, wanted: Option<u16>) -> Vec<String> {
    match wanted {
        Some(wanted) if found < usize::from(wanted) => {
            vec![format!("{found} copies are kept of it, not {wanted}")]
        }
        _ => Vec::new(),
    }
}

async fn faults_of_settings(
    admin: &AdminClient<Context>,
    topic: &str,
    copies: usize,
    kafka: &Kafka,
) -> Result<Vec<String>, KafkaError> {
    let options = AdminOptions::new().request_timeout(Some(TIMEOUT));
    let unanswered = |source| asked("a topic's settings", source);
    let answers =
        admin.describe_configs([&ResourceSpecifier::Topic(topic)], &options).await.map_err(unanswered)?;
    let mut faults = Vec::new();
    for answer in answers {
        let answer = answer.map_err(|code| unanswered(ClientError::AdminOp(code)))?;
        let text = |name| answer.get(name)?.value.clone();
        let set = |name| text(name)?.parse::<i128>().ok();
        // -1 is for ever.
        let wanted_ms = i128::try_from(kafka.topics.retention.as_millis()).unwrap_or(i128::MAX);
        if let Some(kept) = set("retention.ms").filter(|kept| (0..wanted_ms).contains(kept)) {
            faults.push(format!("it keeps events for {kept} ms, not {wanted_ms}"));
        }
        let longest = i128::try_from(kafka.longest_message).unwrap_or(i128::MAX);
        if let Some(taken) = set("max.message.bytes").filter(|taken| *taken < longest) {
            faults.push(format!("it takes messages of {taken} bytes, not {longest}"));
        }
        if let Some(wanted) = kafka.topics.in_sync_of(copies)
            && let Some(in_sync) = set(IN_SYNC).filter(|in_sync| *in_sync < i128::from(wanted))
        {
            faults.push(format!("it acknowledges what {in_sync} of its copies have, not {wanted}"));
        }
        if let Some(policy) = text("cleanup.policy").filter(|policy| policy.contains("compact")) {
            faults.push(format!(
                "its cleanup policy is {policy}: of each booking all but the last event would go"
            ));
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
