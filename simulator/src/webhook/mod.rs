//! Webhooks: what the gateway tells of its own accord, from its ledger, until somebody takes it.

mod outbox;
mod send;

use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::book::{Row, Verdict};

pub(crate) use outbox::{Delivery, Outbox};
pub(crate) use send::deliver;

/// One event, as it stands in the ledger until it was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    /// The body, to the byte: what is signed is what is sent, every time.
    pub(crate) body: String,
    pub(crate) created_at: DateTime<Utc>,
    /// Copies that are still to be taken.
    pub(crate) copies: u8,
}

impl Event {
    /// What there is to tell of an operation that was decided.
    pub(crate) fn of(row: &Row, copies: u8) -> Option<Self> {
        let kind = match row.verdict.as_ref()? {
            Verdict::Succeeded { .. } => "operation.succeeded",
            Verdict::Declined { .. } => "operation.declined",
            Verdict::NotDone => return None,
        };
        let created_at = row.settled_at?;
        let call = &row.call;
        let id = format!("evt_{}", hex::encode(Sha256::digest(format!("{kind}/{}", call.key))));
        let body = json!({
            "id": id,
            "type": kind,
            "created": created_at.timestamp(),
            "data": {
                "key": call.key,
                "kind": call.kind,
                "reference": row.reference(),
                "authorization": row.about(),
                "amount_minor": call.amount_minor,
                "currency": call.currency,
            },
        });
        Some(Self { id, body: body.to_string(), created_at, copies })
    }
}

/// The value of `Simulator-Signature` for a body, by Stripe's scheme.
#[allow(clippy::missing_panics_doc, reason = "HMAC takes keys of every length")]
pub fn sign(secret: &str, time: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(format!("{time}.{body}").as_bytes());
    format!("t={time},v1={}", hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_stripes() {
        // openssl: printf '1700000000.{}' | openssl dgst -sha256 -hmac secret
        let expected = "t=1700000000,v1=";
        let signed = sign("secret", 1_700_000_000, "{}");
        assert!(signed.starts_with(expected) && signed.len() == expected.len() + 64, "{signed}");
        assert_ne!(signed, sign("other", 1_700_000_000, "{}"));
    }
}
