//! What the model remembers: our books, the gateway's, what is in flight, and who holds what.

use super::parts::{Budget, Sender, Worker};

/// A call to the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Call {
    Authorize,
    Capture,
    Void,
    Refund,
}

/// A step, as `saga.step` writes it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Step {
    Reserve,
    Authorize,
    Confirm,
    Capture,
    Notify,
    Cancel,
    Void,
    Refund,
}

impl From<Call> for Step {
    fn from(call: Call) -> Self {
        match call {
            Call::Authorize => Self::Authorize,
            Call::Capture => Self::Capture,
            Call::Void => Self::Void,
            Call::Refund => Self::Refund,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Booking,
    Refund,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Booking {
    Pending,
    Confirmed,
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Progress {
    Waiting,
    Running,
    Compensating,
    Succeeded,
    Unwound,
    /// With a case in the operators' inbox.
    Dead,
}

/// The operation that waits for an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Operation {
    pub(super) call: Call,
    /// Its idempotency key: the place in [`State::keys`].
    pub(super) key: u8,
}

/// The row of `saga.saga`, and its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::struct_excessive_bools, reason = "each is a column, or a message that is there or not")]
pub(super) struct Saga {
    pub(super) kind: Kind,
    pub(super) progress: Progress,
    /// The step written down last.
    pub(super) last: Option<Step>,
    pub(super) operation: Option<Operation>,
    pub(super) failures: u8,
    /// Whether the other gateway has been tried in this attempt.
    pub(super) failed_over: bool,
    pub(super) in_doubt: bool,
    /// The same before the present claim.
    pub(super) was_in_doubt: bool,
    /// Whether a lease runs; whose it is, is the worker's `is_fresh`.
    pub(super) is_held: bool,
    pub(super) message: bool,
    /// Whether the message is invisible for a while, after a failure.
    pub(super) put_off: bool,
    /// A second message, from a rescuer that was not needed.
    pub(super) second: bool,
}

/// What our books say of the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Money {
    /// The key whose authorization stands.
    pub(super) authorization: Option<u8>,
    pub(super) captured: bool,
    pub(super) refunded: bool,
}

/// What our books say became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Believed {
    Open,
    Done,
    NotDone,
    /// Found by reconciliation to be done after all, and given back.
    GivenBack,
}

/// What the gateway's own ledger has under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Ledger {
    Absent,
    Done,
    /// By a request that nobody could know of.
    DoneBySleeper,
    Declined,
    /// Nothing was done, and the key answers with an error for ever.
    Spent,
}

impl Ledger {
    pub(super) fn is_done(self) -> bool {
        matches!(self, Self::Done | Self::DoneBySleeper)
    }
}

/// One idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) call: Call,
    /// The key of the authorization that it is about; its own for an authorization.
    pub(super) about: u8,
    pub(super) ledger: Ledger,
    pub(super) believed: Believed,
    /// A request that nobody waits for any more, and that may still arrive.
    pub(super) loose: Option<Sender>,
}

impl Key {
    /// Whether money has moved that our books know nothing of: reconciliation gives it back.
    pub(super) fn is_stray(self) -> bool {
        self.ledger.is_done()
            && self.believed == Believed::NotDone
            && matches!(self.call, Call::Authorize | Call::Capture)
    }
}

/// A rule that was broken in the step that led here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Breach {
    /// The table has no such row.
    Transition(Kind, Option<Step>, Step),
    /// A worker whose lease had passed on changed something.
    Fence,
    /// An operation was closed as not done that was, or that a request on its way may still do.
    Doubt,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub(super) booking: Booking,
    /// Whether the booking's price is owed, or was granted back.
    pub(super) is_due: bool,
    pub(super) was_confirmed: bool,
    pub(super) saga: Saga,
    pub(super) money: Money,
    pub(super) keys: Vec<Key>,
    /// In order of their names: which of two like workers it is makes no difference.
    pub(super) workers: [Worker; 2],
    pub(super) left: Budget,
    pub(super) breach: Option<Breach>,
}

impl State {
    /// A booking accepted with a payment method: its authorization is written down.
    pub(super) fn accepted(left: Budget) -> Self {
        let authorize = Operation { call: Call::Authorize, key: 0 };
        let key = Key {
            call: Call::Authorize,
            about: 0,
            ledger: Ledger::Absent,
            believed: Believed::Open,
            loose: None,
        };
        Self {
            booking: Booking::Pending,
            is_due: true,
            was_confirmed: false,
            saga: Saga {
                kind: Kind::Booking,
                progress: Progress::Running,
                last: None,
                operation: Some(authorize),
                failures: 0,
                failed_over: false,
                in_doubt: false,
                was_in_doubt: false,
                is_held: false,
                message: true,
                put_off: false,
                second: false,
            },
            money: Money { authorization: None, captured: false, refunded: false },
            keys: vec![key],
            workers: [Worker::IDLE; 2],
            left: Budget { attempts: left.attempts.saturating_sub(1), ..left },
            breach: None,
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        matches!(self.saga.progress, Progress::Succeeded | Progress::Unwound | Progress::Dead)
    }

    /// Whether a worker may be at it: it is neither at an end nor waiting for its customer.
    pub(super) fn is_moving(&self) -> bool {
        !self.has_ended() && self.saga.progress != Progress::Waiting
    }

    /// What is held of the customer's money beyond what is owed; none when less is held.
    pub(super) fn is_refundable(&self) -> bool {
        self.held() && !self.owes()
    }

    /// Whether what is owed is there without the capture under way.
    pub(super) fn is_covered(&self) -> bool {
        self.held() || !self.owes()
    }

    fn held(&self) -> bool {
        self.money.captured && !self.money.refunded
    }

    fn owes(&self) -> bool {
        self.is_due && self.booking != Booking::Cancelled
    }

    pub(super) fn key(&mut self, key: u8) -> &mut Key {
        &mut self.keys[usize::from(key)]
    }
}
