//! How a worker works, and what it may not be told.

use std::time::Duration;

/// What a worker can work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Steps of sagas, and the timers that belong to them.
    Saga,
    /// What gateways told of their own accord.
    Webhook,
    /// The gateways' own lists, held against our operations.
    Reconciliation,
}

impl Queue {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Saga, Self::Webhook, Self::Reconciliation];

    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Saga => "saga",
            Self::Webhook => "webhook",
            Self::Reconciliation => "reconciliation",
        }
    }
}

/// How a worker works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name in leases; unique among the workers of a database.
    pub name: String,
    /// What it works on.
    pub queues: Vec<Queue>,
    /// Steps under way at most.
    pub concurrency: usize,
    /// How long a step is its own unless a heartbeat, three in this time, makes it last; in whole seconds. Longer than
    /// the gateways' time-out, or a slow answer is lost with the first heartbeat that is.
    pub lease: Duration,
    /// How long a call to a gateway may take before its outcome counts as unknown; a step's own limit may be shorter.
    pub gateway_timeout: Duration,
    /// After this long, a call that the gateway knows nothing of will not be done any more. Longer than the time-out.
    pub settled_after: Duration,
    /// How often an idle worker looks at its queues without being woken.
    pub poll: Duration,
    /// How often lapsed holds are swept; the promise is 5 seconds.
    pub expiry: Duration,
    /// How often the gateways' own lists are read.
    pub reconcile: Duration,
    /// How long a list and our books may differ before something is done about it: an answer may be on its way.
    pub orphaned_after: Duration,
    /// How long steps under way may take to finish once the worker is asked to stop; then they are handed back.
    pub grace: Duration,
}

impl Settings {
    /// The defaults, under a name of the worker's own.
    pub fn named(name: String) -> Self {
        Self {
            name,
            queues: Queue::ALL.to_vec(),
            concurrency: 64,
            lease: Duration::from_secs(15),
            gateway_timeout: Duration::from_secs(5),
            settled_after: Duration::from_mins(1),
            poll: Duration::from_millis(100),
            expiry: Duration::from_secs(1),
            reconcile: Duration::from_secs(15),
            orphaned_after: Duration::from_secs(10),
            grace: Duration::from_secs(10),
        }
    }

    /// The lease as the database takes it.
    pub(crate) fn lease_seconds(&self) -> i32 {
        i32::try_from(self.lease.as_secs()).unwrap_or(i32::MAX)
    }

    /// Whether it works on this.
    pub(crate) fn works(&self, queue: Queue) -> bool {
        self.queues.contains(&queue)
    }

    /// Says what of this can't be worked with.
    pub fn check(&self) -> Result<(), SettingsError> {
        if self.queues.is_empty() {
            return Err(SettingsError::NoQueue);
        }
        if self.concurrency == 0 {
            return Err(SettingsError::NoConcurrency);
        }
        if self.lease.as_secs() == 0 || self.lease.subsec_nanos() > 0 {
            return Err(SettingsError::LeaseInFractions { lease: self.lease });
        }
        if self.lease <= self.gateway_timeout {
            return Err(SettingsError::LeaseTooShort { lease: self.lease, timeout: self.gateway_timeout });
        }
        if self.settled_after <= self.gateway_timeout {
            let (settled_after, timeout) = (self.settled_after, self.gateway_timeout);
            return Err(SettingsError::SettledTooSoon { settled_after, timeout });
        }
        let pauses = [self.poll, self.expiry, self.reconcile, self.gateway_timeout];
        if pauses.iter().any(Duration::is_zero) {
            return Err(SettingsError::NoPause);
        }
        Ok(())
    }
}

/// Why a worker can't start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// There is nothing to work on.
    #[error("the worker has no queue to work on")]
    NoQueue,
    /// Not a single step could be under way.
    #[error("the worker may not have a single step under way")]
    NoConcurrency,
    /// The database counts leases in seconds.
    #[error("the lease of {lease:?} is no number of whole seconds above 0")]
    LeaseInFractions {
        /// The lease as set.
        lease: Duration,
    },
    /// A lease that ends before the gateway must have answered loses every slow answer.
    #[error("the lease of {lease:?} is not longer than the gateway's time-out of {timeout:?}")]
    LeaseTooShort {
        /// The lease as set.
        lease: Duration,
        /// The gateway's time-out as set.
        timeout: Duration,
    },
    /// A call that may still be under way would be taken for one that was never made.
    #[error("{settled_after:?} are too soon to take a call for lost: it may take {timeout:?}")]
    SettledTooSoon {
        /// The time as set.
        settled_after: Duration,
        /// The gateway's time-out as set.
        timeout: Duration,
    },
    /// A worker that never pauses would do nothing else.
    #[error(
        "the gateway's time-out, the poll, the sweep of holds and reconciliation must each be longer than 0"
    )]
    NoPause,
    /// A worker without gateways would leave every payment where it is.
    #[error("no payment gateway is named: give at least one, such as a simulator or a key of Stripe's")]
    NoGateway,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings::named("worker".to_owned())
    }

    #[test]
    fn the_defaults_can_be_worked_with() {
        assert_eq!(settings().check(), Ok(()));
    }

    #[test]
    fn a_lease_outlasts_the_gateways_time_out() {
        let short = Settings { lease: Duration::from_secs(5), ..settings() };
        assert!(matches!(short.check(), Err(SettingsError::LeaseTooShort { .. })));
        let none = Settings { lease: Duration::from_millis(900), ..settings() };
        assert!(matches!(none.check(), Err(SettingsError::LeaseInFractions { .. })));
    }

    #[test]
    fn a_call_under_way_is_not_taken_for_lost() {
        let soon = Settings { settled_after: Duration::from_secs(5), ..settings() };
        assert!(matches!(soon.check(), Err(SettingsError::SettledTooSoon { .. })));
    }

    #[test]
    fn nothing_to_do_and_no_pause_are_refused() {
        assert_eq!(Settings { queues: Vec::new(), ..settings() }.check(), Err(SettingsError::NoQueue));
        assert_eq!(Settings { concurrency: 0, ..settings() }.check(), Err(SettingsError::NoConcurrency));
        assert_eq!(Settings { poll: Duration::ZERO, ..settings() }.check(), Err(SettingsError::NoPause));
    }
}
