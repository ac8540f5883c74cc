//! What each move changes.

use super::{
    Rules,
    model::{Move, Sight, Way},
    parts::{Answer, Phase, Sender, Worker},
    state::{Believed, Booking, Breach, Call, Ledger, Operation, Progress, State},
};

impl State {
    pub(super) fn play(&mut self, rules: &Rules, action: Move) {
        match action {
            Move::Claim(worker) => self.claim(rules, worker),
            Move::LookUp(worker, sight) => self.look_up(rules, worker, sight),
            Move::Send(worker) => {
                let at = &mut self.workers[worker];
                if let Phase::Ready { settled } = at.phase {
                    let by = if at.is_fresh { Sender::Holder } else { Sender::Sleeper };
                    at.phase = Phase::Asking { settled, by };
                }
            }
            Move::Arrive(worker, way) => {
                let at = self.workers[worker];
                self.work_for(worker, way);
                self.workers[worker].phase = Phase::Holding(self.answer(at, way));
            }
            Move::LoseAnswer(worker, way) => {
                self.work_for(worker, way);
                self.know_nothing(worker);
            }
            Move::LoseRequest(worker) => self.know_nothing(worker),
            Move::TimeOut(worker) => {
                self.let_go(worker);
                self.know_nothing(worker);
            }
            Move::ArriveLate(key, way) => {
                let by = self.key(key).loose.take().unwrap_or(Sender::Holder);
                self.work(key, way, by);
            }
            Move::Evaporate(key) => self.key(key).loose = None,
            Move::Record(worker) => self.record_by(rules, worker, true),
            Move::RecordUntold(worker) => self.record_by(rules, worker, false),
            Move::HandBack(worker) => {
                self.left.hand_backs -= 1;
                self.workers[worker].phase = Phase::Holding(Answer::HandedBack);
            }
            Move::Crash(worker) => {
                self.left.crashes -= 1;
                self.let_go(worker);
                self.workers[worker] = Worker::IDLE;
            }
            Move::Reconcile(key) => self.key(key).believed = Believed::GivenBack,
            _ => self.play_around(rules, action),
        }
    }

    /// What the queue, time and people do.
    fn play_around(&mut self, rules: &Rules, action: Move) {
        match action {
            Move::LeaseEnds => {
                if let Some(sleeper) = self.workers.iter_mut().find(|worker| worker.is_fresh) {
                    sleeper.is_fresh = false;
                    self.left.pauses -= 1;
                }
                self.saga.is_held = false;
            }
            Move::Due => self.saga.put_off = false,
            Move::Webhook => {
                // It is no more than a hint: what waits is looked at now. Known and closed, it is ignored.
                self.left.webhooks -= 1;
                let told = |open: Operation| self.keys[usize::from(open.key)].ledger.is_done();
                self.saga.put_off &= !self.saga.operation.is_some_and(told);
            }
            Move::LoseMessage => {
                self.left.messages -= 1;
                self.saga.message = false;
            }
            Move::Rescue => {
                if self.saga.message {
                    self.left.messages -= 1;
                    self.saga.second = true;
                } else {
                    self.saga.message = true;
                }
            }
            Move::Cancel => {
                self.left.cancels = self.left.cancels.saturating_sub(1);
                self.booking = Booking::Cancelled;
                self.unwind(rules);
            }
            Move::PayAgain => {
                self.left.attempts -= 1;
                self.open(Call::Authorize);
                self.saga.progress = Progress::Running;
                self.saga.message = true;
            }
            Move::Grant => {
                self.left.grants -= 1;
                self.is_due = false;
                self.begin_refund();
            }
            _ => (),
        }
        // Whoever claims a saga that is through drops its messages.
        if !self.is_moving() {
            (self.saga.message, self.saga.second) = (false, false);
        }
    }

    fn work_for(&mut self, worker: usize, way: Way) {
        let at = self.workers[worker];
        if let Phase::Asking { by, .. } = at.phase {
            self.work(at.key, way, by);
        }
    }

