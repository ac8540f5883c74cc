//! Why an operation has no answer.

/// What went wrong between the question and its answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// The address is none that can be asked.
    #[error("`{url}` is no address of a server: {reason}")]
    Address {
        /// The address as given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The server could not be reached, or fell silent in the middle.
    #[error("no answer from the server")]
    Transport(#[source] reqwest::Error),
    /// An answer that is not GraphQL: the status and the beginning of the body.
    #[error("the server answered HTTP {0}: {1}")]
    Status(u16, String),
    /// The first top-level error of a GraphQL answer.
    #[error("{code}: {message}")]
    GraphQl {
        /// `extensions.code`, or nothing when the server gave none.
        code: String,
        /// The sentence for people.
        message: String,
        /// How long the server asks to be left alone, in milliseconds.
        retry_after_ms: Option<u64>,
    },
    /// The data is not of the shape that was asked for.
    #[error("the server's answer is not of the expected shape")]
    Answer(#[source] serde_json::Error),
}

impl ClientError {
    /// Whether the same operation, sent again, may find the server in a better state.
    ///
    /// Only safe because every mutation carries an idempotency key: a lost
    /// answer does not say whether the server acted.
    pub(crate) fn retryable(&self) -> bool {
        match self {
            Self::Transport(error) => !error.is_builder(),
            Self::Status(status, _) => *status >= 500 || *status == 429,
            Self::GraphQl { code, .. } => ["UNAVAILABLE", "TIMEOUT", "RATE_LIMITED"].contains(&code.as_str()),
            Self::Address { .. } | Self::Answer(_) => false,
        }
    }

    /// How long the server asks to be left alone, in milliseconds.
    pub(crate) fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::GraphQl { retry_after_ms, .. } => *retry_after_ms,
            _ => None,
        }
    }
}
