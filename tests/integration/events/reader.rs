//! Consumers that write down everything that they read, in the order that they read it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use rdkafka::{
    ClientConfig, Message as _,
    consumer::{BaseConsumer, CommitMode, Consumer as _},
    message::{BorrowedMessage, Headers as _},
};
use serde_json::Value;
use uuid::Uuid;

const COMMIT_EVERY: Duration = Duration::from_millis(500);

/// One message.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) place: (i32, i64),
    pub(crate) subject: Uuid,
    pub(crate) id: String,
    pub(crate) sequence: i64,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) value: Vec<u8>,
    pub(crate) at: DateTime<Utc>,
}

impl Seen {
    fn of(message: &BorrowedMessage<'_>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
        let headers: BTreeMap<_, _> = message
            .headers()
            .expect("an event has headers")
            .iter()
            .map(|header| (header.key.to_owned(), text(header.value.unwrap_or_default())))
            .collect();
        let key = text(message.key().expect("an event has a key"));
        assert_eq!(key, headers["ce_subject"], "the key is what it is about");
        Self {
            place: (message.partition(), message.offset()),
            subject: key.parse().expect("an id"),
            id: headers["ce_id"].clone(),
            sequence: headers["sequence"].parse().expect("a number"),
            headers,
            value: message.payload().expect("an event has a value").to_vec(),
            at: Utc::now(),
        }
    }

    pub(crate) fn kind(&self) -> &str {
        &self.headers["ce_type"]
    }

    pub(crate) fn is_replayed(&self) -> bool {
        self.headers.get("replayed").is_some_and(|value| value == "true")
    }

    /// The document, where events are JSON.
    pub(crate) fn document(&self) -> Value {
        serde_json::from_slice(&self.value).expect("JSON")
    }
}

/// What all consumers of a group have read.
#[derive(Debug, Default)]
struct Log {
    seen: Vec<Seen>,
    ids: BTreeSet<String>,
}

/// Consumers of one group, each on a thread of its own; they end when this is dropped.
pub(crate) struct Reader {
    log: Arc<Mutex<Log>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Reader {
    pub(crate) fn start(brokers: &str, topic: &str, consumers: usize) -> Self {
        let (log, stop) = (Arc::<Mutex<Log>>::default(), Arc::<AtomicBool>::default());
        let group = format!("g{}", Uuid::new_v4().simple());
        let threads = (0..consumers)
            .map(|_| {
                let consumer = connect(brokers, topic, &group);
                let (log, stop) = (Arc::clone(&log), Arc::clone(&stop));
                std::thread::spawn(move || read(&consumer, &log, &stop))
            })
            .collect();
        Self { log, stop, threads }
    }

    /// All that was read so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    /// How many different events were read so far.
    pub(crate) fn distinct(&self) -> usize {
        self.lock().ids.len()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // A consumer whose group is just being put together again may take long to leave it: it is not waited for.
        let ended = self.threads.drain(..).filter(JoinHandle::is_finished);
        let broke = ended.filter_map(|thread| thread.join().err()).count();
        assert!(broke == 0 || std::thread::panicking(), "{broke} consumers broke off; see above");
    }
}

fn connect(brokers: &str, topic: &str, group: &str) -> BaseConsumer {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .set("session.timeout.ms", "6000")
        .set("reconnect.backoff.max.ms", "500")
        .set("topic.metadata.refresh.interval.ms", "1000")
        // The topic may not be there yet.
        .set("topic.metadata.refresh.fast.interval.ms", "200")
        .create()
        .expect("the settings are good");
    consumer.subscribe(&[topic]).expect("a topic's name");
    consumer
}

/// Errors are the broker's deaths, or that a topic is not there yet: what counts is that all comes in the end.
fn read(consumer: &BaseConsumer, log: &Mutex<Log>, stop: &AtomicBool) {
    let mut committed = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        let Some(Ok(message)) = consumer.poll(Duration::from_millis(50)) else { continue };
        let seen = Seen::of(&message);
        {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.ids.insert(seen.id.clone());
            log.seen.push(seen);
        }
        // Written down before it is committed: a consumer that takes over reads some again, and misses none. A commit
        // that fails is made up for by the next; one for each message would stand in the way of heartbeats.
        if committed.elapsed() > COMMIT_EVERY {
            drop(consumer.commit_message(&message, CommitMode::Async));
            committed = Instant::now();
        }
    }
}
