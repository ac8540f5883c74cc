//! What can happen, and when: two workers, a gateway, a network, a customer and time, each at the worst moment.

use stateright::{Model, Property};

use super::{
    Rules,
    parts::{Answer, Budget, Phase, Sender, Worker},
    properties,
    state::{Booking, Ledger, Progress, State, Step},
};

/// One move of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Claim(usize),
    LookUp(usize, Sight),
    Send(usize),
    /// A request arrives at the gateway, and its answer at the worker.
    Arrive(usize, Way),
    /// A request arrives, and its answer is lost.
    LoseAnswer(usize, Way),
    LoseRequest(usize),
    /// The worker waits no longer; the request is still on its way.
    TimeOut(usize),
    ArriveLate(u8, Way),
    Evaporate(u8),
    Record(usize),
    /// It is recorded, and the connection breaks before the worker is told: it records again.
    RecordUntold(usize),
    HandBack(usize),
    Crash(usize),
    /// A lease ends: its worker was killed, or sleeps.
    LeaseEnds,
    /// The pause after a failure is over.
    Due,
    Webhook,
    LoseMessage,
    Rescue,
    /// The hold ends, or the customer cancels.
    Cancel,
    PayAgain,
    Grant,
    Reconcile(u8),
}

/// What the gateway does about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// What is right: what it answered before, or what was asked, or a refusal of what can't be.
    Work,
    Decline,
    /// Nothing, and says so.
    Fail,
    /// Nothing, answers with an error, and will do so for ever under this key.
    Spoil,
}

/// What a look-up finds when the gateway does not know the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    Clear,
    /// Nothing, and so long after the last request that none can be on its way.
    Settled,
    Lost,
}

/// The protocol, with what may go wrong and the rules it is played by.
#[derive(Clone, Debug)]
pub(super) struct Protocol {
    pub(super) rules: Rules,
    pub(super) budget: Budget,
}

impl Model for Protocol {
    type State = State;
    type Action = Move;

    fn init_states(&self) -> Vec<State> {
        let mut first = State::accepted(self.budget);
        first.log(&self.rules, Step::Reserve);
        vec![first]
    }

    fn actions(&self, state: &State, moves: &mut Vec<Move>) {
        // What has gone wrong is reported by a property; nothing after it says more.
        if state.breach.is_some() {
            return;
        }
        for number in 0..state.workers.len() {
            state.worker_moves(number, moves);
        }
        state.gateway_moves(moves);
        state.queue_moves(moves);
        // Nobody pays, and the hold runs out in the end, whatever the budget says.
        let runs_out = state.saga.progress == Progress::Waiting;
        if state.booking != Booking::Cancelled && (state.left.cancels > 0 || runs_out) {
            moves.push(Move::Cancel);
        }
        if state.saga.progress == Progress::Waiting && state.left.attempts > 0 {
            moves.push(Move::PayAgain);
        }
        if state.booking == Booking::Confirmed && state.is_due && state.left.grants > 0 {
            moves.push(Move::Grant);
        }
    }

    fn next_state(&self, last: &State, action: Move) -> Option<State> {
        let mut next = last.clone();
        next.play(&self.rules, action);
        next.workers.sort_unstable();
        (next != *last).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

impl State {
    fn worker_moves(&self, number: usize, moves: &mut Vec<Move>) {
        let left = &self.left;
        let worker = self.workers[number];
        match worker.phase {
            Phase::Idle => {
                let message = self.saga.message && !self.saga.put_off || self.saga.second;
                if message && self.is_moving() && !self.saga.is_held {
                    moves.push(Move::Claim(number));
                }
                return;
            }
            Phase::Doubting => {
                moves.push(Move::LookUp(number, Sight::Clear));
                let is_absent = self.keys[usize::from(worker.key)].ledger == Ledger::Absent;
                if is_absent && !self.is_on_its_way(worker.key) {
                    moves.push(Move::LookUp(number, Sight::Settled));
                }
                if left.losses > 0 {
                    moves.push(Move::LookUp(number, Sight::Lost));
                }
            }
            Phase::Ready { .. } => {
                moves.push(Move::Send(number));
                if left.hand_backs > 0 {
                    moves.push(Move::HandBack(number));
                }
            }
            Phase::Asking { .. } => {
                let ways = self.ways(worker.key);
                moves.extend(ways.iter().map(|way| Move::Arrive(number, *way)));
                if left.losses > 0 {
                    moves.extend([Move::LoseAnswer(number, Way::Work), Move::LoseRequest(number)]);
                    moves.push(Move::TimeOut(number));
                }
            }
            Phase::Holding(_) => {
                moves.push(Move::Record(number));
                if left.losses > 0 {
                    moves.push(Move::RecordUntold(number));
                }
            }
        }
        if left.crashes > 0 {
            moves.push(Move::Crash(number));
        }
    }

    fn gateway_moves(&self, moves: &mut Vec<Move>) {
        for (number, key) in (0..).zip(&self.keys) {
            if key.loose.is_some() {
                moves.extend(self.ways(number).into_iter().map(|way| Move::ArriveLate(number, way)));
                moves.push(Move::Evaporate(number));
            }
            if key.is_stray() {
                moves.push(Move::Reconcile(number));
            }
        }
        let anything_done = self.keys.iter().any(|key| key.ledger.is_done());
        if self.left.webhooks > 0 && anything_done {
            moves.push(Move::Webhook);
        }
    }

    fn queue_moves(&self, moves: &mut Vec<Move>) {
        let saga = &self.saga;
        let holder_lives = self.workers.iter().any(|worker| worker.is_fresh);
        if saga.is_held && (!holder_lives || self.left.pauses > 0) {
            moves.push(Move::LeaseEnds);
        }
        if saga.put_off {
            moves.push(Move::Due);
        }
        if self.is_moving() {
            if saga.message && self.left.messages > 0 {
                moves.push(Move::LoseMessage);
            }
            let is_stranded = !saga.message && !saga.second;
            if !saga.is_held && (is_stranded || self.left.messages > 0 && !saga.second) {
                moves.push(Move::Rescue);
            }
        }
    }

    fn ways(&self, key: u8) -> Vec<Way> {
        let mut ways = vec![Way::Work];
        if self.keys[usize::from(key)].ledger == Ledger::Absent {
            if self.left.declines > 0 {
                ways.push(Way::Decline);
            }
            if self.left.errors > 0 {
                ways.extend([Way::Fail, Way::Spoil]);
            }
        }
        ways
    }

    /// Whether a request that was sent under a lease may still arrive.
    pub(super) fn is_on_its_way(&self, key: u8) -> bool {
        let is_asking =
            |w: &Worker| w.key == key && matches!(w.phase, Phase::Asking { by: Sender::Holder, .. });
        self.keys[usize::from(key)].loose == Some(Sender::Holder) || self.workers.iter().any(is_asking)
    }
}

impl Phase {
    /// What a request that was sent now says of earlier ones when it fails.
    pub(super) fn failed(self) -> Answer {
        Answer::Failed { doubt_over: matches!(self, Self::Asking { settled: true, .. }) }
    }
}
