//! What must hold, whatever happens.

use stateright::{Model as _, Property};

use super::{
    model::Protocol,
    parts::Phase,
    state::{Believed, Booking, Breach, Call, Key, Progress, State},
};

pub(super) const ONE_CHARGE: &str = "at most one charge, by the gateway's own ledger";
pub(super) const NOTHING_FORGOTTEN: &str = "no money without a booking, and no booking without its money";
pub(super) const FENCED: &str = "a worker whose lease has passed on changes nothing";
pub(super) const NEVER_IN_DOUBT: &str = "nothing is unwound while it may have been done";
pub(super) const LISTED: &str = "every step is a row of saga.transition";
pub(super) const NOT_STUCK: &str = "where nothing more can happen, the run is at an end";
pub(super) const ENDS: &str = "every run ends";

pub(super) fn all() -> Vec<Property<Protocol>> {
    vec![
        Property::<Protocol>::always(ONE_CHARGE, |_, state| state.charges_once()),
        Property::<Protocol>::always(NOTHING_FORGOTTEN, |_, state| !state.is_quiet() || state.is_settled()),
        Property::<Protocol>::always(FENCED, |_, state| state.breach != Some(Breach::Fence)),
        Property::<Protocol>::always(NEVER_IN_DOUBT, |_, state| state.breach != Some(Breach::Doubt)),
        Property::<Protocol>::always(LISTED, |_, state| {
            !matches!(state.breach, Some(Breach::Transition(..)))
        }),
        Property::<Protocol>::always(NOT_STUCK, |model, state| {
            state.has_ended() || state.breach.is_some() || !model.next_states(state).is_empty()
        }),
        Property::<Protocol>::eventually(ENDS, |_, state| state.has_ended() || state.breach.is_some()),
        Property::<Protocol>::sometimes("it succeeds", |_, state| state.saga.progress == Progress::Succeeded),
        Property::<Protocol>::sometimes("it is unwound", |_, state| state.saga.progress == Progress::Unwound),
    ]
}

impl State {
    /// How often a call was done about an authorization, and not given back by reconciliation.
    fn done(&self, call: Call, about: u8) -> usize {
        let counts = |key: &&Key| {
            key.call == call
                && key.about == about
                && key.ledger.is_done()
                && key.believed != Believed::GivenBack
        };
        self.keys.iter().filter(counts).count()
    }

    fn authorizations(&self) -> impl Iterator<Item = u8> {
        let all = (0..).zip(&self.keys).filter(|(_, key)| key.call == Call::Authorize);
        all.map(|(number, _)| number)
    }

    /// One capture of an authorization, one refund of a capture, and one authorization that our books stand by.
    fn charges_once(&self) -> bool {
        let once = |about| {
            let captures = self.done(Call::Capture, about);
            captures <= 1 && self.done(Call::Refund, about) <= captures.max(1)
        };
        let meant = self.keys.iter().filter(|key| {
            key.call == Call::Authorize
                && key.ledger.is_done()
                && matches!(key.believed, Believed::Open | Believed::Done)
        });
        self.authorizations().all(once) && meant.count() <= 1
    }

    /// Nothing is on its way, nobody works, and reconciliation has seen everything.
    fn is_quiet(&self) -> bool {
        self.breach.is_none()
            && self.has_ended()
            && self.workers.iter().all(|worker| worker.phase == Phase::Idle)
            && !self.keys.iter().any(|key| key.loose.is_some() || key.is_stray())
    }

    /// The gateway holds what is owed, and lets go of the rest, or an operator has the case.
    fn is_settled(&self) -> bool {
        if self.saga.progress == Progress::Dead {
            return true;
        }
        let mut taken = 0;
        for about in self.authorizations() {
            let (captured, refunded) = (self.done(Call::Capture, about), self.done(Call::Refund, about));
            let has =
                |call| self.keys.iter().any(|k| k.call == call && k.about == about && k.ledger.is_done());
            let is_reserved = self.done(Call::Authorize, about) > 0;
            if is_reserved && !has(Call::Void) && !has(Call::Capture) {
                return false;
            }
            taken += captured.saturating_sub(refunded);
        }
        let is_owed = self.booking == Booking::Confirmed && self.is_due;
        self.booking != Booking::Pending && taken == usize::from(is_owed)
    }
}
