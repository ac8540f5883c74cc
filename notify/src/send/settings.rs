//! How deliveries are sent.

use std::time::Duration;

use super::retry::Retries;
use crate::{channel::Channels, template::Links};

/// How a process sends deliveries.
#[derive(Clone, Debug)]
pub struct SendSettings {
    /// Its name in leases; unique among the processes of a database.
    pub name: String,
    /// Deliveries under way at most, for each channel by itself.
    pub concurrency: usize,
    /// Deliveries under way to one endpoint at most: a slow one leaves room for the others.
    pub per_endpoint: usize,
    /// How long a delivery is its own; longer than any channel may take, or it is sent by two. Counted in whole seconds.
    pub lease: Duration,
    /// How often it looks for deliveries when there were none.
    pub poll: Duration,
    /// How long what is under way may take to finish once it is asked to stop.
    pub grace: Duration,
    /// When what failed is tried again.
    pub retries: Retries,
    /// Where messages point to.
    pub links: Links,
}

impl SendSettings {
    /// The defaults, under a name of the process's own.
    pub fn named(name: String) -> Self {
        Self {
            name,
            concurrency: 32,
            per_endpoint: 4,
            lease: Duration::from_mins(1),
            poll: Duration::from_millis(250),
            grace: Duration::from_secs(35),
            retries: Retries::default(),
            links: Links::default(),
        }
    }

    /// Says what of this can't be worked with.
    pub fn check(&self, channels: &Channels) -> Result<(), SendSettingsError> {
        if self.concurrency == 0 || self.per_endpoint == 0 {
            return Err(SendSettingsError::NoConcurrency);
        }
        if self.poll.is_zero() {
            return Err(SendSettingsError::NoPause);
        }
        let (lease, timeout) = (self.lease, channels.longest_timeout());
        if lease <= timeout || lease.as_secs() == 0 {
            return Err(SendSettingsError::LeaseTooShort { lease, timeout });
        }
        Ok(())
    }

    /// The lease as the database takes it.
    pub(super) fn lease_seconds(&self) -> i32 {
        i32::try_from(self.lease.as_secs()).unwrap_or(i32::MAX)
    }
}

/// Why deliveries can't be sent in this way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendSettingsError {
    /// Not a single delivery could be under way.
    #[error("not a single delivery may be under way")]
    NoConcurrency,
    /// An idle process would do nothing but look.
    #[error("the pause between looking for deliveries must be longer than 0")]
    NoPause,
    /// Another process would take a delivery over while it is sent.
    #[error("the lease of {lease:?} is not longer than the {timeout:?} that sending may take")]
    LeaseTooShort {
        /// The lease as set.
        lease: Duration,
        /// The longest time-out of the channels.
        timeout: Duration,
    },
}
