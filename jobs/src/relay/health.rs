//! How kinds of subjects fare with a broker that is there: a topic, or a partition, may ail by itself.

use std::{collections::BTreeMap, time::Duration};

use db::{Published, SubjectKind};
use tokio::time::Instant;

use super::send::Failure;

/// Failures in a row, with nothing of the kind acknowledged meanwhile, from which on its topic counts as ailing.
const MISSES: u32 = 5;
/// How long a failure is remembered.
const MEMORY: Duration = Duration::from_secs(15);

/// What a lane knows of it.
#[derive(Debug, Default)]
pub(super) struct Health {
    heard: BTreeMap<SubjectKind, Instant>,
    misses: BTreeMap<SubjectKind, u32>,
    failed_at: Option<Instant>,
}

impl Health {
    /// Takes in what came of a turn.
    pub(super) fn learn(&mut self, published: &[Published], failures: &[Failure], now: Instant) {
        for Published { kind, .. } in published {
            self.heard.insert(*kind, now);
            self.misses.remove(kind);
        }
        for Failure { kind, since, .. } in failures {
            self.failed_at = Some(now);
            if self.heard.get(kind).is_none_or(|heard| heard <= since) {
                *self.misses.entry(*kind).or_default() += 1;
            }
        }
    }

    /// Whether nothing of this kind goes through.
    pub(super) fn ails(&self, kind: SubjectKind) -> bool {
        self.misses.get(&kind).is_some_and(|misses| *misses >= MISSES)
    }

    /// Whether something failed lately: what failed before is then tried in small numbers.
    pub(super) fn is_doubtful(&self, now: Instant) -> bool {
        self.failed_at.is_some_and(|failed| now.duration_since(failed) < MEMORY)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_topic_ails_when_nothing_of_it_goes_through_and_a_partition_is_no_topic() {
        let (mut health, began) = (Health::default(), Instant::now());
        let at = |seconds| began + Duration::from_secs(seconds);
        let failed = |kind, since| Failure { kind, id: Uuid::nil(), since, cause: String::new() };
        let published = |kind| Published { kind, id: Uuid::nil(), sequence: 1 };
        for second in 0..20 {
            // Of bookings some go through after the failed one was sent; of deliveries none.
            let failures =
                [failed(SubjectKind::Booking, at(second)), failed(SubjectKind::Delivery, at(second))];
            health.learn(&[published(SubjectKind::Booking)], &failures, at(second + 5));
            assert!(!health.ails(SubjectKind::Booking));
            assert_eq!(health.ails(SubjectKind::Delivery), second >= 4, "after {second} seconds");
        }
        assert!(health.is_doubtful(at(30)) && !health.is_doubtful(at(40)));
        health.learn(&[published(SubjectKind::Delivery)], &[], at(41));
        assert!(!health.ails(SubjectKind::Delivery), "one is enough");
    }
}
