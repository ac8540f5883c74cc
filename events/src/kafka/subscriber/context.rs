//! What the client library tells a member of a group.

use rdkafka::{
    ClientContext, Statistics, TopicPartitionList,
    client::OAuthToken,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, ConsumerContext, Rebalance},
    error::KafkaError as ClientError,
};
use tokio::sync::mpsc;

use super::{super::context::Context, partition::Place};

/// Partitions that are ours no more.
#[derive(Debug)]
pub(super) struct Turnover {
    pub(super) revoked: Vec<Place>,
}

pub(super) struct Member {
    context: Context,
    tell: mpsc::UnboundedSender<Turnover>,
}

impl Member {
    pub(super) fn new(context: Context, tell: mpsc::UnboundedSender<Turnover>) -> Self {
        Self { context, tell }
    }
}

impl ClientContext for Member {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn log(&self, level: RDKafkaLogLevel, fac: &str, log_message: &str) {
        self.context.log(level, fac, log_message);
    }

    fn error(&self, error: ClientError, reason: &str) {
        self.context.error(error, reason);
    }

    fn generate_oauth_token(&self, config: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        self.context.generate_oauth_token(config)
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
    fn pre_rebalance(&self, _consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        metrics::counter!("holdfast_consumer_rebalances_total").increment(1);
        match rebalance {
            Rebalance::Assign(list) => tracing::debug!(partitions = list.count(), "partitions are ours"),
            Rebalance::Revoke(list) => {
                tracing::debug!(partitions = list.count(), "partitions are ours no more");
                // Nobody listens once the member has stopped, and then there is nothing to take away.
                let _ = self.tell.send(Turnover { revoked: places(list) });
            }
            Rebalance::Error(error) => tracing::warn!(%error, "partitions could not be shared out"),
        }
    }
}

fn places(list: &TopicPartitionList) -> Vec<Place> {
    list.elements()
        .iter()
        .map(|element| Place { topic: element.topic().to_owned(), partition: element.partition() })
        .collect()
}
