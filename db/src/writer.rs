//! Many clients, one commit: commands that wait at the same moment are written together.
//!
//! A lane takes whatever waits, up to [`BATCH`], and writes it in one call. A
//! lone command goes at once; while a call is in flight, the next batch
//! gathers. The write belongs to the lane, not to the client: a client that
//! goes away does not cancel it.

use std::{sync::Arc, time::Duration};

use rand::Rng as _;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::task::TaskTracker;

use crate::{Command, Db, Error, Outcome, Refusal, RefusalCode, call::Write};

/// Commands in one call at most.
const BATCH: usize = 100;
/// Commands that may wait; beyond it the system says so instead of letting clients time out.
const QUEUE: usize = 4_096;
/// Calls made for one batch when each loses against concurrent transactions or the connection.
const TRIES: u32 = 5;

/// Why a command has no outcome.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriterError {
    /// Too many commands wait already, or the writer is stopping; nothing was written.
    #[error("too many commands wait to be written")]
    Overloaded,
    /// The call failed; whether it was written is known only by asking again with the same key.
    #[error("the command could not be written")]
    Failed(#[source] Arc<Error>),
}

struct Pending<W> {
    command: Command<W>,
    reply: oneshot::Sender<Result<Outcome, WriterError>>,
}

/// The way in for one kind of command.
#[derive(Debug)]
pub struct Writer<W> {
    queue: mpsc::Sender<Pending<W>>,
}

impl<W> Clone for Writer<W> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone() }
    }
}

impl<W: Write> Writer<W> {
    /// Starts `lanes` lanes on `tracker`; they end when every clone of the writer is gone.
    pub fn start(db: &Db, lanes: usize, tracker: &TaskTracker) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..lanes {
            tracker.spawn(run_lane(db.clone(), Arc::clone(&waiting)));
        }
        Self { queue }
    }

    /// Waits for the outcome of one command.
    pub async fn submit(&self, command: Command<W>) -> Result<Outcome, WriterError> {
        let (reply, outcome) = oneshot::channel();
        self.queue.try_send(Pending { command, reply }).map_err(|_| WriterError::Overloaded)?;
        outcome.await.map_err(|_| WriterError::Overloaded)?
    }
}

async fn run_lane<W: Write>(db: Db, waiting: Arc<Mutex<mpsc::Receiver<Pending<W>>>>) {
    loop {
        let mut batch = Vec::new();
        if waiting.lock().await.recv_many(&mut batch, BATCH).await == 0 {
            return;
        }
        write_batch(&db, batch).await;
    }
}

/// Writes a batch; one that fails as a whole is halved until the culprit stands alone.
async fn write_batch<W: Write>(db: &Db, batch: Vec<Pending<W>>) {
    let mut halves = vec![batch];
    while let Some(mut batch) = halves.pop() {
        let (commands, replies): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|pending| (pending.command, pending.reply)).unzip();
        match write_patiently(db, &commands).await {
            Ok(outcomes) => answer(replies, outcomes.into_iter().map(Ok)),
            Err(error) if commands.len() > 1 && !is_outage(&error) => {
                let mut front: Vec<_> = commands
                    .into_iter()
                    .zip(replies)
                    .map(|(command, reply)| Pending { command, reply })
                    .collect();
                let back = front.split_off(front.len() / 2);
                halves.extend([back, front]);
            }
            Err(error) => {
                let verdict = judge_alone(error);
                answer(replies, std::iter::repeat(verdict));
            }
        }
    }
}

/// Makes the call again when it lost against others, a bounded number of times.
/// Safe at any point: the commands carry their keys.
async fn write_patiently<W: Write>(db: &Db, commands: &[Command<W>]) -> Result<Vec<Outcome>, Error> {
    let mut tries = 1;
    loop {
        match db.write(commands).await {
            Err(error) if error.worth_retrying() && tries < TRIES => {
                tracing::debug!(%error, tries, routine = W::ROUTINE, "writing the batch again");
                let pause = rand::rng().random_range(0..=(10_u64 << tries));
                tokio::time::sleep(Duration::from_millis(pause)).await;
                tries += 1;
            }
            result => return result,
        }
    }
}

/// An outage strikes every half alike: halving would only multiply the waiting.
fn is_outage(error: &Error) -> bool {
    matches!(error, Error::Unreachable(_) | Error::PoolExhausted)
}

/// What an error means for a command that was alone in its call.
fn judge_alone(error: Error) -> Result<Outcome, WriterError> {
    let refused = |code, message: &str| {
        let refusal = Refusal { code, message: message.to_owned(), path: Vec::new() };
        Ok(Outcome { id: None, ids: Vec::new(), refusal: Some(refusal), replayed: false })
    };
    match error {
        Error::KeyInUse(_) => refused(
            RefusalCode::IdempotencyKeyInUse,
            "A request with this idempotency key is still being worked on.",
        ),
        Error::LockTimeout(_) | Error::Conflict(_) => {
            refused(RefusalCode::Contended, "Many others want the same places right now.")
        }
        error => Err(WriterError::Failed(Arc::new(error))),
    }
}

fn answer(
    replies: Vec<oneshot::Sender<Result<Outcome, WriterError>>>,
    outcomes: impl Iterator<Item = Result<Outcome, WriterError>>,
) {
    for (reply, outcome) in replies.into_iter().zip(outcomes) {
        // A client that has gone needs no answer; its write is done all the same.
        drop(reply.send(outcome));
    }
}
