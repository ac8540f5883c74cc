//! What the client library tells a member of a group.

use rdkafka::{
    ClientContext, Statistics, TopicPartitionList,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, Consumer as _, ConsumerContext, RebalanceProtocol},
    error::{KafkaError as ClientError, KafkaResult},
    types::RDKafkaRespErr,
};
use tokio::sync::mpsc;

use super::super::context::Context;

pub(super) struct Member {
    context: Context,
    /// Takes the partitions that are asked back; nobody listens once the member stops.
    revoked: mpsc::UnboundedSender<TopicPartitionList>,
}

impl Member {
    pub(super) fn new(context: Context, revoked: mpsc::UnboundedSender<TopicPartitionList>) -> Self {
        Self { context, revoked }
    }
}

impl ClientContext for Member {
    fn log(&self, level: RDKafkaLogLevel, fac: &str, log_message: &str) {
        self.context.log(level, fac, log_message);
    }

    fn error(&self, error: ClientError, reason: &str) {
        self.context.error(error, reason);
    }

    fn stats(&self, statistics: Statistics) {
        for (name, topic) in statistics.topics {
            let lag: i64 = topic.partitions.values().map(|partition| partition.consumer_lag.max(0)).sum();
            #[expect(clippy::cast_precision_loss, reason = "a count of records")]
            metrics::gauge!("holdfast_consumer_lag", "topic" => name).set(lag as f64);
        }
    }
}

impl ConsumerContext for Member {
    /// The group waits for the partitions that it asks back until they are let go: that is done elsewhere, when what is
    /// being handled there is committed.
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        what: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        metrics::counter!("holdfast_consumer_rebalances_total").increment(1);
        let count = partitions.count();
        let done = if what == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            tracing::debug!(count, "partitions are ours");
            match consumer.rebalance_protocol() {
                RebalanceProtocol::Cooperative => consumer.incremental_assign(partitions),
                _ => consumer.assign(partitions),
            }
        } else {
            tracing::debug!(count, "partitions are asked back");
            match self.revoked.send(partitions.clone()) {
                Ok(()) => Ok(()),
                Err(_) => let_go(consumer, partitions),
            }
        };
        if let Err(error) = done {
            tracing::warn!(%error, "partitions could not be shared out");
        }
    }
}

/// Gives partitions back to the group.
pub(super) fn let_go(
    consumer: &impl rdkafka::consumer::Consumer<Member>,
    partitions: &TopicPartitionList,
) -> KafkaResult<()> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_unassign(partitions),
        _ => consumer.unassign(),
    }
}
