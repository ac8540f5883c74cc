//! How far behind a replica is, by our own clock: no two servers' clocks are compared.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use crate::CommitPosition;

/// Where the primary was, and when we heard of it.
#[derive(Debug, Default)]
pub(super) struct Lag {
    seen: VecDeque<(Instant, CommitPosition)>,
}

impl Lag {
    /// The primary was there at this moment; what is older than `bound` need not be told apart.
    pub(super) fn primary_was_at(&mut self, at: Instant, position: CommitPosition, bound: Duration) {
        self.seen.push_back((at, position));
        while self.seen.get(1).is_some_and(|(second, _)| at.duration_since(*second) > bound) {
            self.seen.pop_front();
        }
    }

    /// How long ago the primary was where the replica is now, when we last heard of the primary; none when that is too
    /// long ago to be remembered.
    pub(super) fn of(&self, replica: CommitPosition) -> Option<Duration> {
        let (last, _) = self.seen.back()?;
        let (then, _) = self.seen.iter().rev().find(|(_, position)| *position <= replica)?;
        Some(last.duration_since(*then))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replica_is_as_far_behind_as_the_primary_has_gone_on_since() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let position = |text: &str| text.parse::<CommitPosition>().expect("a position");
        let bound = Duration::from_secs(10);
        let mut lag = Lag::default();
        assert_eq!(lag.of(position("0/1")), None, "nothing is known yet");
        for (second, text) in [(0, "0/10"), (1, "0/20"), (2, "0/20"), (3, "0/30")] {
            lag.primary_was_at(at(second), position(text), bound);
        }
        for (replica, behind) in [("0/30", Some(0)), ("0/2F", Some(1)), ("0/1F", Some(3)), ("0/F", None)] {
            assert_eq!(lag.of(position(replica)), behind.map(Duration::from_secs), "{replica}");
        }
        lag.primary_was_at(at(14), position("0/40"), bound);
        assert_eq!(
            lag.of(position("0/30")),
            Some(Duration::from_secs(11)),
            "the last before the bound is kept"
        );
        assert_eq!(lag.of(position("0/1F")), None);
        // While the primary is silent, who has all that was heard of is not behind.
        assert_eq!(lag.of(position("0/40")), Some(Duration::ZERO));
    }
}
