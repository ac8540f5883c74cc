//! After the last answer: until no money moves any more, and what then stands.

use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;

use super::{drive::Fate, error::ReplayError, nodes, plan::Plan, progress::Progress, setup::CURRENCY};
use crate::client::{Client, MoneyText};

const PAUSE: Duration = Duration::from_millis(250);
/// A settlement takes seconds; when none of all has ended for so long, none will.
const PATIENCE: Duration = Duration::from_mins(2);
const QUERIES_AT_ONCE: usize = 4;

const BOOKINGS: &str = "query Settled($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Booking {
    status reason inProgress total { amount currencyCode } lines { quantity }
    payment { status captured { amount currencyCode } refunded { amount currencyCode } }
  } }
}";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Booking {
    status: String,
    reason: Option<String>,
    in_progress: bool,
    total: MoneyText,
    lines: Vec<Line>,
    payment: Option<Payment>,
}

#[derive(Deserialize)]
struct Line {
    quantity: u32,
}

#[derive(Deserialize)]
struct Payment {
    status: String,
    captured: MoneyText,
    refunded: MoneyText,
}

/// How a booking ended, in the server's words.
#[derive(Debug)]
pub(super) struct Ended {
    /// Index of its stay.
    pub(super) stay: usize,
    /// `CONFIRMED`, `CANCELLED`, ...
    pub(super) status: String,
    /// Why it was cancelled.
    pub(super) reason: Option<String>,
    /// Places of all its lines: a stay has one line a night.
    pub(super) room_nights: u32,
    /// What it cost, in cents.
    pub(super) total: i64,
    /// What was taken, in cents, whatever was given back later.
    pub(super) captured: i64,
    /// What was given back, in cents.
    pub(super) refunded: i64,
}

/// Waits for every accepted booking to come to rest.
pub(super) async fn settle(client: &Client, plan: &Plan, fates: &[Fate]) -> Result<Vec<Ended>, ReplayError> {
    let mut open: Vec<(usize, &str)> = fates
        .iter()
        .enumerate()
        .filter_map(|(stay, fate)| match fate {
            Fate::Booked(booking) | Fate::Cancelled(booking) => Some((stay, booking.as_str())),
            Fate::Open | Fate::Refused => None,
        })
        .collect();
    let progress = Progress::phase("settling", open.len());
    let mut ended = Vec::with_capacity(open.len());
    let mut moved = Instant::now();
    while !open.is_empty() {
        let (resting, moving) = round(client, &open).await?;
        progress.advance(resting.len());
        if !resting.is_empty() {
            moved = Instant::now();
        } else if let Some((stay, booking)) = moving.first().filter(|_| moved.elapsed() > PATIENCE) {
            return Err(ReplayError::Booking(format!(
                "{} bookings do not come to rest; {} is {}, its payment {}",
                moving.len(),
                plan.place(open[*stay].0),
                booking.status,
                booking.payment.as_ref().map_or("none", |payment| payment.status.as_str()),
            )));
        }
        for (at, booking) in resting {
            ended.push(outcome(open[at].0, booking)?);
        }
        open = moving.into_iter().map(|(at, _)| open[at]).collect();
        if !open.is_empty() {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(ended)
}

/// Bookings by their index in what was asked.
type Indexed = Vec<(usize, Booking)>;

/// Asks about all of them once: those at rest, and those that still move.
async fn round(client: &Client, open: &[(usize, &str)]) -> Result<(Indexed, Indexed), ReplayError> {
    let ids: Vec<&str> = open.iter().map(|(_, booking)| *booking).collect();
    let pages: Vec<Vec<Booking>> = stream::iter(ids.chunks(nodes::PER_QUERY))
        .map(|page| nodes::by_id(client, BOOKINGS, page))
        .buffered(QUERIES_AT_ONCE)
        .try_collect()
        .await?;
    Ok(pages.into_iter().flatten().enumerate().partition(|(_, booking)| !booking.in_progress))
}

fn outcome(stay: usize, booking: Booking) -> Result<Ended, ReplayError> {
    let (captured, refunded) = match &booking.payment {
        Some(payment) => (cents(&payment.captured)?, cents(&payment.refunded)?),
        None => (0, 0),
    };
    Ok(Ended {
        stay,
        room_nights: booking.lines.iter().map(|line| line.quantity).sum(),
        total: cents(&booking.total)?,
        captured,
        refunded,
        status: booking.status,
        reason: booking.reason,
    })
}

fn cents(money: &MoneyText) -> Result<i64, ReplayError> {
    let foreign = || ReplayError::Contradiction(format!("it counts in {}", money.currency_code));
    let currency = (money.currency_code == CURRENCY).then_some(CURRENCY).ok_or_else(foreign)?;
    let read = currency.parse().and_then(|euro| db::Money::parse(&money.amount, euro));
    Ok(read.map_err(|error| ReplayError::Contradiction(error.to_string()))?.minor)
}
