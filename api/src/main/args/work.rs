//! `holdfast work`.

use std::time::Duration;

use clap::{Args as ClapArgs, ValueEnum};

use super::{DatabaseArgs, GatewayArgs, KafkaArgs, LimitArgs, NotificationArgs, RedisArgs};

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct WorkArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    #[command(flatten)]
    pub(crate) gateways: GatewayArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,
    #[command(flatten)]
    pub(crate) notifications: NotificationArgs,
    #[command(flatten)]
    pub(crate) redis: RedisArgs,
    /// Queues to work, separated by commas; all of them unless said otherwise.
    #[arg(
        long,
        env = "HOLDFAST_QUEUES",
        value_enum,
        value_delimiter = ',',
        default_value = "saga,webhook,reconciliation,outbox,notification"
    )]
    pub(crate) queues: Vec<Queue>,
    /// Steps under way at most.
    #[arg(long, env = "HOLDFAST_STEPS", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) steps: u16,
    /// Seconds that a step is one worker's own without a heartbeat; longer than a gateway may take to answer.
    #[arg(long, env = "HOLDFAST_LEASE_SECONDS", default_value_t = 15)]
    pub(crate) lease_seconds: u64,
    /// Seconds that steps under way may take to finish once the worker is told to stop; then they are handed back.
    #[arg(long, env = "HOLDFAST_GRACE_SECONDS", default_value_t = 10)]
    pub(crate) grace_seconds: u64,
    /// Seconds after which a call that a gateway knows nothing of will not be done any more.
    #[arg(long, env = "HOLDFAST_SETTLED_AFTER_SECONDS", default_value_t = 60)]
    pub(crate) settled_after_seconds: u64,
    /// Milliseconds between two looks at an empty queue.
    #[arg(long, env = "HOLDFAST_POLL_MS", default_value_t = 100)]
    pub(crate) poll_ms: u64,
    /// Milliseconds between two sweeps for lapsed holds.
    #[arg(long, env = "HOLDFAST_EXPIRY_MS", default_value_t = 1000)]
    pub(crate) expiry_ms: u64,
    /// Seconds between two readings of the gateways' own lists.
    #[arg(long, env = "HOLDFAST_RECONCILE_SECONDS", default_value_t = 15)]
    pub(crate) reconcile_seconds: u64,
    /// Seconds that such a list and our books may differ before something is done about it.
    #[arg(long, env = "HOLDFAST_ORPHANED_AFTER_SECONDS", default_value_t = 10)]
    pub(crate) orphaned_after_seconds: u64,
}

impl WorkArgs {
    /// As the workers take it, under this name.
    pub(crate) fn settings(&self, name: String) -> jobs::Settings {
        jobs::Settings {
            name,
            queues: self.queues.iter().copied().filter_map(Queue::queue).collect(),
            concurrency: usize::from(self.steps),
            lease: Duration::from_secs(self.lease_seconds),
            gateway_timeout: self.limits.timeout(),
            settled_after: Duration::from_secs(self.settled_after_seconds),
            poll: Duration::from_millis(self.poll_ms),
            expiry: Duration::from_millis(self.expiry_ms),
            reconcile: Duration::from_secs(self.reconcile_seconds),
            orphaned_after: Duration::from_secs(self.orphaned_after_seconds),
            grace: Duration::from_secs(self.grace_seconds),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Queue {
    /// Steps of sagas, and the timers that belong to them.
    Saga,
    /// What gateways tell of their own accord.
    Webhook,
    /// The gateways' own lists, held against our books.
    Reconciliation,
    /// Events, on their way to the broker.
    Outbox,
    /// Events, on their way to customers and organisers.
    Notification,
}

impl Queue {
    /// As the engine knows it; none when it is another part's.
    pub(crate) fn queue(self) -> Option<jobs::Queue> {
        match self {
            Self::Saga => Some(jobs::Queue::Saga),
            Self::Webhook => Some(jobs::Queue::Webhook),
            Self::Reconciliation => Some(jobs::Queue::Reconciliation),
            Self::Outbox | Self::Notification => None,
        }
    }
}
