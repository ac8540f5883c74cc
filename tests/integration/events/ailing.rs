//! A partition, or a topic, that ails by itself: its own events wait, and no others.
//!
//! The brokers are played by the client library, so that parts can be made to ail. They make no topics: that the
//! relay starts shows that one needs no right to make what is there.

use std::time::Duration;

use db::Db;
use events::{Codec, Format, Kafka, Publisher, Topic};
use jobs::relay::RelaySettings;
use rdkafka::{mocking::MockCluster, producer::DefaultProducerContext};
use tests::TestSystem;
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{load::Sale, patiently};

const PARTITIONS: i32 = 6;
const BOOKINGS: usize = 60;
const LIMIT: Duration = Duration::from_mins(2);

type Cluster = MockCluster<'static, DefaultProducerContext>;

/// The brokers: one that is there, and one that is dead.
const HERE: i32 = 1;
const DEAD: i32 = 2;

fn lead(cluster: &Cluster, topic: &str, partitions: std::ops::Range<i32>, leader: i32) {
    for partition in partitions {
        cluster.partition_leader(topic, partition, Some(leader)).expect("there is such a partition");
    }
}

/// Played brokers, and a relay that sends to them.
struct Ground {
    cluster: Cluster,
    kafka: Kafka,
    system: TestSystem,
    db: Db,
    stop: CancellationToken,
    relay: JoinHandle<()>,
}

impl Ground {
    async fn open() -> Self {
        let cluster = MockCluster::new(2).expect("the library can play brokers");
        let kafka = Kafka::at(&cluster.bootstrap_servers());
        let aside = [events::NOTIFY_RETRY, events::NOTIFY_DEAD].map(|name| kafka.topics.aside(name));
        for topic in Topic::ALL.map(|topic| kafka.topics.name(topic)).iter().chain(&aside) {
            cluster.create_topic(topic, PARTITIONS, 2).expect("a topic can be made");
            lead(&cluster, topic, 0..PARTITIONS, HERE);
        }
        cluster.broker_down(DEAD).expect("a broker can be dead");
        let system = TestSystem::idle().await;
        let (db, stop) = (system.worker_db().await, CancellationToken::new());
        let publisher = Publisher::connect(&kafka, Codec::new(Format::Json)).expect("the settings are good");
        let settings = RelaySettings::named(format!("test-{}", Uuid::new_v4().simple()));
        let (worker, shutdown) = (db.clone(), stop.clone());
        let relay = tokio::spawn(async move {
            jobs::relay::run(worker, publisher, settings, shutdown).await.expect("the settings are good");
        });
        Self { cluster, kafka, system, db, stop, relay }
    }

    /// Makes partitions be led by a broker.
    fn lead(&self, topic: Topic, partitions: std::ops::Range<i32>, leader: i32) {
        lead(&self.cluster, &self.kafka.topics.name(topic), partitions, leader);
    }

    /// Bookings that are told to the end, of all those there are.
    async fn told(&self) -> (usize, usize) {
        let query =
            "select array[count(*) filter (where s.published = b.version), count(*)] from booking.booking b
                     left join outbox.subject s on s.kind = 'BOOKING' and s.id = b.id";
        let counts: Vec<i64> = self.system.database.value(query).await;
        let count = |number: i64| usize::try_from(number).expect("a count");
        (count(counts[0]), count(counts[1]))
    }

    async fn all_are_told(&self) -> Duration {
        let began = Instant::now();
        patiently("all are told", LIMIT, async || {
            let (told, all) = self.told().await;
            (told == all).then_some(())
        })
        .await;
        began.elapsed()
    }

    async fn is_away(&self) -> bool {
        self.system.database.value("select away_since is not null from outbox.broker").await
    }

