//! What the routines of `sql/saga` and `sql/booking` do in one transaction each, step by step as they do it.

use super::{
    Rules,
    parts::{Answer, Phase, Worker},
    state::{Believed, Booking, Breach, Call, Key, Kind, Ledger, Operation, Progress, State, Step},
};

/// Classified failures of a step, after which it is given up: five in `saga.definition`, fewer here.
pub(super) const MAX_FAILURES: u8 = 2;

impl State {
    /// `saga.claim_steps`: a lease, and the step's doubt as it was before.
    pub(super) fn claim(&mut self, rules: &Rules, worker: usize) {
        let Some(operation) = self.saga.operation else { return };
        let key = if rules.same_key { operation.key } else { self.open(operation.call) };
        self.saga.was_in_doubt = self.saga.in_doubt;
        self.saga.in_doubt = true;
        self.saga.is_held = true;
        let phase = if self.saga.was_in_doubt { Phase::Doubting } else { Phase::Ready { settled: false } };
        for other in &mut self.workers {
            other.is_fresh = false;
        }
        self.workers[worker] = Worker { phase, is_fresh: true, key };
    }

    /// `saga.record_steps`: under the lease it was claimed with, and once.
    pub(super) fn record(&mut self, rules: &Rules, by: Worker, answer: Answer) {
        let is_open = self.saga.operation.is_some_and(|operation| operation.key == by.key);
        let is_held = by.is_fresh && self.saga.is_held;
        if self.has_ended() || !is_open || rules.fenced && !is_held {
            return;
        }
        self.saga.is_held = false;
        match answer {
            Answer::Done => self.follow_success(rules, by.key),
            Answer::Declined => self.refuse(rules, by.key),
            Answer::SpentKey => self.fail(rules, by.key, true),
            Answer::Failed { doubt_over } => {
                if !self.saga.was_in_doubt || doubt_over || !rules.doubts_failures {
                    self.fail(rules, by.key, false);
                } else {
                    self.doubt(rules, by.key);
                }
            }
            Answer::Unknown => self.doubt(rules, by.key),
            Answer::HandedBack => {
                self.saga.in_doubt = self.saga.was_in_doubt;
                self.saga.put_off = true;
            }
        }
        self.saga.message = self.is_moving();
    }

    fn doubt(&mut self, rules: &Rules, key: u8) {
        if !rules.unknown_waits {
            return self.refuse(rules, key);
        }
        self.log_call(rules, key);
        self.saga.put_off = true;
    }

    /// A failure that counts: nothing was done.
    fn fail(&mut self, rules: &Rules, key: u8, is_spent: bool) {
        let call = self.key(key).call;
        let elsewhere = call == Call::Authorize && !self.saga.failed_over && !is_spent;
        self.saga.in_doubt = false;
        self.saga.failures += 1;
        // What is given up anyway, and was not done, need not be done any more.
        let is_unwanted = self.saga.progress == Progress::Compensating && call == Call::Authorize;
        if self.saga.failures >= MAX_FAILURES || is_unwanted {
            return self.refuse(rules, key);
        }
        self.log_call(rules, key);
        if elsewhere || is_spent {
            self.saga.failed_over |= elsewhere;
            self.close(key);
            self.open(call);
        }
        self.saga.put_off = !elsewhere;
    }

    fn follow_success(&mut self, rules: &Rules, key: u8) {
        self.key(key).believed = Believed::Done;
        self.end_step();
        self.log_call(rules, key);
        match self.key(key).call {
            Call::Authorize => {
                self.money.authorization = Some(key);
                if self.booking == Booking::Pending {
                    self.log(rules, Step::Confirm);
                    self.booking = Booking::Confirmed;
                    self.was_confirmed = true;
                    self.open(Call::Capture);
                } else {
                    self.compensate(Call::Void);
                }
                return;
            }
            Call::Capture => self.money.captured = true,
            Call::Void => self.money.authorization = None,
            Call::Refund => self.money.refunded = true,
        }
        self.give_back_or_finish(rules);
    }

