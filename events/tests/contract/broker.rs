//! A broker played by the client library, with ways to look at it that are not ours.

use std::{collections::BTreeMap, time::Duration};

use events::{Headers, Kafka, Record, Topic};
use rdkafka::{
    ClientConfig, Message as _, Offset, TopicPartitionList,
    consumer::{Consumer as _, StreamConsumer},
    message::Headers as _,
    mocking::MockCluster,
    producer::{DefaultProducerContext, FutureProducer, FutureRecord},
    types::{RDKafkaApiKey, RDKafkaRespErr},
};

const PATIENCE: Duration = Duration::from_mins(1);

/// The broker, while it is held, and its address.
pub(crate) struct Broker {
    pub(crate) cluster: MockCluster<'static, DefaultProducerContext>,
    pub(crate) kafka: Kafka,
    pub(crate) topic: String,
    partitions: i32,
}

impl Broker {
    /// With the topic of bookings, in so many partitions.
    pub(crate) fn start(partitions: i32) -> Self {
        let cluster = MockCluster::new(1).expect("the library can play a broker");
        let kafka = Kafka::at(&cluster.bootstrap_servers());
        let topic = kafka.topics.name(Topic::Booking);
        cluster.create_topic(&topic, partitions, 1).expect("a topic can be made");
        Self { cluster, kafka, topic, partitions }
    }

    /// Errors that the next requests to write are answered with.
    pub(crate) fn plant(&self, errors: &[RDKafkaRespErr]) {
        self.cluster.request_errors(RDKafkaApiKey::Produce, errors);
    }

    /// Whether every planted error was given to somebody: a client that tries but once meets none.
    pub(crate) async fn has_spent_its_errors(&self) -> bool {
        let bare: FutureProducer = ClientConfig::new()
            .set("bootstrap.servers", self.cluster.bootstrap_servers())
            .set("retries", "0")
            .set("message.timeout.ms", "5000")
            .create()
            .expect("a bare producer can be made");
        let record = FutureRecord::to("trial").key("key").payload("payload");
        bare.send(record, PATIENCE).await.is_ok()
    }

    /// Everything that the topic of bookings holds, by partition and in order.
    pub(crate) async fn everything(&self) -> Vec<Record> {
        let consumer: StreamConsumer = ClientConfig::new()
            .set("bootstrap.servers", self.cluster.bootstrap_servers())
            .set("group.id", "witness")
            .set("enable.auto.commit", "false")
            .create()
            .expect("a witness can be made");
        let mut list = TopicPartitionList::new();
        for partition in 0..self.partitions {
            list.add_partition_offset(&self.topic, partition, Offset::Beginning)
                .expect("an offset can be named");
        }
        consumer.assign(&list).expect("partitions can be read");
        let ends = self.ends(&consumer);
        let mut records = Vec::new();
        for _ in 0..ends.values().sum::<i64>() {
            let message = tokio::time::timeout(PATIENCE, consumer.recv()).await;
            let message = message.expect("what is there is read in time").expect("and can be read");
            let headers: Headers = message
                .headers()
                .into_iter()
                .flat_map(|headers| headers.iter())
                .map(|header| (header.key.to_owned(), header.value.unwrap_or_default().to_vec()))
                .collect();
            records.push(Record {
                topic: message.topic().to_owned(),
                partition: message.partition(),
                offset: message.offset(),
                key: message.key().map(<[u8]>::to_vec),
                headers,
                payload: message.payload().unwrap_or_default().to_vec(),
            });
        }
        records.sort_by_key(|record| (record.partition, record.offset));
        records
    }

    /// Where each partition that holds something ends.
    fn ends(&self, consumer: &StreamConsumer) -> BTreeMap<i32, i64> {
        (0..self.partitions)
            .map(|partition| {
                let (_, end) = consumer
                    .fetch_watermarks(&self.topic, partition, PATIENCE)
                    .expect("the broker knows where a partition ends");
                (partition, end)
            })
            .filter(|(_, end)| *end > 0)
            .collect()
    }

    /// What a group has committed, and where the partitions end.
    pub(crate) fn committed(&self, group: &str) -> (BTreeMap<i32, i64>, BTreeMap<i32, i64>) {
        let consumer: StreamConsumer = ClientConfig::new()
            .set("bootstrap.servers", self.cluster.bootstrap_servers())
            .set("group.id", group)
            .create()
            .expect("a witness can be made");
        let mut list = TopicPartitionList::new();
        for partition in 0..self.partitions {
            list.add_partition(&self.topic, partition);
        }
        let committed =
            consumer.committed_offsets(list, PATIENCE).expect("the broker knows what is committed");
        let committed = committed
            .elements()
            .iter()
            .filter_map(|element| Some((element.partition(), element.offset().to_raw()?)))
            .filter(|(_, offset)| *offset > 0)
            .collect();
        (committed, self.ends(&consumer))
    }
}

/// Waits for a state.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("in vain waited until {what}"));
}
