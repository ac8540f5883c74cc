//! What reads: a group of consumers that share the partitions of topics.
//!
//! The records of a partition are handled in order and in batches, partitions side by side. An offset is committed only
//! when the records before it were handled, so that none is lost, whoever is killed and however often partitions
//! change hands. A partition that is asked back is given back when the batch at hand is committed; who is killed leaves
//! his batch to be handled again.

mod context;
mod partition;
mod reading;
mod record;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use rdkafka::{
    TopicPartitionList,
    consumer::{Consumer as _, StreamConsumer},
};
use tokio::sync::{mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    context::Context,
    settings::{Kafka, KafkaError},
};
use context::Member;
use reading::Reading;
pub use record::Record;

/// How long a member waits for the broker to know that it leaves.
const LEAVE_WITHIN: Duration = Duration::from_secs(5);

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
    /// Before the client, so that it is dropped before it: partitions that are asked back when nobody listens are given
    /// back at once, and a client that is dropped waits for that.
    revoked: mpsc::UnboundedReceiver<TopicPartitionList>,
    consumer: Arc<StreamConsumer<Member>>,
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
        let (tell, revoked) = mpsc::unbounded_channel();
        let member = Member::new(Context::default(), tell);
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
        Ok(Self { revoked, consumer: Arc::new(consumer), settings })
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
        let (drained, mut room) = mpsc::unbounded_channel();
        let (ended, mut done) = mpsc::unbounded_channel();
        let mut reading = Reading {
            consumer: Arc::clone(&self.consumer),
            handler,
            settings: self.settings.clone(),
            tasks: TaskTracker::new(),
            drained,
            ended,
            partitions: HashMap::new(),
            leaving: HashSet::new(),
            is_over: false,
        };
        let tasks = reading.tasks.clone();
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled(), if !reading.is_over => reading.end(),
                // Until then the client is served: a group that waits for us takes no commits.
                () = tasks.wait() => break,
                Some(revoked) = self.revoked.recv() => reading.give_up(revoked),
                Some(revoked) = done.recv() => reading.let_go(&revoked),
                Some(place) = room.recv() => reading.go_on(&place),
                received = self.consumer.recv() => match received {
                    Ok(message) => reading.take(Record::of(&message)),
                    // A broker that is away, mostly; the client goes on by itself.
                    Err(error) => tracing::debug!(%error, "nothing could be read"),
                },
            }
        }
        // A group that has asked partitions back, and waits for them, would not let us leave.
        while let Ok(revoked) = done.try_recv().or_else(|_| self.revoked.try_recv()) {
            reading.let_go(&revoked);
        }
        drop((reading, self.revoked));
        leave(self.consumer).await;
        Ok(())
    }
}

/// Leaves the group, so that others need not wait for the session to end. The client library does not come back from that
/// before the broker knows, and before every commit on its way is answered: after a while it is left to itself, on a thread
/// that no runtime waits for.
async fn leave(consumer: Arc<StreamConsumer<Member>>) {
    let (tell, left) = oneshot::channel();
    std::thread::spawn(move || {
        drop(consumer);
        // Nobody listens when it has taken too long.
        let _ = tell.send(());
    });
    if tokio::time::timeout(LEAVE_WITHIN, left).await.is_err() {
        tracing::warn!("the broker does not know that a member has left; it learns so when the session ends");
    }
}
