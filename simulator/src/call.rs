//! What the gateway is asked.

use serde::{Deserialize, Serialize};

/// The four things that can be done with money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// Reserve it.
    Authorize,
    /// Take what was reserved.
    Capture,
    /// Let go of what was reserved.
    Void,
    /// Give back what was taken, or a part of it.
    Refund,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Capture => "capture",
            Self::Void => "void",
            Self::Refund => "refund",
        }
    }
}

/// One operation, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The caller's idempotency key: the same key is worked once.
    pub key: String,
    /// What is asked.
    pub kind: Kind,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Of which currency.
    pub currency: String,
    /// The token of the payment method; without one, that of the authorization decides.
    #[serde(default)]
    pub payment_method: Option<String>,
    /// The authorization that a capture, void or refund is about.
    #[serde(default)]
    pub authorization: Option<String>,
    /// The caller's own name for the payment.
    #[serde(default)]
    pub payment_id: Option<String>,
}

impl Call {
    /// Whether both ask for the same. What an authorization is paid with is a part of that.
    pub(crate) fn asks_the_same(&self, other: &Self) -> bool {
        let method = |call: &Self| match call.kind {
            Kind::Authorize => call.payment_method.clone(),
            _ => None,
        };
        (self.kind, self.amount_minor, &self.currency, &self.authorization, method(self))
            == (other.kind, other.amount_minor, &other.currency, &other.authorization, method(other))
    }
}
