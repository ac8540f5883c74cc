//! The register of steps whose lease is this worker's.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use db::{HeldClaim, SagaId};
use tokio_util::sync::CancellationToken;

/// The steps between their claim and their record.
#[derive(Debug, Default)]
pub(super) struct Register(Mutex<HashMap<Name, Entry>>);

/// What tells one claim from all others.
type Name = (SagaId, i32);

#[derive(Debug)]
struct Entry {
    claim: HeldClaim,
    since: Instant,
    /// Its record is being written, which lets go of the lease.
    is_being_recorded: bool,
    lost: CancellationToken,
}

/// A place in the register, left when this is dropped: after the record, or by a panic.
#[derive(Debug)]
pub(super) struct Held {
    register: Arc<Register>,
    name: Name,
    lost: CancellationToken,
}

impl Register {
    /// Enters a step that was just claimed.
    pub(super) fn enter(self: &Arc<Self>, claim: HeldClaim) -> Held {
        let (name, lost) = ((claim.saga_id, claim.lease), CancellationToken::new());
        let entry = Entry { claim, since: Instant::now(), is_being_recorded: false, lost: lost.clone() };
        let mut entries = self.lock();
        entries.insert(name, entry);
        publish(entries.len());
        Held { register: Arc::clone(self), name, lost }
    }

    /// Steps between their claim and their record.
    pub(super) fn under_way(&self) -> usize {
        self.lock().len()
    }

    /// The steps that have been held for at least this long.
    pub(super) fn older_than(&self, age: Duration) -> Vec<HeldClaim> {
        self.lock().values().filter(|entry| entry.since.elapsed() >= age).map(|entry| entry.claim).collect()
    }

    /// Tells the steps among `asked` that are not among `kept` that their lease is lost; gives their sagas. A step
    /// whose record is being written has let go of its lease by itself.
    pub(super) fn lose(&self, asked: &[HeldClaim], kept: &[SagaId]) -> Vec<SagaId> {
        let kept: HashSet<_> = kept.iter().collect();
        let entries = self.lock();
        let gone = asked.iter().filter(|claim| !kept.contains(&claim.saga_id));
        gone.filter_map(|claim| entries.get(&(claim.saga_id, claim.lease)))
            .filter(|entry| !entry.is_being_recorded && !entry.lost.is_cancelled())
            .map(|entry| {
                entry.lost.cancel();
                entry.claim.saga_id
            })
            .collect()
    }

    /// Nothing that is done under this lock can leave the map half changed, so that a panic elsewhere does not matter.
    fn lock(&self) -> MutexGuard<'_, HashMap<Name, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Resolves when the lease is known to be another's.
    pub(super) async fn lost(&self) {
        self.lost.cancelled().await;
    }

    /// From here on a lease that is gone is no loss.
    pub(super) fn is_being_recorded(&self) {
        if let Some(entry) = self.register.lock().get_mut(&self.name) {
            entry.is_being_recorded = true;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut entries = self.register.lock();
        entries.remove(&self.name);
        publish(entries.len());
    }
}

fn publish(under_way: usize) {
    #[expect(clippy::cast_precision_loss, reason = "a count of steps")]
    metrics::gauge!("holdfast_steps_under_way").set(under_way as f64);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(lease: i32) -> HeldClaim {
        HeldClaim { saga_id: SagaId(uuid::Uuid::from_u128(1)), lease, msg_id: 1, read_ct: 1 }
    }

    #[test]
    fn a_step_is_lost_once_and_only_when_its_lease_was_not_kept() {
        let register = Arc::new(Register::default());
        let held = register.enter(claim(1));
        let asked = register.older_than(Duration::ZERO);
        assert_eq!(asked, [claim(1)]);
        assert_eq!(register.lose(&asked, &[claim(1).saga_id]), []);
        assert!(!held.lost.is_cancelled());
        assert_eq!(register.lose(&asked, &[]), [claim(1).saga_id]);
        assert!(held.lost.is_cancelled());
        assert_eq!(register.lose(&asked, &[]), []);
        drop(held);
        assert_eq!(register.older_than(Duration::ZERO), []);
    }

    #[test]
    fn a_step_that_is_being_recorded_loses_nothing() {
        let register = Arc::new(Register::default());
        let held = register.enter(claim(1));
        held.is_being_recorded();
        assert_eq!(register.lose(&register.older_than(Duration::ZERO), &[]), []);
    }

    #[test]
    fn the_next_claim_of_a_saga_is_another_step() {
        let register = Arc::new(Register::default());
        let first = register.enter(claim(1));
        let asked = register.older_than(Duration::ZERO);
        let second = register.enter(claim(2));
        drop(first);
        assert_eq!(register.lose(&asked, &[]), []);
        assert!(!second.lost.is_cancelled());
    }
}
