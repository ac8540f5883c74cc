//! Small questions to the database that many ask at the same moment, asked together.
//!
//! A task of its own takes up to a batch of them for each call, and while calls are under way those who ask next gather.
//! It lets those who are about to ask go first, so that there is no clock to wait for; and a channel is the only thing
//! that all of them share. (A `DataLoader` for the whole process has one lock for all: with ten thousand at once a
//! quarter of the time went into waiting for it.)

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Calls under way at once.
const CALLS: usize = 2;

/// Who answers a batch of questions.
pub(crate) trait Oracle: Send + Sync + 'static {
    /// What is asked.
    type Question: Send + Sync + 'static;
    /// What is answered.
    type Answer: Send + 'static;
    /// Questions in one call at most.
    const BATCH: usize;

    /// Answers each, in order, in one call.
    fn answer(
        &self,
        questions: &[Self::Question],
    ) -> impl Future<Output = Result<Vec<Self::Answer>, db::Error>> + Send;
}

/// Why a question has no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    /// The database did not give it.
    #[error("a read for many failed")]
    Database(#[source] Arc<db::Error>),
    /// The call ended without one.
    #[error("a read for many broke off")]
    Lost,
}

impl From<db::Error> for Unanswered {
    fn from(error: db::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

/// The way to an oracle; cheap to clone.
#[derive(Debug)]
pub(crate) struct Gathered<O: Oracle>(mpsc::UnboundedSender<Asked<O>>);

impl<O: Oracle> Clone for Gathered<O> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// What somebody asks, and where the answer goes.
#[derive(Debug)]
struct Asked<O: Oracle> {
    question: O::Question,
    reply: oneshot::Sender<Result<O::Answer, Unanswered>>,
}

impl<O: Oracle> Gathered<O> {
    /// Asks in tasks of `tracker`, until `stop`.
    pub(crate) fn start(oracle: O, tracker: &TaskTracker, stop: &CancellationToken) -> Self {
        // There are no more questions than requests under way, and these are limited elsewhere.
        let (sender, asked) = mpsc::unbounded_channel();
        let serving = serve(Arc::new(oracle), asked, tracker.clone());
        let stop = stop.clone();
        tracker.spawn(async move { stop.run_until_cancelled(serving).await });
        Self(sender)
    }

    /// What is so once this was asked.
    pub(crate) async fn ask(&self, question: O::Question) -> Result<O::Answer, Unanswered> {
        let (reply, answer) = oneshot::channel();
        self.0.send(Asked { question, reply }).map_err(|_| Unanswered::Lost)?;
        answer.await.map_err(|_| Unanswered::Lost)?
    }
}

/// Answers, as many at once as have come when it is their turn, until nobody is left who could ask.
async fn serve<O: Oracle>(
    oracle: Arc<O>,
    mut asked: mpsc::UnboundedReceiver<Asked<O>>,
    tracker: TaskTracker,
) {
    let calls = Arc::new(Semaphore::new(CALLS));
    loop {
        let Ok(turn) = Arc::clone(&calls).acquire_owned().await else { return };
        let Some(first) = asked.recv().await else { return };
        // Whoever has heard of the same commit is about to ask: they are let go first.
        tokio::task::yield_now().await;
        let mut batch = vec![first];
        while batch.len() < O::BATCH
            && let Ok(next) = asked.try_recv()
        {
            batch.push(next);
        }
        let oracle = Arc::clone(&oracle);
        tracker.spawn(async move {
            call(&*oracle, batch).await;
            drop(turn);
        });
    }
}

async fn call<O: Oracle>(oracle: &O, batch: Vec<Asked<O>>) {
    let (questions, replies): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|asked| (asked.question, asked.reply)).unzip();
    match oracle.answer(&questions).await {
        Ok(answers) => {
            for (reply, answer) in replies.into_iter().zip(answers) {
                // Whoever went away needs no answer.
                drop(reply.send(Ok(answer)));
            }
        }
        // One of them is at fault, and the others are not to suffer for it.
        Err(error) if questions.len() > 1 && is_of_one(&error) => {
            for (question, reply) in questions.iter().zip(replies) {
                let answer = oracle.answer(std::slice::from_ref(question)).await;
                let answer = answer.map_err(Unanswered::from);
                drop(
                    reply.send(answer.and_then(|answers| answers.into_iter().next().ok_or(Unanswered::Lost))),
                );
            }
        }
        Err(error) => {
            let error = Unanswered::from(error);
            for reply in replies {
                drop(reply.send(Err(error.clone())));
            }
        }
    }
}

/// Whether it may be about one question alone: what it is of, or what was found.
fn is_of_one(error: &db::Error) -> bool {
    error.blames_arguments() || matches!(error, db::Error::Answer { .. })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Doubles numbers, remembers its calls, fails on 13 and on 14, the server's fault and that question's, and answers too few where 7 is asked.
    #[derive(Debug, Default)]
    struct Doubler(Mutex<Vec<usize>>);

    impl Oracle for Arc<Doubler> {
        type Question = u32;
        type Answer = u32;
        const BATCH: usize = 10;

        async fn answer(&self, questions: &[u32]) -> Result<Vec<u32>, db::Error> {
            self.0.lock().expect("no panic").push(questions.len());
            if questions.contains(&13) {
                return Err(db::Error::PoolExhausted);
            }
            if questions.contains(&14) {
                let source = serde_json::from_str::<u32>("fourteen").expect_err("no number");
                return Err(db::Error::Answer { routine: "double", source });
            }
            let known = questions.iter().filter(|question| **question != 7);
            Ok(known.map(|question| question * 2).collect())
        }
    }

    fn start(doubler: &Arc<Doubler>) -> (Gathered<Arc<Doubler>>, CancellationToken) {
        let stop = CancellationToken::new();
        (Gathered::start(Arc::clone(doubler), &TaskTracker::new(), &stop), stop)
    }

    #[tokio::test]
    async fn who_asks_at_the_same_moment_is_answered_by_one_call() {
        let doubler = Arc::default();
        let (gathered, _stop) = start(&doubler);
        let answers = futures::future::join_all((100..125).map(|number| gathered.ask(number))).await;
        let answers: Vec<u32> = answers.into_iter().map(|answer| answer.expect("an answer")).collect();
        assert_eq!(answers, (100..125).map(|number| number * 2).collect::<Vec<_>>());
        assert_eq!(*doubler.0.lock().expect("no panic"), [10, 10, 5]);
    }

    #[tokio::test]
    async fn what_can_not_be_read_is_one_questions_trouble_alone() {
        let (gathered, _stop) = start(&Arc::default());
        let (one, other, last) = tokio::join!(gathered.ask(1), gathered.ask(14), gathered.ask(2));
        assert_eq!((one.expect("an answer"), last.expect("an answer")), (2, 4));
        assert!(matches!(other, Err(Unanswered::Database(_))), "{other:?}");
    }

    #[tokio::test]
    async fn an_error_of_the_server_is_everybodys_and_what_is_missing_is_lost() {
        let (gathered, stop) = start(&Arc::default());
        let (one, other) = tokio::join!(gathered.ask(1), gathered.ask(13));
        assert!(matches!((one, other), (Err(Unanswered::Database(_)), Err(Unanswered::Database(_)))));
        assert!(matches!(gathered.ask(7).await, Err(Unanswered::Lost)));
        assert_eq!(gathered.ask(2).await.expect("it goes on"), 4);
        stop.cancel();
        while !gathered.0.is_closed() {
            tokio::task::yield_now().await;
        }
        assert!(matches!(gathered.ask(2).await, Err(Unanswered::Lost)));
    }
}
