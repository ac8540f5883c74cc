//! One partition of ours: its records are handled one batch after the other.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer as _, StreamConsumer},
};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{GroupSettings, Handler, Record, context::Member};

/// A partition of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) topic: String,
    pub(super) partition: i32,
}

/// The way to the task that handles a partition. Dropped, the task ends after the batch at hand.
pub(super) struct Partition {
    records: mpsc::Sender<Record>,
    /// What came when there was no room any more, until the partition was paused.
    overflow: VecDeque<Record>,
    /// Whether the broker was told to bring no more.
    pub(super) is_held: bool,
    _over: tokio_util::sync::DropGuard,
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
        let over = CancellationToken::new();
        let task = Task {
            place: place.clone(),
            consumer: Arc::clone(consumer),
            handler,
            batch: settings.batch.max(1),
            pause: settings.pause,
            records,
            drained,
            over: over.clone(),
        };
        tasks.spawn(task.run());
        Self { records: sender, overflow: VecDeque::new(), is_held: false, _over: over.drop_guard() }
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
}

impl Task {
    async fn run(mut self) {
        loop {
            let mut batch = Vec::new();
            tokio::select! {
                biased;
                () = self.over.cancelled() => return,
                count = self.records.recv_many(&mut batch, self.batch) => if count == 0 { return },
            }
            // There is room again; whoever reads does not listen any more when all is over.
            let _ = self.drained.send(self.place.clone());
            if !self.handle(&batch).await {
                return;
            }
            self.commit(&batch);
        }
    }

    /// Handles a batch, as often as it takes; false when the partition is no longer ours before it could be done.
    async fn handle(&self, batch: &[Record]) -> bool {
        let mut pause = self.pause;
        loop {
            match self.handler.handle(batch).await {
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

    fn commit(&self, batch: &[Record]) {
        let Some(last) = batch.last() else { return };
        let mut offsets = TopicPartitionList::new();
        let place = &self.place;
        let committed = offsets
            .add_partition_offset(&place.topic, place.partition, Offset::Offset(last.offset + 1))
            .and_then(|()| self.consumer.commit(&offsets, CommitMode::Async));
        if let Err(error) = committed {
            // The next owner handles them again.
            tracing::debug!(%error, ?place, "an offset could not be committed");
        }
    }
}
