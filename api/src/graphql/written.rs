//! Bookings that were just written, read back for many clients in one call.
//!
//! Commands that were written in one commit are answered at the same moment, and what their clients want to see is
//! read together, too: a call for each would cost as much as the writing.

use std::sync::Arc;

use db::{Actor, BookingId, Db};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Calls under way at once. While they are, those who ask next gather.
const CALLS: usize = 2;
/// Bookings in one call at most.
const BATCH: usize = 100;

/// Why a booking can't be shown.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum WrittenError {
    /// The database did not give it.
    #[error("what was written could not be read")]
    Database(#[source] Arc<db::Error>),
    /// The call ended without an answer.
    #[error("a call that reads what was written broke off")]
    Lost,
}

type Answer = Result<Option<db::Booking>, WrittenError>;

/// Who asks, for which booking, and where the answer goes.
struct Question {
    asked: (Actor, BookingId),
    reply: oneshot::Sender<Answer>,
}

/// The way back for what was written, for the whole process; cheap to clone.
#[derive(Clone, Debug)]
pub struct Written(mpsc::UnboundedSender<Question>);

impl Written {
    /// Reads from the primary behind `db`, in tasks of `tracker`, until `stop`.
    pub fn start(db: &Db, tracker: &TaskTracker, stop: &CancellationToken) -> Self {
        // There are no more questions than requests under way, and these are limited elsewhere.
        let (sender, questions) = mpsc::unbounded_channel();
        let answering = answer(db.clone(), questions, tracker.clone());
        let stop = stop.clone();
        tracker.spawn(async move { stop.run_until_cancelled(answering).await });
        Self(sender)
    }

    /// The booking as it is once this was asked, if the actor may see it.
    pub(crate) async fn booking(&self, actor: &Actor, id: BookingId) -> Answer {
        let (reply, answer) = oneshot::channel();
        let question = Question { asked: (actor.clone(), id), reply };
        self.0.send(question).map_err(|_| WrittenError::Lost)?;
        answer.await.map_err(|_| WrittenError::Lost)?
    }
}

/// Answers questions, as many as have come when it is their turn, until nobody is left who could ask.
async fn answer(db: Db, mut questions: mpsc::UnboundedReceiver<Question>, tracker: TaskTracker) {
    let calls = Arc::new(Semaphore::new(CALLS));
    loop {
        let Ok(turn) = Arc::clone(&calls).acquire_owned().await else { return };
        let Some(first) = questions.recv().await else { return };
        // Whoever has heard of the same commit is about to ask: they are let go first.
        tokio::task::yield_now().await;
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Ok(next) = questions.try_recv()
        {
            batch.push(next);
        }
        let db = db.clone();
        tracker.spawn(async move {
            call(&db, batch).await;
            drop(turn);
        });
    }
}

async fn call(db: &Db, questions: Vec<Question>) {
    let (asked, replies): (Vec<_>, Vec<_>) =
        questions.into_iter().map(|question| (question.asked, question.reply)).unzip();
    match db.written_bookings(&asked).await {
        Ok(found) => {
            for (reply, booking) in replies.into_iter().zip(found) {
                // Whoever went away needs no answer.
                drop(reply.send(Ok(booking)));
            }
        }
        Err(error) => {
            let error = WrittenError::Database(Arc::new(error));
            for reply in replies {
                drop(reply.send(Err(error.clone())));
            }
        }
    }
}
