//! The workers of the model, what they send, and how much may go wrong.

/// Who sent a request. What a worker sends that was paused past its lease before it sent, nobody can know of:
/// reconciliation finds what comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Sender {
    Holder,
    Sleeper,
}

/// How far a worker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Phase {
    Idle,
    /// It has a claim that may have been sent before: it looks up first.
    Doubting,
    /// It may send; `settled` when a look-up has shown that no earlier request is left.
    Ready {
        settled: bool,
    },
    /// Its request is on its way.
    Asking {
        settled: bool,
        by: Sender,
    },
    /// It has an answer to record.
    Holding(Answer),
}

/// What a worker records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Answer {
    Done,
    Declined,
    /// This call did nothing; `doubt_over` when earlier ones can't have either.
    Failed {
        doubt_over: bool,
    },
    /// Nothing was done, and never will be under this key.
    SpentKey,
    Unknown,
    /// Not asked at all: the breaker is open, or the worker stops.
    HandedBack,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Worker {
    pub(super) phase: Phase,
    /// Whether its fencing version is still the saga's.
    pub(super) is_fresh: bool,
    /// What it claimed.
    pub(super) key: u8,
}

impl Worker {
    pub(super) const IDLE: Self = Self { phase: Phase::Idle, is_fresh: false, key: 0 };
}

/// How much may still go wrong: what makes the model finite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Budget {
    /// Workers killed.
    pub(super) crashes: u8,
    /// Workers paused until their lease is over.
    pub(super) pauses: u8,
    /// Requests or answers lost, late, or recorded without our being told.
    pub(super) losses: u8,
    /// Errors of the gateway: nothing done.
    pub(super) errors: u8,
    /// Refusals of the gateway.
    pub(super) declines: u8,
    /// Claims handed back.
    pub(super) hand_backs: u8,
    /// Deliveries of the gateway's webhook.
    pub(super) webhooks: u8,
    /// Messages put on the queue without need, or lost from it.
    pub(super) messages: u8,
    /// Expiry of the hold or cancellation by the customer.
    pub(super) cancels: u8,
    /// A refund that an operator grants.
    pub(super) grants: u8,
    /// Attempts to pay.
    pub(super) attempts: u8,
}
