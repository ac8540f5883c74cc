//! One partition of ours: its records are handled one batch after the other.

use std::{collections::VecDeque, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt as _;
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer as _, StreamConsumer},
    error::{KafkaError as ClientError, KafkaResult},
    types::RDKafkaErrorCode,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::{GroupSettings, Handler, Record, context::Member};

/// How long the answer to a commit is waited for: it may come no sooner than the broker is back.
const COMMIT_WITHIN: Duration = Duration::from_secs(3);
/// Before a commit that failed is tried again.
const COMMIT_PAUSE: Duration = Duration::from_millis(100);
/// How often a commit is tried when the partition is given up, while the group is being shared out anew.
const LAST_TRIES: u32 = 10;

/// A partition of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) topic: String,
    pub(super) partition: i32,
}

/// The way to the task that handles a partition.
pub(super) struct Partition {
    records: mpsc::Sender<Record>,
    /// What came when there was no room any more, until the partition was paused.
    overflow: VecDeque<Record>,
    /// Whether the broker was told to bring no more.
    pub(super) is_held: bool,
    /// Dropped, the task ends after the batch at hand.
    _over: DropGuard,
    ended: CancellationToken,
}

/// What a partition's task has.
struct Task {
    place: Place,
    consumer: Arc<StreamConsumer<Member>>,
    handler: Arc<dyn Handler>,
    batch: usize,
    pause: Duration,
    records: mpsc::Receiver<Record>,
    drained: mpsc::UnboundedSender<Place>,
    over: CancellationToken,
    /// Where to go on from, when the group does not know it yet.
    uncommitted: Option<i64>,
    /// A commit whose answer has not come yet. Another one beside it could arrive before it.
    asked: Option<Asked>,
    /// Dropped with the task.
    _ended: DropGuard,
}

impl Partition {
    pub(super) fn start(
        consumer: &Arc<StreamConsumer<Member>>,
        place: &Place,
        handler: Arc<dyn Handler>,
        settings: &GroupSettings,
        drained: mpsc::UnboundedSender<Place>,
        tasks: &TaskTracker,
    ) -> Self {
        let (sender, records) = mpsc::channel(settings.batch.max(1) * 2);
        let (over, ended) = (CancellationToken::new(), CancellationToken::new());
        let task = Task {
            place: place.clone(),
            consumer: Arc::clone(consumer),
            handler,
            batch: settings.batch.max(1),
            pause: settings.pause,
            records,
            drained,
            over: over.clone(),
            uncommitted: None,
            asked: None,
            _ended: ended.clone().drop_guard(),
        };
        tasks.spawn(task.run());
        Self { records: sender, overflow: VecDeque::new(), is_held: false, _over: over.drop_guard(), ended }
    }

    /// Takes the next record; false when it is better to bring no more for now.
    pub(super) fn give(&mut self, record: Record) -> bool {
        self.overflow.push_back(record);
        self.catch_up()
    }

    /// Passes on what had no room; true when all of it has.
    pub(super) fn catch_up(&mut self) -> bool {
        while let Some(record) = self.overflow.pop_front() {
            if let Err(mpsc::error::TrySendError::Full(record)) = self.records.try_send(record) {
                self.overflow.push_front(record);
                return false;
            }
        }
        true
    }

    /// Ends the task after the batch at hand; what it gives tells when that is.
    pub(super) fn end(self) -> CancellationToken {
        self.ended.clone()
    }
}

impl Task {
    async fn run(mut self) {
        while let Some(batch) = self.next().await {
            if !self.handle(&batch).await {
                break;
            }
            self.uncommitted = batch.last().map(|last| last.offset + 1);
            self.commit().await;
        }
        for _ in 0..LAST_TRIES {
            if self.commit().await != Committed::Later {
                return;
            }
            tokio::time::sleep(COMMIT_PAUSE).await;
        }
    }

    /// The next records; none when the partition is to be given up.
    async fn next(&mut self) -> Option<Vec<Record>> {
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                biased;
                () = self.over.cancelled() => return None,
                count = self.records.recv_many(&mut batch, self.batch) => {
                    if count == 0 { return None }
                    break;
                }
                // The last batch for a long time, maybe: without this it would be handled again some day.
                () = tokio::time::sleep(COMMIT_PAUSE), if self.uncommitted.is_some() => {
                    self.commit().await;
                }
            }
        }
        // There is room again; whoever reads does not listen any more when all is over.
        let _ = self.drained.send(self.place.clone());
        Some(batch)
    }

    /// Handles a batch, as often as it takes; false when the partition is to be given up before it could be done.
    async fn handle(&self, batch: &[Record]) -> bool {
        let mut pause = self.pause;
        loop {
            // A bug must not end the task: its partition would stand still, and nobody would know.
            let handled = AssertUnwindSafe(self.handler.handle(batch)).catch_unwind().await;
            match handled.unwrap_or_else(|_| Err("the handler panicked".into())) {
                Ok(()) => return true,
                Err(error) => {
                    metrics::counter!("holdfast_consumer_failures_total", "topic" => self.place.topic.clone())
                        .increment(1);
                    tracing::warn!(error, place = ?self.place, "records could not be handled; tried again");
                }
            }
            tokio::select! {
                () = self.over.cancelled() => return false,
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(self.pause * 100),
            }
        }
    }

    /// Tells the group what was handled. It refuses while it is shared out anew, and takes it soon after.
    async fn commit(&mut self) -> Committed {
        while let Some(next) = self.uncommitted {
            let asked = match self.asked.take() {
                Some(asked) => asked,
                None => match self.ask(next) {
                    Ok(asked) => asked,
                    Err(error) => return self.refused(&error),
                },
            };
            let asked = self.asked.insert(asked);
            let Ok(answer) = timeout(COMMIT_WITHIN, &mut asked.answer).await else {
                return Committed::Hardly;
            };
            let committed = asked.next;
            self.asked = None;
            if let Err(error) = answer.unwrap_or(Err(ClientError::Canceled)) {
                return self.refused(&error);
            }
            self.uncommitted = (committed < next).then_some(next);
        }
        Committed::All
    }

    /// Sends a commit. The client library tells its outcome to nobody but a thread that blocks, for as long as the broker
    /// is away: a thread of its own, then, that no runtime waits for.
    fn ask(&self, next: i64) -> KafkaResult<Asked> {
        let mut offsets = TopicPartitionList::new();
        offsets.add_partition_offset(&self.place.topic, self.place.partition, Offset::Offset(next))?;
        let consumer = Arc::clone(&self.consumer);
        let (tell, answer) = oneshot::channel();
        std::thread::spawn(move || {
            let committed = consumer.commit(&offsets, CommitMode::Sync);
            // Who hears the answer may leave the group, and is the last to have the client then.
            drop(consumer);
            // Nobody listens any more when it took too long.
            let _ = tell.send(committed);
        });
        Ok(Asked { next, answer })
    }

    fn refused(&self, error: &ClientError) -> Committed {
        metrics::counter!("holdfast_consumer_commit_failures_total").increment(1);
        tracing::debug!(%error, place = ?self.place, "an offset could not be committed");
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::RebalanceInProgress | RDKafkaErrorCode::IllegalGeneration) => {
                Committed::Later
            }
            _ => Committed::Hardly,
        }
    }
}

/// A commit on its way.
struct Asked {
    next: i64,
    answer: oneshot::Receiver<KafkaResult<()>>,
}

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Committed {
    All,
    /// The group will take it in a moment.
    Later,
    /// The broker is away, or we are out of the group.
    Hardly,
}
