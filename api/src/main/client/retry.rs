//! Waiting before trying again: exponential, with full jitter, and not for ever.

use std::time::{Duration, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(40);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The pauses of one operation that is tried again.
pub(super) struct Backoff {
    ends: Instant,
    ceiling: Duration,
}

impl Backoff {
    /// Pauses that together last about as long as `patience`.
    pub(super) fn new(patience: Duration) -> Self {
        Self { ends: Instant::now() + patience, ceiling: FIRST_PAUSE }
    }

    /// The next pause, at least what the server asked for; nothing once patience is over.
    pub(super) fn pause(&mut self, asked_ms: Option<u64>) -> Option<Duration> {
        if Instant::now() >= self.ends {
            return None;
        }
        // Full jitter: clients that failed together do not come back together.
        let pause = self.ceiling.mul_f64(rand::random::<f64>());
        self.ceiling = (self.ceiling * 2).min(LONGEST_PAUSE);
        Some(pause.max(Duration::from_millis(asked_ms.unwrap_or(0))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_ceiling_and_respect_what_the_server_asks() {
        let mut backoff = Backoff::new(Duration::from_mins(1));
        for _ in 0..20 {
            assert!(backoff.pause(None).expect("patience left") <= LONGEST_PAUSE);
        }
        assert_eq!(backoff.ceiling, LONGEST_PAUSE);
        assert!(backoff.pause(Some(5_000)).expect("patience left") >= Duration::from_secs(5));
    }

    #[test]
    fn patience_ends() {
        assert_eq!(Backoff::new(Duration::ZERO).pause(None), None);
    }
}
