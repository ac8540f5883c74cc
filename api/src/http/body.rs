//! Reading a body, up to its limit and in its time.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::{HeaderMap, header},
};
use futures::StreamExt as _;

/// How much of a body that is too large is still taken off the wire, in bytes.
const DRAINED: u64 = 16 * 1024 * 1024;
/// For how long.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is longer than its limit.
    TooLarge,
    /// It did not come in time.
    Late,
    /// The connection broke.
    Broken,
}

/// Reads a body of at most `limit` bytes, which has to come within `patience`.
///
/// What is longer is read on and thrown away, within reason: a client that is still
/// writing when the connection is closed under it gets a broken pipe, and never sees
/// the answer that says why.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    patience: Duration,
) -> Result<Vec<u8>, Unread> {
    let announced = announced(headers);
    if announced.is_some_and(|length| length > DRAINED)
        || (announced.is_some_and(|length| length > limit as u64) && headers.contains_key(header::EXPECT))
    {
        return Err(Unread::TooLarge);
    }
    tokio::time::timeout(patience, whole(body.into_data_stream(), limit)).await.unwrap_or(Err(Unread::Late))
}

async fn whole(mut rest: BodyDataStream, limit: usize) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    while let Some(data) = rest.next().await {
        let data = data.map_err(|_| Unread::Broken)?;
        if bytes.len() + data.len() > limit {
            // Whether the rest comes or not, the answer is the same.
            let _ = tokio::time::timeout(PATIENCE, drain(rest)).await;
            return Err(Unread::TooLarge);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// The length that the headers give.
fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn drain(mut rest: BodyDataStream) {
    let mut drained = 0;
    while drained < DRAINED
        && let Some(Ok(data)) = rest.next().await
    {
        drained += data.len() as u64;
    }
}
