//! Stripe: payment intents that are confirmed at once and captured by hand.
//!
//! Written by hand over the HTTP API, because it is seven calls; see `docs/decisions/0013-gateways.md`. An operation's
//! key goes along twice: as the `Idempotency-Key`, under which Stripe stores its answer for a day at least, and as
//! metadata of what is made, by which it is found later. A capture or a void makes nothing: the intent's state tells.

mod amount;
mod judge;
mod list;
mod look_up;
#[cfg(test)]
mod tests;
mod webhook;
mod wire;

use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::{Answer, Finding, Operation, PaymentGateway, Statement, WebhookError, WebhookEvent};
use wire::{Client, Intent, Refund, Trouble};

/// The metadata that bears an operation's key.
const KEY_METADATA: &str = "holdfast_operation";

/// How many keys known to be spent are kept in mind. One that is forgotten shows itself again when it is sent again.
const SPENT_KEYS: usize = 1_000;

/// How old a key has to be before nothing more is expected of a call under it.
const SETTLED_AFTER: TimeDelta = TimeDelta::seconds(60);

/// Stripe, or what stands in for it.
pub struct Stripe {
    code: String,
    client: Client,
    webhook_secrets: Vec<String>,
    is_live: bool,
    spent: Mutex<VecDeque<String>>,
}

impl fmt::Debug for Stripe {
    /// Keeps the key and the secrets out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripe")
            .field("code", &self.code)
            .field("is_live", &self.is_live)
            .finish_non_exhaustive()
    }
}

impl Stripe {
    /// The account of this secret `key`, by the API at `url`; webhooks are believed when one of the secrets signed them.
    pub fn new(code: String, url: String, key: String, webhook_secrets: Vec<String>) -> Self {
        let is_live = key.starts_with("sk_live_") || key.starts_with("rk_live_");
        Self { code, client: Client::new(url, key), webhook_secrets, is_live, spent: Mutex::default() }
    }

    /// Carries out what changes an intent that is there.
    async fn change(&self, operation: &Operation, action: &str, form: &[(&str, String)]) -> Answer {
        let path = match intent_path(operation) {
            Ok(path) => format!("{path}/{action}"),
            Err(reason) => return Answer::Failed(reason),
        };
        match self.client.post::<Intent>(&path, &operation.key, form).await {
            Ok(intent) => judge::told(operation, &intent),
            // Stripe refuses what does not fit the intent's state, and shows the intent: it may stand where it should.
            Err(Trouble::Refused(refusal)) => match refusal.payment_intent.as_deref() {
                Some(intent) => match judge::found(operation, intent) {
                    Finding::Done(done) => Answer::Done(done),
                    Finding::Declined(code) => Answer::Declined(code),
                    _ => Answer::Declined(refusal.code()),
                },
                None => Answer::Declined(refusal.code()),
            },
            Err(trouble) => self.trouble(operation, trouble),
        }
    }

    /// Cancels an intent that waits for the customer: nobody is there to answer, and it must not be answered later.
    async fn give_up(&self, operation: &Operation, intent: &Intent) {
        let path = format!("/v1/payment_intents/{}/cancel", intent.id);
        let key = format!("{}-cancel", operation.key);
        if let Err(trouble) = self.client.post::<Intent>(&path, &key, &[]).await {
            tracing::warn!(intent = intent.id, reason = %trouble, "an intent that waits for its customer stays open");
        }
    }

    fn trouble(&self, operation: &Operation, trouble: Trouble) -> Answer {
        match trouble {
            Trouble::NotDone(reason) => Answer::Failed(reason),
            Trouble::Refused(refusal) => Answer::Declined(refusal.code()),
            Trouble::Unknown(reason) => Answer::Unknown(reason),
            Trouble::Stored(reason) => {
                self.note_spent(&operation.key);
                Answer::Unknown(reason)
            }
        }
    }

