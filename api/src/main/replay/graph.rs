//! Which operation waits for which: order where bookings compete, freedom everywhere else.
//!
//! Only a contested night can refuse anybody, so only there does order decide
//! anything. On such a night a booking waits for all that came before it, and
//! a cancellation for the bookings before it; cancellations among themselves
//! give back, in any order, the same places.

use super::plan::{Deed, Plan};

/// The dependencies among the operations of a plan, by position in its sequence.
#[derive(Debug)]
pub(super) struct Graph {
    waits_for: Vec<u32>,
    followers: Vec<Vec<usize>>,
}

/// What has happened on one contested night so far.
#[derive(Clone, Default)]
struct Trail {
    last_create: Option<usize>,
    cancels_since: Vec<usize>,
}

impl Trail {
    /// What the next operation has to wait for, and that operation in its place.
    fn follow(&mut self, position: usize, deed: Deed, before: &mut Vec<usize>) {
        match deed {
            Deed::Create if self.cancels_since.is_empty() => {
                before.extend(self.last_create.replace(position));
            }
            Deed::Create => {
                // The last booking needs no arrow: each of these waited for it.
                before.append(&mut self.cancels_since);
                self.last_create = Some(position);
            }
            Deed::Cancel => {
                before.extend(self.last_create);
                self.cancels_since.push(position);
            }
        }
    }
}

impl Graph {
    /// The dependencies of a plan.
    pub(super) fn new(plan: &Plan) -> Self {
        let operations = plan.sequence.len();
        let mut graph = Self { waits_for: vec![0; operations], followers: vec![Vec::new(); operations] };
        let mut trails = vec![Trail::default(); plan.nights.len()];
        let mut created_at = vec![None; plan.stays.len()];
        let mut before = Vec::new();
        for (position, operation) in plan.sequence.iter().enumerate() {
            for night in plan.nights_of[operation.stay].clone().filter(|night| plan.contested(*night)) {
                trails[night].follow(position, operation.deed, &mut before);
            }
            match operation.deed {
                Deed::Create => created_at[operation.stay] = Some(position),
                Deed::Cancel => before.extend(created_at[operation.stay]),
            }
            before.sort_unstable();
            before.dedup();
            for earlier in before.drain(..) {
                graph.followers[earlier].push(position);
                graph.waits_for[position] += 1;
            }
        }
        graph
    }

    /// Whether nothing is left that an operation would have to wait for.
    pub(super) fn is_free(&self, position: usize) -> bool {
        self.waits_for[position] == 0
    }

    /// Notes that an operation is answered; the operations that this was the last obstacle for.
    pub(super) fn answered(&mut self, position: usize) -> Vec<usize> {
        let mut followers = std::mem::take(&mut self.followers[position]);
        followers.retain(|follower| {
            self.waits_for[*follower] -= 1;
            self.waits_for[*follower] == 0
        });
        followers
    }
}
