//! Plays the sequence: everything that is free to go, the earliest first, so many at once.

use std::{cmp::Reverse, collections::BinaryHeap};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};

use super::{
    captures::{Captures, Waiting},
    error::ReplayError,
    graph::Graph,
    journal::{Answer, Answers, Journal},
    plan::{Deed, Plan},
    progress::Progress,
    send::Sender,
};

/// What has come of a stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing yet.
    #[default]
    Open,
    /// It found a night sold out.
    Refused,
    /// It was booked; the booking's global id.
    Booked(String),
    /// It was booked, paid and cancelled.
    Cancelled(String),
}

type Flight<'run> = BoxFuture<'run, (usize, Result<Answer, ReplayError>)>;

/// A replay on its way.
pub(super) struct Drive<'run> {
    plan: &'run Plan,
    sender: &'run Sender<'run>,
    progress: &'run Progress,
    journal: Journal,
    graph: Graph,
    fates: Vec<Fate>,
    /// By position: no longer to be started, because it was, or was answered in an earlier run.
    started: Vec<bool>,
    ready: BinaryHeap<Reverse<usize>>,
    in_flight: FuturesUnordered<Flight<'run>>,
    captures: Captures,
}

impl<'run> Drive<'run> {
    /// A replay of which nothing is sent yet.
    pub(super) fn new(sender: &'run Sender<'run>, journal: Journal, progress: &'run Progress) -> Self {
        let plan = sender.plan;
        Self {
            plan,
            sender,
            progress,
            journal,
            graph: Graph::new(plan),
            fates: vec![Fate::Open; plan.stays.len()],
            started: vec![false; plan.sequence.len()],
            ready: BinaryHeap::new(),
            in_flight: FuturesUnordered::new(),
            captures: Captures::start(sender.client.clone()),
        }
    }

    /// Takes over what earlier runs wrote down, by row.
    pub(super) fn recall(&mut self, answers: Answers) -> Result<(), ReplayError> {
        let mut positions = vec![[None; 2]; self.plan.rows + 1];
        for (position, operation) in self.plan.sequence.iter().enumerate() {
            positions[self.plan.stays[operation.stay].row][usize::from(operation.deed == Deed::Cancel)] =
                Some(position);
        }
        self.progress.skip(answers.len());
        for (row, answer) in answers {
            let cancelled = usize::from(answer == Answer::Cancelled);
            let known =
                positions.get(row).and_then(|of_row| of_row[cancelled]).filter(|at| !self.started[*at]);
            let Some(position) = known else {
                return Err(self.journal.broken(format!("an answer for row {row} that can't be")));
            };
            self.started[position] = true;
            self.settle_fate(position, answer)?;
            self.graph.answered(position);
        }
        Ok(())
    }

    /// Plays what is left; what came of each stay.
    pub(super) async fn run(mut self, concurrency: usize) -> Result<Vec<Fate>, ReplayError> {
        for position in 0..self.plan.sequence.len() {
            if self.graph.is_free(position) {
                self.start(position);
            }
        }
        loop {
            while self.in_flight.len() < concurrency.max(1)
                && let Some(Reverse(position)) = self.ready.pop()
            {
                self.in_flight.push(self.flight(position));
            }
            if self.in_flight.is_empty() && self.captures.waiting() == 0 {
                break;
            }
            tokio::select! {
                Some((position, answer)) = self.in_flight.next() => self.answered(position, answer?)?,
                paid = self.captures.next(), if self.captures.waiting() > 0 => self.ready.push(Reverse(paid?)),
            }
        }
        debug_assert!(self.started.iter().all(|started| *started), "an operation waits for itself");
        Ok(self.fates)
    }

    /// Sends an operation on its way.
    fn flight(&self, position: usize) -> Flight<'run> {
        let (sender, stay) = (self.sender, self.plan.sequence[position].stay);
        match self.fates[stay].clone() {
            Fate::Booked(booking) => async move { (position, sender.cancel(stay, &booking).await) }.boxed(),
            _ => async move { (position, sender.create(stay).await) }.boxed(),
        }
    }

    /// Writes an answer down, and only then lets those follow that waited for it.
    fn answered(&mut self, position: usize, answer: Answer) -> Result<(), ReplayError> {
        self.journal.write(self.plan.stays[self.plan.sequence[position].stay].row, &answer)?;
        self.settle_fate(position, answer)?;
        self.release(position);
        Ok(())
    }

    fn settle_fate(&mut self, position: usize, answer: Answer) -> Result<(), ReplayError> {
        let stay = self.plan.sequence[position].stay;
        let fate = match (std::mem::take(&mut self.fates[stay]), answer) {
            (Fate::Open, Answer::Accepted(booking)) => Fate::Booked(booking),
            (Fate::Open, Answer::Refused) => Fate::Refused,
            (Fate::Booked(booking), Answer::Cancelled) => Fate::Cancelled(booking),
            (fate, answer) => {
                return Err(self
                    .journal
                    .broken(format!("{} is {fate:?}, then {answer:?}", self.plan.place(stay))));
            }
        };
        self.fates[stay] = fate;
        Ok(())
    }

    /// Starts what waited for this operation alone.
    fn release(&mut self, position: usize) {
        self.progress.advance(1);
        for follower in self.graph.answered(position) {
            self.start(follower);
        }
    }

    /// An operation that waits for nothing any more, but perhaps for its own payment.
    fn start(&mut self, position: usize) {
        if std::mem::replace(&mut self.started[position], true) {
            return;
        }
        let operation = self.plan.sequence[position];
        match (operation.deed, &self.fates[operation.stay]) {
            (Deed::Create, _) => self.ready.push(Reverse(position)),
            (Deed::Cancel, Fate::Booked(booking)) => {
                let place = self.plan.place(operation.stay);
                self.captures.ask(Waiting { position, booking: booking.clone(), place });
            }
            // A refused booking has nothing to cancel; those behind it in the order go on.
            (Deed::Cancel, _) => self.release(position),
        }
    }
}