    /// Stripe has stored an error under this key and will answer with it for as long as it keeps the key.
    fn note_spent(&self, key: &str) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if !spent.iter().any(|known| known == key) {
            spent.push_back(key.to_owned());
        }
        if spent.len() > SPENT_KEYS {
            spent.pop_front();
        }
    }

    /// What it means that nothing is found of an operation: its key may still do it, or never again.
    fn absent(&self, operation: &Operation) -> Finding {
        let is_spent = {
            let spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
            spent.iter().any(|known| *known == operation.key)
        };
        if is_spent && Utc::now() - operation.opened_at > SETTLED_AFTER {
            return Finding::NotDone("Stripe stored an error under this key".to_owned());
        }
        Finding::Absent
    }
}

/// Where the intent is that the operation is about.
fn intent_path(operation: &Operation) -> Result<String, String> {
    let id = operation.authorization.as_deref().ok_or("it names no authorization")?;
    let is_plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_plain {
        Ok(format!("/v1/payment_intents/{id}"))
    } else {
        Err(format!("`{id}` is no intent of Stripe's"))
    }
}

/// The key as metadata, with our payment beside it.
fn metadata(operation: &Operation) -> Vec<(&'static str, String)> {
    let mut form = vec![("metadata[holdfast_operation]", operation.key.clone())];
    if let Some(payment) = operation.payment_id {
        form.push(("metadata[holdfast_payment]", payment.to_string()));
    }
    form
}

#[async_trait]
impl PaymentGateway for Stripe {
    fn code(&self) -> &str {
        &self.code
    }

    async fn authorize(&self, operation: &Operation) -> Answer {
        if let Err(code) = amount::check(operation.amount_minor, operation.currency) {
            return Answer::Declined(code.to_owned());
        }
        let mut form = metadata(operation);
        form.extend([
            ("amount", operation.amount_minor.to_string()),
            ("currency", operation.currency.code().to_lowercase()),
            ("payment_method", operation.payment_method.clone()),
            // Cards alone never lead the customer to another page.
            ("payment_method_types[]", "card".to_owned()),
            ("capture_method", "manual".to_owned()),
            ("confirm", "true".to_owned()),
            // The customer is not there to be asked: what would need them is declined.
            ("off_session", "true".to_owned()),
            ("expand[]", "latest_charge".to_owned()),
        ]);
        match self.client.post::<Intent>("/v1/payment_intents", &operation.key, &form).await {
            Ok(intent) => {
                if intent.waits_for_customer() {
                    self.give_up(operation, &intent).await;
                }
                judge::told(operation, &intent)
            }
            Err(trouble) => self.trouble(operation, trouble),
        }
    }

    async fn capture(&self, operation: &Operation) -> Answer {
        self.change(operation, "capture", &[("amount_to_capture", operation.amount_minor.to_string())]).await
    }

    async fn void(&self, operation: &Operation) -> Answer {
        self.change(operation, "cancel", &[]).await
    }

    async fn refund(&self, operation: &Operation) -> Answer {
        let Some(intent) = operation.authorization.clone() else {
            return Answer::Failed("it names no authorization".to_owned());
        };
        if let Err(code) = amount::check(operation.amount_minor, operation.currency) {
            return Answer::Declined(code.to_owned());
        }
        let mut form = metadata(operation);
        form.extend([("payment_intent", intent), ("amount", operation.amount_minor.to_string())]);
        match self.client.post::<Refund>("/v1/refunds", &operation.key, &form).await {
            Ok(refund) => match judge::refund(&refund) {
                Finding::Done(done) => Answer::Done(done),
                Finding::Declined(code) => Answer::Declined(code),
                _ => Answer::Unknown(format!("the refund is {}", refund.status)),
            },
            Err(trouble) => self.trouble(operation, trouble),
        }
    }

    async fn look_up(&self, operation: &Operation) -> Finding {
        look_up::look_up(self, operation).await
    }

    async fn list(&self, cursor: Option<&str>) -> Result<Statement, String> {
        list::list(&self.client, cursor).await
    }

    fn signature_header(&self) -> &'static str {
        "stripe-signature"
    }

    fn parse_webhook(
        &self,
        signature: &str,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<WebhookEvent, WebhookError> {
        super::signature::verify(signature, body, &self.webhook_secrets, now)?;
        webhook::read(body, self.is_live)
    }
}
