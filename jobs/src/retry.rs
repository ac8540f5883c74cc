//! Pauses between tries: exponential with full jitter, so that those who failed together do not return together.

use std::time::Duration;

use rand::Rng as _;

/// How the pauses grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pauses {
    /// The first may be this long; the ceiling doubles with each try.
    pub(crate) first: Duration,
    /// None is longer.
    pub(crate) longest: Duration,
}

impl Pauses {
    /// A pause after so many tries that came to nothing before this one.
    pub(crate) fn after(self, tries: u32) -> Duration {
        let ceiling = self.first.saturating_mul(1 << tries.min(16)).min(self.longest);
        rand::rng().random_range(Duration::ZERO..=ceiling)
    }
}

/// A time that was asked for and up to half as much again, so that those who were told the same do not return together.
pub(crate) fn spread(pause: Duration) -> Duration {
    pause + rand::rng().random_range(Duration::ZERO..=pause / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_stays_below_its_ceiling_and_spreads_over_it() {
        let pauses = Pauses { first: Duration::from_millis(200), longest: Duration::from_secs(10) };
        for (tries, ceiling) in [(0, 200), (1, 400), (3, 1_600), (40, 10_000)] {
            let taken: Vec<_> = (0..200).map(|_| pauses.after(tries)).collect();
            let ceiling = Duration::from_millis(ceiling);
            assert!(taken.iter().all(|pause| *pause <= ceiling), "tries {tries}");
            assert!(taken.iter().any(|pause| *pause < ceiling / 3), "tries {tries}");
            assert!(taken.iter().any(|pause| *pause > ceiling / 3 * 2), "tries {tries}");
        }
    }

    #[test]
    fn what_was_asked_for_is_waited_for() {
        let asked = Duration::from_millis(100);
        assert!((0..200).map(|_| spread(asked)).all(|pause| pause >= asked && pause <= asked * 3 / 2));
    }
}
