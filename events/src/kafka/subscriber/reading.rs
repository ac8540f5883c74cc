//! The partitions that a member has, and what becomes of them.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use futures::future::join_all;
use rdkafka::{
    TopicPartitionList,
    consumer::{Consumer as _, StreamConsumer},
};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    GroupSettings, Handler, Record,
    context::{Member, let_go},
    partition::{Partition, Place},
};

pub(super) struct Reading {
    pub(super) consumer: Arc<StreamConsumer<Member>>,
    pub(super) handler: Arc<dyn Handler>,
    pub(super) settings: GroupSettings,
    pub(super) tasks: TaskTracker,
    /// Told of partitions that have room again.
    pub(super) drained: mpsc::UnboundedSender<Place>,
    /// Told of partitions whose tasks have ended.
    pub(super) ended: mpsc::UnboundedSender<TopicPartitionList>,
    pub(super) partitions: HashMap<Place, Partition>,
    /// Asked back, and not let go yet: nothing more of them is handled.
    pub(super) leaving: HashSet<Place>,
    pub(super) is_over: bool,
}

impl Reading {
    pub(super) fn take(&mut self, record: Record) {
        let place = record.place();
        if self.is_over || self.leaving.contains(&place) {
            // The next owner begins at what was committed, and that is before this record.
            return;
        }
        let partition = self.partitions.entry(place.clone()).or_insert_with(|| {
            hold(&self.consumer, &place, false);
            let (handler, drained) = (Arc::clone(&self.handler), self.drained.clone());
            Partition::start(&self.consumer, &place, handler, &self.settings, drained, &self.tasks)
        });
        if !partition.give(record) && !partition.is_held {
            partition.is_held = true;
            hold(&self.consumer, &place, true);
        }
    }

    /// Lets a partition go on that has room again.
    pub(super) fn go_on(&mut self, place: &Place) {
        if let Some(partition) = self.partitions.get_mut(place)
            && partition.is_held
            && partition.catch_up()
        {
            partition.is_held = false;
            hold(&self.consumer, place, false);
        }
    }

    /// Ends the work on partitions that are asked back; told when it has ended.
    pub(super) fn give_up(&mut self, revoked: TopicPartitionList) {
        let mut ends = Vec::new();
        for place in places(&revoked) {
            ends.extend(self.partitions.remove(&place).map(Partition::end));
            self.leaving.insert(place);
        }
        let ended = self.ended.clone();
        self.tasks.spawn(async move {
            join_all(ends.iter().map(CancellationToken::cancelled)).await;
            // Heard as long as the member runs, and it does not end before this task.
            let _ = ended.send(revoked);
        });
    }

    /// Gives partitions back whose work has ended.
    pub(super) fn let_go(&mut self, revoked: &TopicPartitionList) {
        if let Err(error) = let_go(&*self.consumer, revoked) {
            // They may have been taken from us in the meantime.
            tracing::debug!(%error, "partitions could not be given back");
        }
        for place in places(revoked) {
            self.leaving.remove(&place);
        }
    }

    /// Begins nothing any more; what is at hand is finished.
    pub(super) fn end(&mut self) {
        self.is_over = true;
        self.partitions.clear();
        self.tasks.close();
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

fn places(list: &TopicPartitionList) -> Vec<Place> {
    list.elements()
        .iter()
        .map(|element| Place { topic: element.topic().to_owned(), partition: element.partition() })
        .collect()
}
