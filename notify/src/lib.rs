//! Tells customers and organisers what became of their bookings. It reads events, and never stands in the way of a
//! booking.
//!
//! - [`Broker`], or without one the queue `notification`: where events come from
//! - `plan`: who is told of what; each event becomes deliveries, which are rows
//! - [`send()`]: what is due is claimed, sent and recorded
//! - [`channel`]: e-mail, SMS and push, organisers' webhooks

pub mod channel;
mod handle;
mod kafka;
mod plan;
mod queue;
mod report;
mod send;
mod template;
mod tend;

use std::{sync::Arc, time::Duration};

use db::Db;
use events::{Codec, Publisher, Subscriber};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use channel::Channels;
use handle::Planner;
use kafka::RecordHandler;
use queue::QueueReader;
pub use send::{Retries, SendSettings, SendSettingsError, send};
pub use template::{Language, Links};

/// The broker that events come from.
#[derive(Debug)]
pub struct Broker {
    /// A member of the group, which reads the topics of [`Broker::topics`].
    pub subscriber: Subscriber,
    /// Where to put what can't be handled.
    pub publisher: Publisher,
    /// What the names of topics begin with.
    pub prefix: String,
}

impl Broker {
    /// What the group reads, by this prefix.
    pub fn topics(prefix: &str) -> Vec<String> {
        let (retry, _) = RecordHandler::topics(prefix);
        vec![events::Topic::Booking.full_name(prefix), retry]
    }
}

/// How notifications work.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How deliveries are sent.
    pub send: SendSettings,
    /// Customers are not told of events older than this, by the database's clock; organisers' endpoints are.
    pub longest: Duration,
    /// How often an idle process looks at its queue.
    pub poll: Duration,
}

impl Settings {
    /// The defaults, under a name that is unique among the processes of a database.
    pub fn named(name: String) -> Self {
        Self {
            send: SendSettings::named(name),
            longest: Duration::from_hours(24),
            poll: Duration::from_millis(200),
        }
    }
}

/// Works until `shutdown`: reads events from the broker, or without one from the queue, and sends what is due.
pub async fn run(
    db: Db,
    broker: Option<Broker>,
    codec: Codec,
    channels: Channels,
    settings: Settings,
    shutdown: CancellationToken,
) -> Result<(), SendSettingsError> {
    settings.send.check(&channels)?;
    let tasks = TaskTracker::new();
    let planner = Planner::new(db.clone(), settings.longest);
    let queue = QueueReader {
        db: db.clone(),
        planner: planner.clone(),
        codec: codec.clone(),
        is_only_way: broker.is_none(),
        poll: settings.poll,
    };
    tasks.spawn(queue.run(shutdown.clone()));
    if let Some(Broker { subscriber, publisher, prefix }) = broker {
        let (retry_topic, dead_topic) = RecordHandler::topics(&prefix);
        let publisher = Arc::new(publisher);
        let handler = RecordHandler {
            db: db.clone(),
            planner,
            codec,
            publisher: Arc::clone(&publisher),
            retry_topic,
            dead_topic,
            shutdown: shutdown.clone(),
        };
        tasks.spawn(read(publisher, subscriber, handler, shutdown.clone()));
    }
    tasks.spawn(tend::remind(db.clone(), shutdown.clone()));
    tasks.spawn(tend::purge(db.clone(), shutdown.clone()));
    tasks.spawn(send(db, channels, settings.send, shutdown));
    tasks.close();
    tasks.wait().await;
    Ok(())
}

/// Reads once the topics are there: a group that waits for one that is missing waits for minutes.
async fn read(
    publisher: Arc<Publisher>,
    subscriber: Subscriber,
    handler: RecordHandler,
    shutdown: CancellationToken,
) {
    while let Err(error) = publisher.ensure_topics().await {
        tracing::debug!(error = report::error_chain(&error), "the broker is away");
        if !pause(Duration::from_secs(1), &shutdown).await {
            return;
        }
    }
    if let Err(error) = subscriber.run(Arc::new(handler), shutdown).await {
        tracing::error!(error = report::error_chain(&error), "events can't be read from the broker");
    }
}

/// False when the process is to stop instead.
pub(crate) async fn pause(every: Duration, shutdown: &CancellationToken) -> bool {
    tokio::select! {
        () = shutdown.cancelled() => false,
        () = tokio::time::sleep(every) => true,
    }
}
