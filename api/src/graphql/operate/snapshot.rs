//! How the system does, pushed.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};

use super::{gateway::PaymentGateway, queue::Queue};
use crate::live::Operations;

/// How the system does just now. For operators.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct OperationsSnapshot {
    /// When this was read, in UTC.
    at: DateTime<Utc>,
    /// Bookings accepted per second, over the last five.
    bookings_per_second: f64,
    /// Bookings that hold places and are not paid.
    holds_open: i32,
    /// Cases of the inbox that are open.
    dead_letters_open: i32,
    /// Every queue that workers read, and how much waits on it.
    queues: Vec<Queue>,
    /// Every payment gateway, with the breakers of the workers.
    gateways: Vec<PaymentGateway>,
    /// What waits to be published.
    outbox: Vec<OutboxLag>,
    /// How many invariants do not hold; 0 in a correct system. Null until they have been counted, which is done every
    /// half minute.
    invariants_violated: Option<i32>,
    /// When they were counted, in UTC.
    invariants_checked_at: Option<DateTime<Utc>>,
    /// Sockets open in the instance that answers.
    sockets: i32,
}

/// What waits in a queue of the outbox. For operators.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct OutboxLag {
    /// Its name: `outbox`, or `outbox_slot` for the states of slots.
    queue: String,
    /// Messages on it, and subjects under way.
    waiting: i32,
    /// Age of the oldest of them, in seconds; 0 when there is none.
    oldest_seconds: f64,
}

impl From<&Operations> for OperationsSnapshot {
    fn from(seen: &Operations) -> Self {
        // What GraphQL can't count is no better for being more.
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        let figures = seen.figures.clone();
        let lag = |lag: db::OutboxLag| OutboxLag {
            queue: lag.queue,
            waiting: count(lag.waiting),
            oldest_seconds: lag.oldest_seconds,
        };
        Self {
            at: figures.at,
            bookings_per_second: figures.bookings_per_second,
            holds_open: count(figures.holds_open),
            dead_letters_open: count(figures.dead_letters_open),
            queues: figures.queues.into_iter().map(Queue::from).collect(),
            gateways: figures.gateways.into_iter().map(PaymentGateway::from).collect(),
            outbox: figures.outbox.into_iter().map(lag).collect(),
            invariants_violated: seen.violated.map(|(count, _)| count),
            invariants_checked_at: seen.violated.map(|(_, at)| at),
            sockets: i32::try_from(seen.sockets).unwrap_or(i32::MAX),
        }
    }
}