    async fn close(self) {
        self.stop.cancel();
        self.relay.await.expect("the relay ends in good order");
        self.db.close().await;
        self.system.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partition_whose_leader_is_dead_keeps_only_its_own_waiting() {
    let ground = Ground::open().await;
    let sale = Sale::open(&ground.system).await;
    sale.book(&ground.system, 12, 0).await;
    ground.all_are_told().await;
    ground.lead(Topic::Booking, 0..1, DEAD);
    sale.book(&ground.system, BOOKINGS, 0).await;
    // The client gives an event up after five seconds: meanwhile, and after that, others go on.
    let failed = "select count(*) > 0 from outbox.subject where worker = 'put off'";
    patiently("something has failed and is put off", LIMIT, async || {
        ground.system.database.value::<bool>(failed).await.then_some(())
    })
    .await;
    for number in 0..5 {
        let (told, all) = ground.told().await;
        sale.book(&ground.system, BOOKINGS, 0).await;
        let began = Instant::now();
        patiently("others are told", LIMIT, async || {
            (ground.told().await.0 >= told + BOOKINGS / 2).then_some(())
        })
        .await;
        println!(
            "round {number}: {told} of {all} were told, and half of {BOOKINGS} more after {:.1?}",
            began.elapsed()
        );
        // Had each turn waited for the ones that can't be sent, a round would have taken five seconds and more.
        assert!(!ground.is_away().await, "the broker is there");
    }
    let (told, all) = ground.told().await;
    assert!(told < all, "the fault was there: {told} of {all}");
    ground.lead(Topic::Booking, 0..1, HERE);
    println!("all were told {:.1?} after the partition had a leader again", ground.all_are_told().await);
    ground.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_takes_nothing_keeps_no_other_waiting() {
    let ground = Ground::open().await;
    let sale = Sale::open(&ground.system).await;
    ground.lead(Topic::Notification, 0..PARTITIONS, DEAD);
    // What became of deliveries goes the same way as what became of bookings.
    sale.book(&ground.system, 4, 0).await;
    let written = ground
        .system
        .database
        .execute(
            "with planned as (
                 insert into notification.delivery (organiser_id, id, event_id, event, message, channel, recipient_kind,
                                                    recipient_id, state, due_at, give_up_at, ended_at, version)
                 select o.id, holdfast.uuid_v7(), 'e' || n, '{}', 'CONFIRMED', 'EMAIL', 'CUSTOMER', 'c', 'SENT', now(), now(),
                        now(), 1
                 from generate_series(1, 400) n, (select id from inventory.organiser limit 1) o
                 returning *)
             insert into notification.delivery_event (organiser_id, delivery_id, version, type, document, occurred_at)
             select d.organiser_id, d.id, 1, 'delivery.sent', jsonb_build_object(
                 'id', d.id || '.1', 'type', 'delivery.sent', 'occurred_at', now(), 'organiser_id', d.organiser_id,
                 'delivery_id', d.id, 'sequence', 1, 'delivery', null, 'correlation_id', null, 'traceparent', null,
                 'parked', null), now()
             from planned d",
        )
        .await;
    assert_eq!(written, 400);
    // While nothing else is sent, a topic that takes nothing can't be told from a broker that is away.
    patiently("deliveries have failed", LIMIT, async || ground.is_away().await.then_some(())).await;
    for round in 0..3 {
        sale.book(&ground.system, BOOKINGS, 0).await;
        println!("{BOOKINGS} bookings were told in {:.1?}", ground.all_are_told().await);
        assert!(!ground.is_away().await, "the broker is there, in round {round}");
    }
    let failed = "select count(*) >= 10 from outbox.subject where worker = 'put off' and kind = 'DELIVERY'";
    patiently("deliveries are put off", LIMIT, async || {
        sale.book(&ground.system, 1, 0).await;
        ground.system.database.value::<bool>(failed).await.then_some(())
    })
    .await;
    let deliveries = "select count(*) from outbox.subject where kind = 'DELIVERY' and published = 1";
    assert_eq!(ground.system.database.value::<i64>(deliveries).await, 0, "the fault was there");
    ground.lead(Topic::Notification, 0..PARTITIONS, HERE);
    patiently("the deliveries are told", LIMIT, async || {
        (ground.system.database.value::<i64>(deliveries).await == 400).then_some(())
    })
    .await;
    ground.close().await;
}
