//! What reads: a group of consumers that share the partitions of topics.
//!
//! The records of a partition are handled in order and in batches, partitions side by side. An offset is committed only
//! when the records before it were handled, so that none is lost, whoever is killed and however often partitions
//! change hands; some are handled twice then.

mod context;
mod partition;
mod record;

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use rdkafka::{
    TopicPartitionList,
    consumer::{Consumer as _, StreamConsumer},
};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    context::Context,
    settings::{Kafka, KafkaError},
    token::Tokens,
};
use context::{Member, Turnover};
use partition::{Partition, Place};
pub use record::Record;

/// How a member of a group reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSettings {
    /// The group, whose members share the partitions.
    pub group: String,
    /// What is read, by full names.
    pub topics: Vec<String>,
    /// Records handled at a time, at most.
    pub batch: usize,
    /// The first pause after a batch that could not be handled; it doubles, up to a hundred times this.
    pub pause: Duration,
    /// How long the broker waits for a member that says nothing before others take its partitions.
    pub session: Duration,
}

/// Handles the records of one partition. One that fails is given the same records again, after a pause.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Handles records of one partition, which are in order. Those that were handled may come again.
    async fn handle(&self, records: &[Record]) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;
}

/// A member of a group.
pub struct Subscriber {
    consumer: Arc<StreamConsumer<Member>>,
    turnovers: mpsc::UnboundedReceiver<Turnover>,
    settings: GroupSettings,
}

impl std::fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscriber").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Subscriber {
    /// A member of the group at this broker, which need not be there yet. Called within a runtime.
    pub fn connect(kafka: &Kafka, settings: GroupSettings) -> Result<Self, KafkaError> {
        kafka.check()?;
        let (tell, turnovers) = mpsc::unbounded_channel();
        let member = Member::new(Context::new(Tokens::of(kafka.sasl.as_ref())), tell);
        let session = settings.session.as_millis().to_string();
        let consumer: StreamConsumer<Member> = kafka
            .client()
            .set("group.id", &settings.group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", session)
            .set("heartbeat.interval.ms", (settings.session.as_millis() / 4).to_string())
            .set("queued.max.messages.kbytes", "16384")
            .set("statistics.interval.ms", "5000")
            .create_with_context(member)
            .map_err(KafkaError::Client)?;
        Ok(Self { consumer: Arc::new(consumer), turnovers, settings })
    }

    /// Reads until `shutdown`; what is being handled then is finished and committed. The topics should be there: one that
    /// is made later is found minutes later.
    pub async fn run(
        mut self,
        handler: Arc<dyn Handler>,
        shutdown: CancellationToken,
    ) -> Result<(), KafkaError> {
        let topics: Vec<_> = self.settings.topics.iter().map(String::as_str).collect();
        self.consumer.subscribe(&topics).map_err(KafkaError::Client)?;
        let tasks = TaskTracker::new();
        let mut partitions: HashMap<Place, Partition> = HashMap::new();
        let (drained, mut resume) = mpsc::unbounded_channel();
        let consumer = Arc::clone(&self.consumer);
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                Some(turnover) = self.turnovers.recv() => {
                    // What is under way there ends by itself; the next owner begins at what was committed.
                    for place in turnover.revoked {
                        partitions.remove(&place);
                    }
                }
                Some(place) = resume.recv() => {
                    if let Some(partition) = partitions.get_mut(&place)
                        && partition.is_held
                        && partition.catch_up()
                    {
                        partition.is_held = false;
                        hold(&consumer, &place, false);
                    }
                }
                received = consumer.recv() => match received {
                    Ok(message) => {
                        let record = Record::of(&message);
                        let place = record.place();
                        let partition = partitions.entry(place.clone()).or_insert_with(|| {
                            hold(&consumer, &place, false);
                            let (handler, drained) = (Arc::clone(&handler), drained.clone());
                            Partition::start(&consumer, &place, handler, &self.settings, drained, &tasks)
                        });
                        if !partition.give(record) && !partition.is_held {
                            partition.is_held = true;
                            hold(&consumer, &place, true);
                        }
                    }
                    // A broker that is away, mostly; the client goes on by itself.
                    Err(error) => tracing::debug!(%error, "nothing could be read"),
                },
            }
        }
        // Dropped, they take nothing more, and end after the batch at hand.
        partitions.clear();
        tasks.close();
        tasks.wait().await;
        // Leaves the group, so that others need not wait for the session to end. It blocks until the broker knows.
        drop(consumer);
        let left = tokio::task::spawn_blocking(move || drop(self.consumer)).await;
        if let Err(panic) = left {
            tracing::error!(error = %panic, "leaving the group ended by a panic");
        }
        Ok(())
    }
}

/// Pauses a partition whose records are not handled as fast as they come, or lets it go on.
fn hold(consumer: &StreamConsumer<Member>, place: &Place, hold: bool) {
    let mut list = TopicPartitionList::new();
    list.add_partition(&place.topic, place.partition);
    let done = if hold { consumer.pause(&list) } else { consumer.resume(&list) };
    if let Err(error) = done {
        // It has just been given to somebody else.
        tracing::debug!(%error, ?place, hold, "a partition could not be paused or resumed");
    }
}
