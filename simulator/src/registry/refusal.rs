//! Refusals, with the bodies that clients of a schema registry know.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why something is not answered: a code whose first three digits are the status, and what people read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    code: u32,
    message: String,
}

impl Refusal {
    pub(super) fn no_subject(subject: &str) -> Self {
        Self { code: 40_401, message: format!("Subject '{subject}' not found.") }
    }

    pub(super) fn no_version(version: &str) -> Self {
        Self { code: 40_402, message: format!("Version {version} not found.") }
    }

    pub(super) fn no_schema() -> Self {
        Self { code: 40_403, message: "Schema not found".to_owned() }
    }

    pub(super) fn no_level(subject: &str) -> Self {
        let message = format!("Subject '{subject}' does not have subject-level compatibility configured");
        Self { code: 40_408, message }
    }

    pub(super) fn incompatible(why: &str) -> Self {
        let message = format!("Schema being registered is incompatible with an earlier schema: {why}");
        Self { code: 409, message }
    }

    pub(super) fn no_avro(why: &str) -> Self {
        Self { code: 42_201, message: format!("Invalid schema: {why}") }
    }

    pub(super) fn bad_version(version: &str) -> Self {
        let message = format!("The specified version '{version}' is not a valid version id.");
        Self { code: 42_202, message }
    }

    pub(super) fn bad_level() -> Self {
        Self { code: 42_203, message: "Invalid compatibility level".to_owned() }
    }

    pub(super) fn unavailable(error: &std::io::Error) -> Self {
        tracing::error!(%error, "the schemas can't be written");
        Self { code: 50_001, message: "Error in the backend data store".to_owned() }
    }

    fn status(&self) -> StatusCode {
        let digits = if self.code < 1000 { self.code } else { self.code / 100 };
        let status = u16::try_from(digits).ok().and_then(|status| StatusCode::from_u16(status).ok());
        status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status(), Json(json!({ "error_code": self.code, "message": self.message }))).into_response()
    }
}
