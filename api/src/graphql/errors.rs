//! What is wrong with a request itself: top-level errors with `extensions.code`.
//!
//! What a customer can do something about is a [`super::user_error::UserError`] instead.

use std::{error::Error as StdError, fmt::Write as _};

use async_graphql::{Error, ErrorExtensionValues, ErrorExtensions as _, ServerError};

use crate::limits::Exhausted;

pub(crate) type Result<T, E = Fault> = std::result::Result<T, E>;

/// After this long a client may try again what failed for want of room.
pub(crate) const RETRY_AFTER_MS: i32 = 1_000;

/// Why there is no answer. Deliberately without `Display`: async-graphql
/// would turn anything displayable into an error without a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No token, where one is needed.
    Unauthenticated,
    /// The token is good, but not for this.
    Forbidden(String),
    /// The request contradicts the schema or itself.
    BadUserInput(String),
    /// Nothing there that this actor may know of.
    NotFound(String),
    /// More work than one request may ask for.
    TooComplex(String),
    /// No document is known by this hash: the client sends it along once.
    PersistedQueryNotFound,
    /// The document that came along has another hash.
    PersistedQueryMismatch,
    /// No documents are kept here.
    PersistedQueryNotSupported,
    /// Documents other than those of a list are not executed.
    PersistedQueryNotInList,
    /// The answer took too long; a write may still happen.
    Timeout,
    /// The asker, or its address, has asked for more than it may in a minute.
    RateLimited { retry_after_ms: i32 },
    /// No room or no database right now.
    Unavailable,
    /// A failure of ours, logged under this id.
    Internal { correlation_id: String },
}

impl Fault {
    /// The code that has a status of its own over HTTP.
    pub(crate) const RATE_LIMITED: &str = "RATE_LIMITED";

    /// The value of `extensions.code`.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden(_) => "FORBIDDEN",
            Self::BadUserInput(_) => "BAD_USER_INPUT",
            Self::NotFound(_) => "NOT_FOUND",
            Self::TooComplex(_) => "QUERY_TOO_COMPLEX",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::PersistedQueryMismatch => "PERSISTED_QUERY_HASH_MISMATCH",
            Self::PersistedQueryNotSupported => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::PersistedQueryNotInList => "PERSISTED_QUERY_NOT_IN_LIST",
            Self::Timeout => "TIMEOUT",
            Self::RateLimited { .. } => Self::RATE_LIMITED,
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal { .. } => "INTERNAL",
        }
    }

    fn message(&self) -> &str {
        match self {
            Self::Unauthenticated => "A valid token is needed for this.",
            Self::Forbidden(message)
            | Self::BadUserInput(message)
            | Self::NotFound(message)
            | Self::TooComplex(message) => message,
            // These three are Apollo's own words, which older clients go by.
            Self::PersistedQueryNotFound => "PersistedQueryNotFound",
            Self::PersistedQueryMismatch => "provided sha does not match query",
            Self::PersistedQueryNotSupported => "PersistedQueryNotSupported",
            Self::PersistedQueryNotInList => "This document is none of those that are executed here.",
            Self::Timeout => {
                "This took too long. A mutation may still take effect: send it again with the same idempotency key."
            }
            Self::RateLimited { .. } => {
                "This is more than you may ask for in a minute. Nothing was done: send it again later."
            }
            Self::Unavailable => {
                "The system has no room for this right now. Send it again, mutations with the same idempotency key."
            }
            Self::Internal { .. } => "Something went wrong on our side.",
        }
    }

    fn extend(&self, values: &mut ErrorExtensionValues) {
        values.set("code", self.code());
        match self {
            Self::Unavailable => values.set("retryAfterMs", RETRY_AFTER_MS),
            Self::RateLimited { retry_after_ms } => values.set("retryAfterMs", *retry_after_ms),
            Self::Internal { correlation_id } => {
                values.set("correlationId", correlation_id.as_str());
            }
            _ => {}
        }
    }

    /// The error of a request that was not executed.
    pub(crate) fn into_server_error(self) -> ServerError {
        let mut values = ErrorExtensionValues::default();
        self.extend(&mut values);
        let mut error = ServerError::new(self.message(), None);
        error.extensions = Some(values);
        error
    }
}

impl From<Exhausted> for Fault {
    fn from(exhausted: Exhausted) -> Self {
        Self::RateLimited { retry_after_ms: exhausted.retry_after_ms() }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::new(fault.message()).extend_with(|_, values| fault.extend(values))
    }
}

/// What clients may know of a failed call; the rest is for the log.
pub(crate) fn fault_of(error: &db::Error, correlation_id: &str) -> Fault {
    match error {
        db::Error::Unreachable(_)
        | db::Error::PoolExhausted
        | db::Error::LockTimeout(_)
        | db::Error::Conflict(_) => Fault::Unavailable,
        db::Error::Timeout(_) => Fault::Timeout,
        db::Error::BadCursor(_) => Fault::BadUserInput("`after` is not a cursor of this list.".to_owned()),
        _ => Fault::Internal { correlation_id: correlation_id.to_owned() },
    }
}

/// An error and everything it came from, in one line for the log.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // Writing to a string can't fail.
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

/// The messages of async-graphql's own limits, which carry no code.
const LIMITS: [&str; 5] = [
    "Query is too complex",
    "Query is nested too deep",
    "The recursion depth of the query",
    "The amount of aliases",
    "The number of directives",
];

/// Gives a code to errors of parsing, validation and coercion, which come without one.
pub(crate) fn classify(error: &mut ServerError) {
    let values = error.extensions.get_or_insert_default();
    if values.get("code").is_none() {
        let limit = LIMITS.iter().any(|limit| error.message.starts_with(limit));
        values.set("code", if limit { "QUERY_TOO_COMPLEX" } else { "BAD_USER_INPUT" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_database_said_stays_in_the_log() {
        let source = serde_json::from_str::<i32>("secret").expect_err("not a number");
        let error = db::Error::Answer { routine: "select booking.secret($1)", source };
        let fault = fault_of(&error, "request-7").into_server_error();
        let sent = serde_json::to_string(&fault).expect("errors can be encoded");
        assert!(sent.contains("request-7") && sent.contains("INTERNAL"), "{sent}");
        assert!(!sent.contains("booking.secret"), "{sent}");
        assert!(chain(&error).contains("expected value"), "{}", chain(&error));
    }

    #[test]
    fn errors_of_the_library_get_a_code() {
        for (message, code) in
            [("Query is too complex.", "QUERY_TOO_COMPLEX"), ("Unknown field", "BAD_USER_INPUT")]
        {
            let mut error = ServerError::new(message, None);
            classify(&mut error);
            assert_eq!(error.extensions.and_then(|values| values.get("code").cloned()), Some(code.into()));
        }
    }
}
