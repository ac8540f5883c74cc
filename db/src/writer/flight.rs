//! A batch on its way to the database and back.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::{
    task::{JoinError, JoinSet},
    time::{Instant, timeout},
};

use super::{Gatherer, Reply, WriterError, queue::Thing, rescue};
use crate::{Command, Outcome, call::Write};

/// A call that takes longer waits for somebody: others may go beside it.
const SWIFT: Duration = Duration::from_millis(250);
/// Parts of a batch that failed as a whole that are tried again at the same time.
const PARTS: usize = 4;

/// Whose command it is.
pub(super) struct Guest {
    pub(super) reply: Reply,
    pub(super) things: Box<[Thing]>,
}

/// Commands that are written in one call. Whatever becomes of it, its things are free when it is dropped.
pub(super) struct Flight<W> {
    pub(super) gatherer: Arc<Gatherer<W>>,
    pub(super) commands: Vec<Command<W>>,
    pub(super) guests: Vec<Guest>,
    /// When its commands are answered whatever is known, once a call of them has failed.
    pub(super) rescued_until: Option<Instant>,
}

impl<W> Flight<W> {
    pub(super) fn new(gatherer: Arc<Gatherer<W>>, commands: Vec<Command<W>>, guests: Vec<Guest>) -> Self {
        Self { gatherer, commands, guests, rescued_until: None }
    }

    /// Answers everybody, in order.
    pub(super) fn answer(mut self, outcomes: impl IntoIterator<Item = Result<Outcome, WriterError>>) {
        self.release();
        for (guest, outcome) in self.guests.drain(..).zip(outcomes) {
            // A client that has gone needs no answer; its write is done all the same.
            drop(guest.reply.send(outcome));
        }
    }

    /// Its commands in parts; `part_of` says in which each goes.
    pub(super) fn split(mut self, mut part_of: impl FnMut(usize) -> usize) -> Vec<Self> {
        let mut parts: Vec<Self> = Vec::new();
        let all = std::mem::take(&mut self.commands).into_iter().zip(std::mem::take(&mut self.guests));
        for (at, (command, guest)) in all.enumerate() {
            let part = part_of(at);
            while parts.len() <= part {
                let gatherer = Arc::clone(&self.gatherer);
                let (commands, guests, rescued_until) = (Vec::new(), Vec::new(), self.rescued_until);
                parts.push(Self { gatherer, commands, guests, rescued_until });
            }
            parts[part].commands.push(command);
            parts[part].guests.push(guest);
        }
        parts.retain(|part| !part.commands.is_empty());
        parts
    }

    fn release(&mut self) {
        let mut state = self.gatherer.lock();
        for guest in &mut self.guests {
            state.queue.release(&std::mem::take(&mut guest.things));
        }
    }
}

impl<W> Drop for Flight<W> {
    fn drop(&mut self) {
        if !self.guests.is_empty() {
            self.release();
        }
    }
}

/// Writes a batch, and sends the next ones off.
pub(super) async fn fly<W: Write>(flight: Flight<W>) {
    let gatherer = Arc::clone(&flight.gatherer);
    #[expect(clippy::cast_precision_loss, reason = "a count of commands")]
    metrics::histogram!("holdfast_db_write_batch_commands", "routine" => gatherer.kind)
        .record(flight.commands.len() as f64);
    let mut writing = Box::pin(write(flight));
    let is_over = timeout(SWIFT, &mut writing).await.is_ok();
    let is_aside = !is_over && gatherer.step_aside();
    if !is_over {
        writing.await;
    }
    let mut state = gatherer.lock();
    let place = if is_aside { &mut state.aside } else { &mut state.in_lanes };
    *place -= 1;
    gatherer.launch(state);
}

/// Writes a batch and, if it fails as a whole, its parts.
async fn write<W: Write>(flight: Flight<W>) {
    let gatherer = Arc::clone(&flight.gatherer);
    let (mut parts, mut calls) = (VecDeque::from([flight]), JoinSet::new());
    loop {
        while calls.len() < PARTS
            && let Some(part) = parts.pop_front()
        {
            calls.spawn(rescue::write_or_split(part));
        }
        match calls.join_next().await {
            None => return,
            Some(Ok(more)) => parts.extend(more),
            Some(Err(error)) => tell_panic(gatherer.kind, &error),
        }
        if !calls.is_empty() || !parts.is_empty() {
            // What is over is in nobody's way any more, though the rest of its batch is not.
            gatherer.launch(gatherer.lock());
        }
    }
}

fn tell_panic(routine: &'static str, error: &JoinError) {
    if error.is_panic() {
        tracing::error!(routine, %error, "a call ended by a panic; its clients don't know what became of it");
    }
}

impl<W: Write> Gatherer<W> {
    /// Gives a lane back while a call goes on; not to more than as many again as there are lanes.
    fn step_aside(self: &Arc<Self>) -> bool {
        let mut state = self.lock();
        if state.aside >= self.settings.lanes.max(1) {
            return false;
        }
        state.aside += 1;
        state.in_lanes -= 1;
        self.launch(state);
        true
    }
}
