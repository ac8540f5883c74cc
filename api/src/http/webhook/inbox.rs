//! Many events, one commit: what comes in while a call is under way is written down together by the next.

use db::{Db, Error, Webhook};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

use crate::graphql::chain;

/// Events in one call at most.
const BATCH: usize = 500;
/// Events that may wait; beyond it the gateway is told to send again later.
const QUEUE: usize = 4_096;

struct Pending {
    event: Webhook,
    /// Told whether it was new; dropped when it could not be written down.
    reply: oneshot::Sender<bool>,
}

/// The way in for webhooks; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Inbox {
    queue: mpsc::Sender<Pending>,
}

impl Inbox {
    /// Starts its lane on `tracker`; that ends when every clone of the inbox is gone.
    pub(crate) fn start(db: &Db, tracker: &TaskTracker) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tracker.spawn(run(db.clone(), waiting));
        Self { queue }
    }

    /// Waits until an event is written down: whether it was new, or none when it could not be.
    pub(super) async fn receive(&self, event: Webhook) -> Option<bool> {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Pending { event, reply }).ok()?;
        answer.await.ok()
    }
}

async fn run(db: Db, mut waiting: mpsc::Receiver<Pending>) {
    loop {
        let mut batch = Vec::new();
        if waiting.recv_many(&mut batch, BATCH).await == 0 {
            return;
        }
        write(&db, batch).await;
    }
}

/// Writes a batch; one that the database refuses as a whole is halved until the culprit stands alone.
async fn write(db: &Db, batch: Vec<Pending>) {
    let mut halves = vec![batch];
    while let Some(batch) = halves.pop() {
        let (mut events, mut replies): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|pending| (pending.event, pending.reply)).unzip();
        match write_patiently(db, &events).await {
            Ok(answers) => {
                for (reply, answer) in replies.into_iter().zip(answers) {
                    // A gateway that has hung up sends again, and finds that we know it.
                    let _ = reply.send(answer.is_new);
                }
            }
            Err(Error::Database(_)) if events.len() > 1 => {
                let half = events.len() / 2;
                let back = events.split_off(half).into_iter().zip(replies.split_off(half));
                let front = events.into_iter().zip(replies);
                let pending = |(event, reply)| Pending { event, reply };
                halves.extend([back.map(pending).collect(), front.map(pending).collect()]);
            }
            Err(error) => {
                tracing::error!(
                    error = chain(&error),
                    events = events.len(),
                    "webhooks could not be written down"
                );
            }
        }
    }
}

/// Once more when it lost against others, or its connection was gone: an event is written down once, however often.
async fn write_patiently(db: &Db, events: &[Webhook]) -> Result<Vec<db::ReceivedWebhook>, Error> {
    match db.receive_webhooks(events).await {
        Err(error) if error.worth_retrying() => {
            tracing::debug!(%error, "writing webhooks down again");
            db.receive_webhooks(events).await
        }
        result => result,
    }
}
