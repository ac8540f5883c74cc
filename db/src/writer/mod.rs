//! Many clients, one commit: commands that wait at the same moment are written together.
//!
//! A lone command goes at once; while calls are in flight, the next batch gathers. The write belongs to the writer,
//! not to the client: a client that goes away does not cancel it.
//!
//! - [`queue`]: who waits, and who goes next
//! - [`flight`]: a batch on its way
//! - [`rescue`]: what becomes of a batch that fails as a whole

mod flight;
mod queue;
mod rescue;

use std::{
    fmt,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

use crate::{Command, Db, Error, Outcome, call::Write, pool::name_of};
use flight::{Flight, Guest};
use queue::{Full, Queue, Thing, Waiting};

/// How commands are gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriterSettings {
    /// Calls in flight for one kind of command, at least 1. As many again may be under way while these take long. The
    /// default is 2: one is worked while the other commits.
    pub lanes: usize,
    /// Commands in one call at most, at least 1. The default is 100.
    pub batch: usize,
    /// Commands of one kind that may wait, at least 1; beyond it the system says so instead of letting clients time
    /// out. Half of them may want the same thing. The default is 4,096.
    pub queue: usize,
}

impl Default for WriterSettings {
    fn default() -> Self {
        Self { lanes: 2, batch: 100, queue: 4_096 }
    }
}

/// Why a command has no outcome.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriterError {
    /// Too many commands wait already; nothing was written.
    #[error("too many commands wait to be written")]
    Overloaded,
    /// The call failed; whether it was written is known only by asking again with the same key.
    #[error("the command could not be written")]
    Failed(#[source] Arc<Error>),
    /// The call ended by a panic; whether it was written is known only by asking again with the same key.
    #[error("the call that wrote the command broke off")]
    Lost,
}

/// The way in for one kind of command; cheap to clone.
pub struct Writer<W>(Arc<Gatherer<W>>);

impl<W> Clone for Writer<W> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<W> fmt::Debug for Writer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl<W: Write> Writer<W> {
    /// A writer whose calls are tasks of `tracker`: while a command waits or is written, there is one.
    pub fn start(db: &Db, settings: WriterSettings, tracker: &TaskTracker) -> Self {
        let state = State { queue: Queue::new(settings.queue.max(1)), in_lanes: 0, aside: 0 };
        Self(Arc::new(Gatherer {
            db: db.clone(),
            settings,
            tracker: tracker.clone(),
            kind: name_of(W::ROUTINE),
            state: Mutex::new(state),
        }))
    }

    /// Waits for the outcome of one command.
    pub async fn submit(&self, command: Command<W>) -> Result<Outcome, WriterError> {
        let (reply, outcome) = oneshot::channel();
        self.0.enter(command, reply)?;
        outcome.await.map_err(|_| WriterError::Lost)?
    }
}

/// What tells a client what became of its command.
type Reply = oneshot::Sender<Result<Outcome, WriterError>>;

/// What all calls of one kind share.
struct Gatherer<W> {
    db: Db,
    settings: WriterSettings,
    tracker: TaskTracker,
    /// The routine, for metrics.
    kind: &'static str,
    state: Mutex<State<W>>,
}

/// A command, and who waits for its outcome.
type Pending<W> = Box<(Command<W>, Reply)>;

struct State<W> {
    queue: Queue<Pending<W>>,
    /// Calls in flight that count.
    in_lanes: usize,
    /// Calls in flight that take so long that others may go beside them.
    aside: usize,
}

impl<W> Gatherer<W> {
    fn lock(&self) -> MutexGuard<'_, State<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Write> Gatherer<W> {
    /// Takes a command in, and sends it off when nothing is in its way.
    fn enter(self: &Arc<Self>, command: Command<W>, reply: Reply) -> Result<(), WriterError> {
        let things = things_of(&command);
        let mut state = self.lock();
        let is_ready = state.queue.push(Box::new((command, reply)), things).map_err(|Full| {
            metrics::counter!("holdfast_db_writes_overloaded_total", "routine" => self.kind).increment(1);
            WriterError::Overloaded
        })?;
        // While a lane is free, everything else that waits has something in its way.
        if is_ready && state.in_lanes < self.settings.lanes.max(1) {
            let lone = state.queue.take_last();
            self.send_off(&mut state, lone);
        }
        self.tell_depth(&state);
        Ok(())
    }

    /// Sends off what can go.
    fn launch(self: &Arc<Self>, mut state: MutexGuard<'_, State<W>>) {
        while state.in_lanes < self.settings.lanes.max(1) {
            let batch = state.queue.take(self.settings.batch.max(1));
            if batch.is_empty() {
                break;
            }
            self.send_off(&mut state, batch);
        }
        self.tell_depth(&state);
    }

    fn send_off(self: &Arc<Self>, state: &mut State<W>, batch: Vec<Waiting<Pending<W>>>) {
        state.in_lanes += 1;
        let waited = metrics::histogram!("holdfast_db_write_wait_seconds", "routine" => self.kind);
        let (mut commands, mut guests) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
        for waiting in batch {
            waited.record(waiting.since.elapsed().as_secs_f64());
            let (command, reply) = *waiting.item;
            commands.push(command);
            guests.push(Guest { reply, things: waiting.things });
        }
        self.tracker.spawn(flight::fly(Flight::new(Arc::clone(self), commands, guests)));
    }

    fn tell_depth(&self, state: &State<W>) {
        #[expect(clippy::cast_precision_loss, reason = "a count of commands")]
        metrics::gauge!("holdfast_db_write_queue", "routine" => self.kind).set(state.queue.len() as f64);
    }
}

/// What a command must not share with a call in flight: the rows it names, and its key, for which its twin waits.
fn things_of<W: Write>(command: &Command<W>) -> Box<[Thing]> {
    let mut key = DefaultHasher::new();
    (&command.actor.subject, &command.key).hash(&mut key);
    let mut things: Vec<Thing> = command.write.locks().iter().map(uuid::Uuid::as_u128).collect();
    things.push(Thing::from(key.finish()));
    things.sort_unstable();
    things.dedup();
    things.into()
}
