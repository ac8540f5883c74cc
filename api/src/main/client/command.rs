//! Operations that are tried again until the server has answered them.
//!
//! The documents name the payload `payload` and what it is about `subject`
//! (GraphQL aliases), so that one shape serves every mutation.

use std::time::Duration;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{Client, ClientError, retry::Backoff};

/// How long a server may be away (a restart, a failover) before an operation is given up.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a user can do something about, as the server says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserError {
    /// The contract's code, such as `SOLD_OUT`.
    pub(crate) code: String,
    message: String,
    #[serde(default)]
    path: Vec<String>,
    #[serde(default)]
    retryable: bool,
    retry_after_ms: Option<u64>,
}

impl UserError {
    /// Whether only this moment was wrong. A sold-out slot is an answer, not a moment.
    fn passes(&self) -> bool {
        self.retryable && self.code != "SOLD_OUT"
    }
}

impl std::fmt::Display for UserError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        if self.path.is_empty() { Ok(()) } else { write!(f, " (at {})", self.path.join(".")) }
    }
}

/// Why a command has no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// The server refused it.
    #[error("the server refused it: {0}")]
    Refused(UserError),
    /// The question did not get through, or its answer made no sense.
    #[error("the request failed")]
    Failed(#[from] ClientError),
    /// Neither a result nor an error.
    #[error("the server answered with neither a result nor an error")]
    Empty,
    /// Tried again and again until patience was over.
    #[error("given up after {} s", PATIENCE.as_secs())]
    GaveUp(#[source] Box<CommandError>),
}

/// What a mutation did.
#[derive(Debug)]
pub(crate) struct Done<T> {
    /// What it did it to, as it is now.
    pub(crate) subject: T,
    /// Whether the server had done it before, under the same key.
    pub(crate) replayed: bool,
}

#[derive(Deserialize)]
struct Answer<T> {
    payload: Payload<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload<T> {
    subject: Option<T>,
    user_errors: Vec<UserError>,
    replayed: bool,
}

impl Client {
    /// Asks until there is an answer. For queries, which may be asked any number of times.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        document: &'static str,
        variables: Value,
    ) -> Result<T, CommandError> {
        let mut backoff = Backoff::new(PATIENCE);
        loop {
            let error = match self.query(document, variables.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(error) if error.retryable() => error,
                Err(error) => return Err(error.into()),
            };
            let Some(pause) = backoff.pause(error.retry_after_ms()) else {
                return Err(CommandError::GaveUp(Box::new(error.into())));
            };
            tracing::debug!(%error, ?pause, "a query is asked again");
            tokio::time::sleep(pause).await;
        }
    }

    /// Sends a mutation until its outcome is known; `input` must hold its idempotency key.
    pub(crate) async fn command<T: DeserializeOwned>(
        &self,
        document: &'static str,
        input: Value,
    ) -> Result<Done<T>, CommandError> {
        let variables = json!({ "input": input });
        let mut backoff = Backoff::new(PATIENCE);
        loop {
            let (error, asked_ms) = match self.query::<Answer<T>>(document, variables.clone()).await {
                Ok(Answer { payload }) => match outcome(payload) {
                    Err(CommandError::Refused(refusal)) if refusal.passes() => {
                        let asked_ms = refusal.retry_after_ms;
                        (CommandError::Refused(refusal), asked_ms)
                    }
                    known => return known,
                },
                Err(error) if error.retryable() => {
                    let asked_ms = error.retry_after_ms();
                    (error.into(), asked_ms)
                }
                Err(error) => return Err(error.into()),
            };
            let Some(pause) = backoff.pause(asked_ms) else {
                return Err(CommandError::GaveUp(Box::new(error)));
            };
            tracing::debug!(%error, ?pause, "a mutation is sent again under its key");
            tokio::time::sleep(pause).await;
        }
    }
}

fn outcome<T>(payload: Payload<T>) -> Result<Done<T>, CommandError> {
    match (payload.user_errors.into_iter().next(), payload.subject) {
        (Some(refusal), _) => Err(CommandError::Refused(refusal)),
        (None, Some(subject)) => Ok(Done { subject, replayed: payload.replayed }),
        (None, None) => Err(CommandError::Empty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(payload: Value) -> Result<Done<u32>, CommandError> {
        outcome(serde_json::from_value(payload).expect("a payload"))
    }

    #[test]
    fn a_refusal_is_told_with_its_code_and_place() {
        let payload = json!({ "subject": null, "replayed": false, "userErrors": [
            { "code": "SOLD_OUT", "message": "Full.", "path": ["lines", "0"], "retryable": true, "retryAfterMs": null }
        ]});
        let Err(CommandError::Refused(refusal)) = read(payload) else { panic!("a refusal") };
        assert!(!refusal.passes(), "sold out is an answer");
        assert_eq!(refusal.to_string(), "SOLD_OUT: Full. (at lines.0)");
    }

    #[test]
    fn a_crowded_moment_passes() {
        let payload = json!({ "subject": null, "replayed": false, "userErrors": [
            { "code": "CONTENDED", "message": "Busy.", "path": [], "retryable": true, "retryAfterMs": 20 }
        ]});
        let Err(CommandError::Refused(refusal)) = read(payload) else { panic!("a refusal") };
        assert!(refusal.passes());
    }

    #[test]
    fn an_answer_without_anything_is_no_success() {
        let payload = json!({ "subject": null, "replayed": false, "userErrors": [] });
        assert!(matches!(read(payload), Err(CommandError::Empty)));
        let payload = json!({ "subject": 7, "replayed": true, "userErrors": [] });
        assert!(matches!(read(payload), Ok(Done { subject: 7, replayed: true })));
    }
}
