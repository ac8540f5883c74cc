//! How a simulated gateway behaves.

use std::{fmt, time::Duration};

use crate::Trouble;

/// Where webhooks go.
#[derive(Clone)]
pub struct Webhooks {
    /// The address that they are posted to.
    pub url: String,
    /// What they are signed with.
    pub secret: String,
}

impl fmt::Debug for Webhooks {
    /// Keeps the secret out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks").field("url", &self.url).finish_non_exhaustive()
    }
}

/// How a simulated gateway behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What trouble by rate is drawn from: the same seed gives the same operations the same trouble.
    pub seed: u64,
    /// How long an authorization can be captured.
    pub authorization_life: Duration,
    /// How long a caller that is never answered is kept waiting before its connection is closed.
    pub silence: Duration,
    /// Where webhooks go; without it there are none.
    pub webhooks: Option<Webhooks>,
    /// The trouble to begin with.
    pub trouble: Trouble,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            authorization_life: Duration::from_hours(7 * 24),
            silence: Duration::from_secs(30),
            webhooks: None,
            trouble: Trouble::default(),
        }
    }
}
