//! What the API must be told of the gateways to take their webhooks; it knows none of them itself.

use std::fmt::Debug;

/// Checks and reads webhooks, for all gateways of an installation.
pub trait Webhooks: Debug + Send + Sync + 'static {
    /// The header that bears the signature of a gateway's webhooks; none when there is no such gateway.
    fn signature_header(&self, gateway: &str) -> Option<&'static str>;

    /// Checks the signature over the raw body, then reads it. What is refused is written down nowhere.
    fn verify(&self, gateway: &str, signature: &str, body: &[u8]) -> Result<db::Webhook, WebhookRefused>;
}

/// Why a webhook is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRefused {
    /// No signature, or none that a secret of ours made.
    #[error("the signature is not the gateway's")]
    Forged,
    /// Signed too long ago, or too far ahead: it may have been recorded and sent again.
    #[error("the signature is older than its tolerance")]
    Stale,
    /// Signed, and of no form that we know.
    #[error("the body can't be read")]
    Unreadable,
    /// This gateway is not set up to send any here.
    #[error("no webhooks are expected of this gateway")]
    Unexpected,
}

/// For an installation whose gateways send none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoWebhooks;

impl Webhooks for NoWebhooks {
    fn signature_header(&self, _gateway: &str) -> Option<&'static str> {
        None
    }

    fn verify(&self, _gateway: &str, _signature: &str, _body: &[u8]) -> Result<db::Webhook, WebhookRefused> {
        Err(WebhookRefused::Unexpected)
    }
}
