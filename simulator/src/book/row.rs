//! The row of one key.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Answer;
use crate::call::{Call, Kind};

/// What the gateway decided for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// It did it.
    Succeeded {
        /// The gateway's name for it.
        reference: String,
        /// Until when an authorization can be captured.
        expires_at: Option<DateTime<Utc>>,
    },
    /// It refused.
    Declined {
        /// Why.
        code: String,
    },
    /// It failed with nothing done, and the key answers so ever after.
    NotDone,
}

/// All that the gateway knows of one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its place among what was done; nothing else has one.
    pub seq: Option<u64>,
    /// What was asked.
    pub call: Call,
    /// How often.
    pub tries: u32,
    /// What was decided; nothing yet when every try failed before that.
    pub verdict: Option<Verdict>,
    /// Whether the answer is a stored 500, whatever was decided.
    pub answers_500: bool,
    /// When it was asked first.
    pub created_at: DateTime<Utc>,
    /// When it was decided.
    pub settled_at: Option<DateTime<Utc>>,
}

impl Row {
    pub(super) fn new(call: Call, now: DateTime<Utc>) -> Self {
        Self {
            seq: None,
            call,
            tries: 0,
            verdict: None,
            answers_500: false,
            created_at: now,
            settled_at: None,
        }
    }

    /// The gateway's name for what it did.
    pub fn reference(&self) -> Option<&str> {
        match &self.verdict {
            Some(Verdict::Succeeded { reference, .. }) => Some(reference),
            _ => None,
        }
    }

    /// The authorization that it is about: an authorization's is its own reference.
    pub fn about(&self) -> Option<&str> {
        match self.call.kind {
            Kind::Authorize => self.reference(),
            _ => self.call.authorization.as_deref(),
        }
    }

    /// What a settled key answers, ever after.
    pub(super) fn answer(&self) -> Answer {
        match &self.verdict {
            _ if self.answers_500 => Answer::Error,
            Some(Verdict::Succeeded { reference, expires_at }) => {
                Answer::Succeeded { reference: reference.clone(), expires_at: *expires_at }
            }
            Some(Verdict::Declined { code }) => Answer::Declined(code.clone()),
            Some(Verdict::NotDone) => Answer::Error,
            None => Answer::Unavailable,
        }
    }
}

/// The gateway's name for what it does under this key.
pub(super) fn reference(kind: Kind, key: &str) -> String {
    format!("sim_{}_{}", kind.name(), hex::encode(Sha256::digest(key)))
}
