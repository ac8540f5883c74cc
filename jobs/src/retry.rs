//! Pauses between tries: exponential with full jitter, so that those who failed together do not return together.

use std::time::Duration;

use rand::Rng as _;

/// The first pause may be this long.
const BASE: Duration = Duration::from_millis(200);

/// A pause before try number `failures + 1`, at most `cap`.
pub(crate) fn pause(failures: u32, cap: Duration) -> Duration {
    let ceiling = BASE.saturating_mul(1 << failures.min(16)).min(cap);
    rand::rng().random_range(Duration::ZERO..=ceiling)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_stays_below_its_ceiling_and_spreads_over_it() {
        let cap = Duration::from_secs(10);
        for (failures, ceiling) in [(0, 200), (1, 400), (3, 1_600), (40, 10_000)] {
            let pauses: Vec<_> = (0..200).map(|_| pause(failures, cap)).collect();
            let ceiling = Duration::from_millis(ceiling);
            assert!(pauses.iter().all(|pause| *pause <= ceiling), "failures {failures}");
            assert!(pauses.iter().any(|pause| *pause < ceiling / 3), "failures {failures}");
            assert!(pauses.iter().any(|pause| *pause > ceiling / 3 * 2), "failures {failures}");
        }
    }
}