    /// Declined, or failed for good.
    fn refuse(&mut self, rules: &Rules, key: u8) {
        let call = self.key(key).call;
        self.close(key);
        self.end_step();
        self.log_call(rules, key);
        match call {
            Call::Void | Call::Refund => self.saga.progress = Progress::Dead,
            Call::Capture => {
                let goes_back = self.booking == Booking::Confirmed && !self.is_covered();
                self.compensate(Call::Void);
                if goes_back {
                    self.booking = Booking::Cancelled;
                    self.unwind(rules);
                }
            }
            Call::Authorize if self.booking == Booking::Cancelled => self.give_back_or_finish(rules),
            Call::Authorize if self.left.attempts > 0 => self.saga.progress = Progress::Waiting,
            Call::Authorize => {
                self.booking = Booking::Cancelled;
                self.unwind(rules);
            }
        }
    }

    /// The booking is cancelled: what its saga does about it (`saga.unwind`).
    pub(super) fn unwind(&mut self, rules: &Rules) {
        if self.has_ended() {
            return self.begin_refund();
        }
        if self.saga.kind == Kind::Refund {
            return;
        }
        self.log(rules, Step::Cancel);
        if self.saga.operation.is_some() {
            self.saga.progress = Progress::Compensating;
        } else {
            self.finish(rules, Progress::Unwound);
        }
    }

    /// `saga.begin_refund`, for a booking whose saga is through.
    pub(super) fn begin_refund(&mut self) {
        if self.has_ended() && self.is_refundable() {
            self.saga.kind = Kind::Refund;
            self.saga.progress = Progress::Running;
            self.saga.last = None;
            self.end_step();
            self.open(Call::Refund);
            self.saga.message = true;
        }
    }

    fn give_back_or_finish(&mut self, rules: &Rules) {
        if self.is_refundable() {
            self.open(Call::Refund);
            if self.saga.kind == Kind::Booking {
                self.saga.progress = Progress::Compensating;
            }
            return;
        }
        let is_through =
            self.saga.kind == Kind::Refund || self.was_confirmed && self.booking != Booking::Cancelled;
        self.finish(rules, if is_through { Progress::Succeeded } else { Progress::Unwound });
    }

    fn finish(&mut self, rules: &Rules, end: Progress) {
        self.log(rules, Step::Notify);
        self.saga.progress = end;
    }

    fn compensate(&mut self, call: Call) {
        self.open(call);
        self.saga.progress = Progress::Compensating;
    }

    /// Writes down an operation under a key of its own, and gives that.
    pub(super) fn open(&mut self, call: Call) -> u8 {
        let key = u8::try_from(self.keys.len()).unwrap_or(u8::MAX);
        let about = if call == Call::Authorize { key } else { self.authorization() };
        let ledger = Ledger::Absent;
        self.keys.push(Key { call, about, ledger, believed: Believed::Open, loose: None });
        self.saga.operation = Some(Operation { call, key });
        key
    }

    /// The authorization that stands, or stood last: what captures, voids and refunds are about.
    fn authorization(&self) -> u8 {
        let done =
            self.keys.iter().rposition(|key| key.call == Call::Authorize && key.believed == Believed::Done);
        u8::try_from(done.unwrap_or(0)).unwrap_or(u8::MAX)
    }

    /// Closes an operation as not done; a breach when it was, or when a request on its way may still do it.
    fn close(&mut self, key: u8) {
        let found = *self.key(key);
        let may_come = found.ledger == Ledger::Absent && self.is_on_its_way(key);
        if found.ledger == Ledger::Done || may_come {
            self.breach = self.breach.or(Some(Breach::Doubt));
        }
        self.key(key).believed = Believed::NotDone;
    }

    fn end_step(&mut self) {
        let saga = &mut self.saga;
        (saga.operation, saga.in_doubt, saga.was_in_doubt, saga.put_off) = (None, false, false, false);
        (saga.failures, saga.failed_over) = (0, false);
    }

    fn log_call(&mut self, rules: &Rules, key: u8) {
        let step = self.key(key).call.into();
        self.log(rules, step);
    }

    /// `saga.log_step`: along the rows of the table, and no other way.
    pub(super) fn log(&mut self, rules: &Rules, step: Step) {
        let row = (self.saga.kind, self.saga.last, step);
        if !rules.table.take(row) {
            self.breach = self.breach.or(Some(Breach::Transition(row.0, row.1, row.2)));
        }
        self.saga.last = Some(step);
    }
}
