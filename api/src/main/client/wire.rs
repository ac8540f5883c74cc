//! GraphQL over HTTP: the request's body, and what an answer's body means.

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::ClientError;

/// How much of a body that is not GraphQL is worth showing.
const EXCERPT_CHARS: usize = 200;

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    data: Value,
    #[serde(default)]
    errors: Vec<TopError>,
}

#[derive(Deserialize)]
struct TopError {
    message: String,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Extensions {
    code: Option<String>,
    retry_after_ms: Option<u64>,
}

/// The body that asks a document with its variables.
pub(super) fn request(document: &str, variables: &Value) -> String {
    json!({ "query": document, "variables": variables }).to_string()
}

/// The `Retry-After` header, in milliseconds; its date form is of no use here.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(seconds.saturating_mul(1000))
}

/// Reads an answer, whatever its status says: a GraphQL error explains more than a number.
pub(super) fn answer<T: DeserializeOwned>(
    status: u16,
    retry_after: Option<u64>,
    body: &[u8],
) -> Result<T, ClientError> {
    let Ok(read) = serde_json::from_slice::<Body>(body) else {
        return Err(ClientError::Status(status, excerpt(body)));
    };
    if let Some(first) = read.errors.into_iter().next() {
        let error = ClientError::GraphQl {
            code: first.extensions.code.unwrap_or_default(),
            message: first.message,
            retry_after_ms: first.extensions.retry_after_ms.or(retry_after),
        };
        // A failure of the server stays one, even under a code that says nothing about trying again.
        return Err(if status >= 500 && !error.retryable() {
            ClientError::Status(status, error.to_string())
        } else {
            error
        });
    }
    if status >= 400 || read.data.is_null() {
        return Err(ClientError::Status(status, excerpt(body)));
    }
    serde_json::from_value(read.data).map_err(ClientError::Answer)
}

fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(body).trim().chars().take(EXCERPT_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Result<Value, ClientError> {
        answer(status, None, body.as_bytes())
    }

    #[test]
    fn data_without_errors_is_the_answer() {
        assert_eq!(read(200, r#"{"data":{"a":1}}"#).expect("an answer"), json!({ "a": 1 }));
    }

    #[test]
    fn a_top_level_error_wins_over_partial_data_and_keeps_its_code() {
        let body = r#"{"data":{"a":null},"errors":[{"message":"busy","extensions":{"code":"TIMEOUT","retryAfterMs":7}}]}"#;
        let error = read(200, body).expect_err("an error");
        assert!(error.retryable());
        assert_eq!(error.retry_after_ms(), Some(7));
        assert_eq!(error.to_string(), "TIMEOUT: busy");
    }

    #[test]
    fn what_the_client_did_wrong_is_not_tried_again() {
        for (status, body) in [
            (400, r#"{"errors":[{"message":"no","extensions":{"code":"BAD_USER_INPUT"}}]}"#),
            (401, r#"{"errors":[{"message":"who","extensions":{"code":"UNAUTHENTICATED"}}]}"#),
            (200, r#"{"data":null,"errors":[{"message":"x"}]}"#),
            (404, "not here"),
        ] {
            assert!(!read(status, body).expect_err(body).retryable(), "{body}");
        }
    }

    #[test]
    fn what_the_server_failed_at_is_tried_again() {
        for (status, body) in [
            (502, "<html>bad gateway</html>"),
            (503, r#"{"errors":[{"message":"down","extensions":{"code":"UNAVAILABLE"}}]}"#),
            (500, r#"{"errors":[{"message":"oops","extensions":{"code":"INTERNAL"}}]}"#),
            (429, r#"{"errors":[{"message":"slow","extensions":{"code":"RATE_LIMITED"}}]}"#),
            (429, "slow"),
        ] {
            assert!(read(status, body).expect_err(body).retryable(), "{body}");
        }
    }
}
