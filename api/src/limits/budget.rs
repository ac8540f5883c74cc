//! What is left, and how it is told.

use std::time::Duration;

use async_graphql::{Value, value};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::bucket::{Bucket, Kind};

/// The header fields of the draft standard, `draft-ietf-httpapi-ratelimit-headers`.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// Seconds in which a bucket fills.
const WINDOW: u32 = 60;

/// A bucket does not hold enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exhausted {
    pub(crate) kind: Kind,
    /// Units that the bucket holds.
    pub(crate) size: u32,
    /// When it will hold enough.
    pub(crate) wait: Duration,
}

impl Exhausted {
    /// After how many milliseconds the same may be asked again; at least 1.
    pub(crate) fn retry_after_ms(&self) -> i32 {
        let rounded_up = self.wait.as_micros().div_ceil(1_000);
        i32::try_from(rounded_up).unwrap_or(i32::MAX).max(1)
    }
}

/// What a bucket holds after an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    kind: Kind,
    size: u32,
    left: u32,
}

impl Budget {
    /// Of the last bucket, which speaks of the asker where there is one.
    pub(super) fn of(buckets: &[Bucket], left: &[u32]) -> Option<Self> {
        let (bucket, left) = (buckets.last()?, left.last()?);
        Some(Self { kind: bucket.kind, size: bucket.size, left: *left })
    }

    /// As GraphQL clients are used to it.
    pub(crate) fn throttle_status(&self) -> Value {
        value!({
            "maximumAvailable": self.size,
            "currentlyAvailable": self.left,
            "restoreRate": f64::from(self.size) / f64::from(WINDOW),
        })
    }

    /// As HTTP clients are used to it.
    pub(crate) fn head(&self, headers: &mut HeaderMap) {
        let Self { kind, size, left } = self;
        let name = kind.name();
        // In whole seconds, and none when it is full.
        let full_in = (u64::from(size - left) * u64::from(WINDOW)).div_ceil(u64::from(*size));
        for (header, text) in [
            (POLICY, format!("\"{name}\";q={size};w={WINDOW}")),
            (LIMIT, format!("\"{name}\";r={left};t={full_in}")),
        ] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(header, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_in_both_ways() {
        let budget = Budget { kind: Kind::User, size: 100, left: 97 };
        let mut headers = HeaderMap::new();
        budget.head(&mut headers);
        assert_eq!(headers["ratelimit-policy"], "\"user\";q=100;w=60");
        assert_eq!(headers["ratelimit"], "\"user\";r=97;t=2");
        let status = budget.throttle_status().into_json().expect("JSON");
        assert_eq!(
            (status["maximumAvailable"].as_u64(), status["currentlyAvailable"].as_u64()),
            (Some(100), Some(97))
        );
    }

    #[test]
    fn nobody_is_told_to_come_back_at_once() {
        let told = |wait| Exhausted { kind: Kind::User, size: 1, wait }.retry_after_ms();
        assert_eq!((told(Duration::ZERO), told(Duration::from_micros(1_001))), (1, 2));
    }
}