    /// The gateway's own ledger: a key is worked once.
    fn work(&mut self, key: u8, way: Way, by: Sender) {
        let found = self.keys[usize::from(key)];
        if found.ledger != Ledger::Absent {
            return;
        }
        let ledger = match way {
            Way::Work if self.is_possible(found.call, found.about) => match by {
                Sender::Holder => Ledger::Done,
                Sender::Sleeper => Ledger::DoneBySleeper,
            },
            Way::Work => Ledger::Declined,
            Way::Decline => {
                self.left.declines -= 1;
                Ledger::Declined
            }
            Way::Fail => {
                self.left.errors -= 1;
                Ledger::Absent
            }
            Way::Spoil => {
                self.left.errors -= 1;
                Ledger::Spent
            }
        };
        self.key(key).ledger = ledger;
    }

    /// A gateway that refuses what it must and little more: it would capture twice, under two keys. It gives back no
    /// more than it took, as all do. The checker shows why that is leant upon: a refund that was given up, and is then
    /// done after all by a worker that slept before it sent, would be followed by a second when the booking is cancelled.
    fn is_possible(&self, call: Call, about: u8) -> bool {
        let has =
            |call| self.keys.iter().any(|key| key.call == call && key.about == about && key.ledger.is_done());
        match call {
            Call::Authorize => true,
            Call::Capture => !has(Call::Void),
            Call::Void => !has(Call::Capture),
            Call::Refund => has(Call::Capture) && !has(Call::Refund),
        }
    }

    fn answer(&self, at: Worker, way: Way) -> Answer {
        match self.keys[usize::from(at.key)].ledger {
            Ledger::Done | Ledger::DoneBySleeper => Answer::Done,
            Ledger::Declined => Answer::Declined,
            Ledger::Absent if way == Way::Fail => at.phase.failed(),
            // A spoilt key answers with an error that says nothing of what was done.
            Ledger::Absent | Ledger::Spent => Answer::Unknown,
        }
    }

    fn look_up(&mut self, rules: &Rules, worker: usize, sight: Sight) {
        if sight == Sight::Lost {
            return self.know_nothing(worker);
        }
        self.workers[worker].phase = match self.keys[usize::from(self.workers[worker].key)].ledger {
            Ledger::Done | Ledger::DoneBySleeper => Phase::Holding(Answer::Done),
            Ledger::Declined => Phase::Holding(Answer::Declined),
            Ledger::Spent => Phase::Holding(Answer::SpentKey),
            Ledger::Absent => Phase::Ready { settled: sight == Sight::Settled || !rules.lets_settle },
        };
    }

    fn know_nothing(&mut self, worker: usize) {
        self.left.losses -= 1;
        self.workers[worker].phase = Phase::Holding(Answer::Unknown);
    }

    /// Nobody waits any more for a request that is on its way.
    fn let_go(&mut self, worker: usize) {
        let at = self.workers[worker];
        if let Phase::Asking { by, .. } = at.phase {
            let loose = &mut self.key(at.key).loose;
            // Of two, the one that may be known of counts.
            *loose = Some(loose.map_or(by, |other| other.min(by)));
        }
    }

    fn record_by(&mut self, rules: &Rules, worker: usize, is_told: bool) {
        let by = self.workers[worker];
        let Phase::Holding(answer) = by.phase else { return };
        if is_told {
            self.workers[worker] = Worker::IDLE;
        } else {
            self.left.losses -= 1;
        }
        let before = (self.saga, self.money, self.booking, self.keys.clone());
        self.record(rules, by, answer);
        let is_changed = before != (self.saga, self.money, self.booking, self.keys.clone());
        if is_changed && !by.is_fresh && rules.watches_the_fence {
            self.breach = Some(Breach::Fence);
        }
        self.play_around(rules, Move::Record(worker));
    }
}
