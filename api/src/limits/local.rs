//! The buckets of one process.

use std::num::NonZeroU32;

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
};

use super::{
    RateLimits,
    bucket::{Bucket, Kind},
    budget::Exhausted,
};

type Keyed = DefaultKeyedRateLimiter<String, StateInformationMiddleware>;

/// A limiter for each kind of bucket that has a limit; by a monotonic clock.
#[derive(Debug)]
pub(super) struct Local {
    address: Option<Keyed>,
    user: Option<Keyed>,
    organiser: Option<Keyed>,
    service: Option<Keyed>,
}

impl Local {
    pub(super) fn new(limits: &RateLimits) -> Self {
        let keyed = |kind| {
            let quota = Quota::per_minute(NonZeroU32::new(limits.of_kind(kind))?);
            Some(RateLimiter::keyed(quota).with_middleware())
        };
        Self {
            address: keyed(Kind::Address),
            user: keyed(Kind::User),
            organiser: keyed(Kind::Organiser),
            service: keyed(Kind::Service),
        }
    }

    /// Takes from each bucket in turn, until one does not hold enough; what is left in each.
    pub(super) fn take(&self, buckets: &[Bucket], cost: u32) -> Result<Vec<u32>, Exhausted> {
        buckets.iter().map(|bucket| self.take_from(bucket, cost)).collect()
    }

    fn take_from(&self, bucket: &Bucket, cost: u32) -> Result<u32, Exhausted> {
        let (Some(keyed), Some(share)) = (self.of(bucket.kind), NonZeroU32::new(bucket.share(cost))) else {
            return Ok(bucket.size);
        };
        match keyed.check_key_n(&bucket.name, share) {
            Ok(Ok(state)) => Ok(state.remaining_burst_capacity()),
            Ok(Err(not_yet)) => {
                let wait = not_yet.wait_time_from(DefaultClock::default().now());
                Err(Exhausted { kind: bucket.kind, size: bucket.size, wait })
            }
            // A share is never more than the bucket holds.
            Err(_) => Ok(0),
        }
    }

    fn of(&self, kind: Kind) -> Option<&Keyed> {
        match kind {
            Kind::Address => self.address.as_ref(),
            Kind::User => self.user.as_ref(),
            Kind::Organiser => self.organiser.as_ref(),
            Kind::Service => self.service.as_ref(),
        }
    }

    /// Forgets whose bucket is full again.
    pub(super) fn tidy(&self) {
        for keyed in [&self.address, &self.user, &self.organiser, &self.service].into_iter().flatten() {
            keyed.retain_recent();
            keyed.shrink_to_fit();
        }
    }
}
