//! What the members of a group promise: nothing is lost, each partition is in order.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use events::{Codec, Format, GroupSettings, Handler, Publisher, Record, Subscriber};
use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::broker::{Broker, until};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What was handled, in the order of time: by whom, in which partition, at which offset.
type Log = Arc<Mutex<Vec<(&'static str, i32, i64)>>>;

/// What is done before records are noted.
type Before = dyn Fn(&[Record]) -> Result<(), Failure> + Send + Sync;

/// Notes what it handles, unless told to do something else first.
struct Noting {
    name: &'static str,
    log: Log,
    takes: Duration,
    before: Box<Before>,
}

impl Noting {
    fn new(name: &'static str, log: &Log) -> Self {
        Self { name, log: Arc::clone(log), takes: Duration::ZERO, before: Box::new(|_| Ok(())) }
    }
}

#[async_trait]
impl Handler for Noting {
    async fn handle(&self, records: &[Record]) -> Result<(), Failure> {
        (self.before)(records)?;
        // The work of the handler, which takes its time.
        tokio::time::sleep(self.takes).await;
        let noted = records.iter().map(|record| (self.name, record.partition, record.offset));
        self.log.lock().unwrap_or_else(PoisonError::into_inner).extend(noted);
        Ok(())
    }
}

/// A member that reads until it is told to stop.
struct Member {
    shutdown: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Member {
    fn start(broker: &Broker, batch: usize, handler: Noting) -> Self {
        let settings = GroupSettings {
            group: "readers".to_owned(),
            topics: vec![broker.topic.clone()],
            batch,
            pause: Duration::from_millis(10),
            session: Duration::from_secs(6),
        };
        let member = Subscriber::connect(&broker.kafka, settings).expect("a member can be made");
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        let task = tokio::spawn(async move {
            member.run(Arc::new(handler), stop).await.expect("it reads until it is told to stop");
        });
        Self { shutdown, task }
    }

    async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.expect("it stops without a panic");
    }
}

async fn fill(broker: &Broker, count: usize) {
    let publisher =
        Publisher::connect(&broker.kafka, Codec::new(Format::Json)).expect("a publisher can be made");
    let keys: Vec<_> = (0..count).map(|number| number.to_string().into_bytes()).collect();
    let none = Vec::new();
    for sent in join_all(keys.iter().map(|key| publisher.send_raw(&broker.topic, key, &none, b"{}"))).await {
        sent.expect("the broker takes it");
    }
}

fn places(log: &Log) -> BTreeSet<(i32, i64)> {
    let log = log.lock().unwrap_or_else(PoisonError::into_inner);
    log.iter().map(|(_, partition, offset)| (*partition, *offset)).collect()
}

fn count_of(log: &Log, name: &str) -> usize {
    log.lock().unwrap_or_else(PoisonError::into_inner).iter().filter(|(who, ..)| *who == name).count()
}

/// Whether the first time of each record comes after the first time of the one before it.
fn is_in_order(log: &Log) -> bool {
    let mut next: BTreeMap<i32, i64> = BTreeMap::new();
    log.lock().unwrap_or_else(PoisonError::into_inner).iter().all(|(_, partition, offset)| {
        let next = next.entry(*partition).or_default();
        if offset == next {
            *next += 1;
        }
        offset < next
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_change_hands_and_nothing_is_lost() {
    let broker = Broker::start(12);
    let log = Log::default();
    let slow = |name| Noting { takes: Duration::from_millis(20), ..Noting::new(name, &log) };
    fill(&broker, 3_000).await;
    let anna = Member::start(&broker, 5, slow("anna"));
    until("anna reads", || count_of(&log, "anna") > 100).await;
    let ben = Member::start(&broker, 5, slow("ben"));
    until("ben reads", || count_of(&log, "ben") > 100).await;
    let cleo = Member::start(&broker, 5, slow("cleo"));
    until("cleo reads", || count_of(&log, "cleo") > 100).await;
    anna.stop().await;
    let by_anna = count_of(&log, "anna");
    fill(&broker, 1_000).await;
    until("all is handled", || places(&log).len() == 4_000).await;
    assert_eq!(count_of(&log, "anna"), by_anna, "who has left handles nothing");
    cleo.stop().await;
    ben.stop().await;
    assert!(is_in_order(&log), "each partition is in order");
    let (committed, ends) = broker.committed("readers");
    assert_eq!(committed, ends, "all is committed");
    let twice = log.lock().unwrap().len() - 4_000;
    let (by_ben, by_cleo) = (count_of(&log, "ben"), count_of(&log, "cleo"));
    println!("4000 records, four changes of hands: {by_anna}, {by_ben} and {by_cleo} handled, {twice} twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_fails_is_given_again_and_nothing_behind_it_before() {
    let broker = Broker::start(2);
    let log = Log::default();
    fill(&broker, 200).await;
    let (fails, panics) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (failed, panicked) = (Arc::clone(&fails), Arc::clone(&panics));
    let before = move |records: &[Record]| -> Result<(), Failure> {
        let is_theirs =
            |offset| records.iter().any(|record| (record.partition, record.offset) == (0, offset));
        if is_theirs(10) && failed.fetch_add(1, Ordering::Relaxed) < 3 {
            return Err("planted".into());
        }
        // A bug in a handler is an error like any other.
        assert!(!is_theirs(30) || panicked.fetch_add(1, Ordering::Relaxed) >= 2, "planted");
        Ok(())
    };
    let reader =
        Member::start(&broker, 4, Noting { before: Box::new(before), ..Noting::new("reader", &log) });
    until("all is handled", || places(&log).len() == 200).await;
    reader.stop().await;
    assert_eq!(fails.load(Ordering::Relaxed), 4, "three failures, then it was handled");
    assert_eq!(panics.load(Ordering::Relaxed), 3, "two panics, then it was handled");
    assert!(is_in_order(&log), "nothing was handled before what failed");
    assert_eq!(log.lock().unwrap().len(), 200, "and nothing twice");
    let (committed, ends) = broker.committed("readers");
    assert_eq!(committed, ends);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_not_committed_and_others_do_not_wait_for_it() {
    let broker = Broker::start(2);
    let log = Log::default();
    fill(&broker, 200).await;
    let before = |records: &[Record]| -> Result<(), Failure> {
        if records.iter().any(|record| record.partition == 0 && record.offset >= 20) {
            return Err("planted".into());
        }
        Ok(())
    };
    let reader = Member::start(&broker, 4, Noting { before: Box::new(before), ..Noting::new("first", &log) });
    let (_, ends) = broker.committed("readers");
    let expected = usize::try_from(ends[&1]).unwrap();
    until("the other partition is handled", || {
        places(&log).iter().filter(|(partition, _)| *partition == 1).count() == expected
    })
    .await;
    reader.stop().await;
    let (committed, _) = broker.committed("readers");
    assert!(committed.get(&0).is_none_or(|offset| *offset <= 20), "{committed:?}");
    assert_eq!(committed[&1], ends[&1]);
    let next = Member::start(&broker, 4, Noting::new("second", &log));
    until("the next member handles the rest", || places(&log).len() == 200).await;
    next.stop().await;
    let (committed, ends) = broker.committed("readers");
    assert_eq!(committed, ends);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_slower_than_the_broker_loses_nothing() {
    let broker = Broker::start(1);
    let log = Log::default();
    fill(&broker, 500).await;
    let slow = Noting { takes: Duration::from_millis(5), ..Noting::new("slow", &log) };
    let reader = Member::start(&broker, 2, slow);
    until("all is handled", || places(&log).len() == 500).await;
    reader.stop().await;
    assert!(is_in_order(&log));
    assert_eq!(log.lock().unwrap().len(), 500, "each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_at_hand_is_finished_before_the_member_leaves() {
    let broker = Broker::start(1);
    let log = Log::default();
    fill(&broker, 100).await;
    let began = Arc::new(AtomicUsize::new(0));
    let begins = Arc::clone(&began);
    let before = move |records: &[Record]| -> Result<(), Failure> {
        begins.fetch_add(records.len(), Ordering::Relaxed);
        Ok(())
    };
    let slow =
        Noting { takes: Duration::from_millis(300), before: Box::new(before), ..Noting::new("first", &log) };
    let reader = Member::start(&broker, 10, slow);
    until("a batch is at hand", || began.load(Ordering::Relaxed) > 0).await;
    reader.stop().await;
    let handled = count_of(&log, "first");
    assert_eq!(handled, began.load(Ordering::Relaxed), "what was begun was finished");
    assert!(handled < 100, "and no more");
    let (committed, _) = broker.committed("readers");
    assert_eq!(committed.get(&0).copied(), i64::try_from(handled).ok(), "and committed");
    let next = Member::start(&broker, 10, Noting::new("second", &log));
    until("the next member handles the rest", || places(&log).len() == 100).await;
    next.stop().await;
    assert_eq!(log.lock().unwrap().len(), 100, "and nothing twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_stops_though_the_broker_is_away() {
    let broker = Broker::start(1);
    let log = Log::default();
    fill(&broker, 100).await;
    let slow = Noting { takes: Duration::from_millis(200), ..Noting::new("reader", &log) };
    let reader = Member::start(&broker, 10, slow);
    until("it reads", || count_of(&log, "reader") > 0).await;
    broker.cluster.broker_down(1).expect("a broker can be stopped");
    stops(reader).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_stops_though_a_commit_is_never_answered() {
    let broker = Broker::start(1);
    let log = Log::default();
    fill(&broker, 100).await;
    let began = Arc::new(AtomicUsize::new(0));
    let begins = Arc::clone(&began);
    let before = move |_: &[Record]| -> Result<(), Failure> {
        begins.fetch_add(1, Ordering::Relaxed);
        Ok(())
    };
    let slow =
        Noting { takes: Duration::from_millis(300), before: Box::new(before), ..Noting::new("reader", &log) };
    let reader = Member::start(&broker, 10, slow);
    until("a batch is at hand", || began.load(Ordering::Relaxed) > 0).await;
    // The commit of it is on its way for so long, and that is when the broker goes.
    let slowly = Duration::from_mins(1);
    broker.cluster.broker_round_trip_time(1, slowly).expect("a broker can be slow");
    until("it is handled", || count_of(&log, "reader") > 0).await;
    broker.cluster.broker_down(1).expect("a broker can be stopped");
    stops(reader).await;
}

async fn stops(member: Member) {
    let started = std::time::Instant::now();
    let stopped = tokio::time::timeout(Duration::from_mins(1), member.stop()).await;
    println!("stopped after {:?}", started.elapsed());
    stopped.expect("it stops");
}
