//! How much of a gateway is used, and when it is left alone.

use std::{num::NonZeroU32, time::Duration};

/// The limits of one gateway, in one worker.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long one call may take before its outcome counts as unknown; a caller may set its own.
    pub timeout: Duration,
    /// Calls under way at once, at most. At 0 none is ever made.
    pub concurrency: usize,
    /// Calls begun per second, at most; as many may begin at once.
    pub per_second: NonZeroU32,
    /// How long a call waits for its turn under these two; past it, it is not sent.
    pub wait: Duration,
    /// When the gateway is left alone.
    pub breaker: BreakerLimits,
}

/// When a breaker opens, and for how long.
#[derive(Clone, Debug)]
pub struct BreakerLimits {
    /// How many of the latest calls are looked at; with fewer it stays closed.
    pub calls: usize,
    /// It opens when at least this many percent of them failed.
    pub failure_percent: usize,
    /// How long it stays open before calls are let through again to see.
    pub open_for: Duration,
    /// How many such calls at once, until one of them is answered.
    pub probes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(5),
            concurrency: 32,
            per_second: NonZeroU32::new(100).unwrap_or(NonZeroU32::MIN),
            wait: Duration::from_millis(500),
            breaker: BreakerLimits::default(),
        }
    }
}

impl Default for BreakerLimits {
    fn default() -> Self {
        Self { calls: 10, failure_percent: 50, open_for: Duration::from_secs(5), probes: 3 }
    }
}
