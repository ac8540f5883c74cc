//! Waiting until bookings are paid, so that they may be cancelled.
//!
//! One task asks for all of them together: a question per booking would cost
//! the server more than the bookings themselves.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use serde::Deserialize;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, error::TryRecvError, unbounded_channel},
    time::sleep,
};

use super::{error::ReplayError, nodes};
use crate::client::Client;

const SHORTEST_PAUSE: Duration = Duration::from_millis(40);
const LONGEST_PAUSE: Duration = Duration::from_millis(120);
/// A payment takes seconds; when none of all has moved for so long, none will.
const PATIENCE: Duration = Duration::from_mins(2);

const CAPTURES: &str = "query Captures($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Booking { status reason inProgress payment { status } } }
}";

/// A booking that is to be cancelled once it is paid.
pub(super) struct Waiting {
    /// Position of the cancellation in the sequence.
    pub(super) position: usize,
    /// The booking's global id.
    pub(super) booking: String,
    /// How a person finds it in the file.
    pub(super) place: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Booking {
    status: String,
    reason: Option<String>,
    in_progress: bool,
    payment: Option<Payment>,
}

#[derive(Deserialize)]
struct Payment {
    status: String,
}

/// The task's two ends.
pub(super) struct Captures {
    asked: UnboundedSender<Waiting>,
    paid: UnboundedReceiver<Result<usize, ReplayError>>,
    waiting: usize,
}

impl Captures {
    /// Starts the task; it ends with this.
    pub(super) fn start(client: Client) -> Self {
        let (asked, questions) = unbounded_channel();
        let (answers, paid) = unbounded_channel();
        tokio::spawn(async move {
            if let Err(error) = watch(&client, questions, &answers).await {
                let _ = answers.send(Err(error));
            }
        });
        Self { asked, paid, waiting: 0 }
    }

    /// Asks to be told when a booking is paid.
    pub(super) fn ask(&mut self, waiting: Waiting) {
        self.waiting += 1;
        // Fails only when the task has ended with an error, and that error waits to be read.
        let _ = self.asked.send(waiting);
    }

    /// How many have yet to be told of.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// The position of the next cancellation whose booking is paid; pending while there is none.
    pub(super) async fn next(&mut self) -> Result<usize, ReplayError> {
        let paid =
            self.paid.recv().await.unwrap_or_else(|| {
                Err(ReplayError::Booking("nobody watches the payments any more".to_owned()))
            });
        self.waiting -= 1;
        paid
    }
}

/// Asks about the bookings in turn, until nobody wants to know any more.
async fn watch(
    client: &Client,
    mut questions: UnboundedReceiver<Waiting>,
    answers: &UnboundedSender<Result<usize, ReplayError>>,
) -> Result<(), ReplayError> {
    let mut queue = VecDeque::new();
    let (mut pause, mut moved) = (SHORTEST_PAUSE, Instant::now());
    loop {
        if queue.is_empty() {
            let Some(first) = questions.recv().await else { return Ok(()) };
            queue.push_back(first);
            (pause, moved) = (SHORTEST_PAUSE, Instant::now());
        }
        loop {
            match questions.try_recv() {
                Ok(next) => queue.push_back(next),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Ok(()),
            }
        }
        let page: Vec<Waiting> = queue.drain(..queue.len().min(nodes::PER_QUERY)).collect();
        let ids: Vec<&str> = page.iter().map(|waiting| waiting.booking.as_str()).collect();
        let bookings: Vec<Booking> = nodes::by_id(client, CAPTURES, &ids).await?;
        let before = queue.len() + page.len();
        for (waiting, booking) in page.into_iter().zip(bookings) {
            match may_be_cancelled(&booking) {
                Some(true) => drop(answers.send(Ok(waiting.position))),
                Some(false) => queue.push_back(waiting),
                None => return Err(lost(&waiting, &booking)),
            }
        }
        if queue.len() < before {
            (pause, moved) = (SHORTEST_PAUSE, Instant::now());
        } else if moved.elapsed() > PATIENCE {
            let count = queue.len();
            return Err(ReplayError::Booking(format!(
                "no payment has moved for {} s; {count} bookings wait, {} among them",
                PATIENCE.as_secs(),
                queue[0].place
            )));
        } else {
            // Asking faster would only take from those who do the work.
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        sleep(pause).await;
    }
}

/// Whether the booking is paid, or needs no payment; nothing when it never will be.
fn may_be_cancelled(booking: &Booking) -> Option<bool> {
    // A resumed run finds bookings that its own cancellation, unanswered back then, has already reached.
    let by_us = matches!(booking.reason.as_deref(), Some("CUSTOMER" | "OPERATOR"));
    let ready = match &booking.payment {
        Some(payment) => matches!(payment.status.as_str(), "CAPTURED" | "PARTIALLY_REFUNDED" | "REFUNDED"),
        None => booking.status == "CONFIRMED" || (booking.status == "CANCELLED" && by_us),
    };
    (ready || booking.in_progress).then_some(ready)
}

fn lost(waiting: &Waiting, booking: &Booking) -> ReplayError {
    ReplayError::Booking(format!(
        "{} was accepted and will not be paid: it is {} ({}), its payment {}",
        waiting.place,
        booking.status,
        booking.reason.as_deref().unwrap_or("no reason"),
        booking.payment.as_ref().map_or("none", |payment| payment.status.as_str()),
    ))
}
