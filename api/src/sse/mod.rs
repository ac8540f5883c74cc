//! GraphQL over server-sent events, by its protocol's distinct connections mode.
//!
//! One request is one operation and one stream: its results as `next` events, then
//! `complete`. A stream that ends without `complete`, because the token ended or the
//! instance goes away, is one to open again.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use futures::{Stream, StreamExt as _, stream};
use tokio::{
    sync::mpsc::{self, Sender},
    time::{Instant, sleep_until, timeout},
};

use crate::{answer::Answer, app::App};

/// Tells proxies of the nginx family to pass on each event as it comes.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");
/// A comment, by which both sides and all between know that the other is there.
const HEARTBEAT: &str = ":\n\n";
/// The end, with an empty field of data: without one, browsers pass the event over. The events of axum can't have one.
const COMPLETE: &str = "event: complete\ndata: \n\n";

/// One more open stream, for as long as this lives.
struct Open;

impl Open {
    fn new() -> Self {
        metrics::gauge!("holdfast_api_event_streams").increment(1.0);
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!("holdfast_api_event_streams").decrement(1.0);
    }
}

/// Streams the answers of one operation until the last, until `ends`, or until the shutdown.
pub(crate) fn respond(
    app: &App,
    ends: Instant,
    answers: impl Stream<Item = Answer> + Send + 'static,
) -> Response {
    let shutdown = app.shutdown.clone();
    let over = async move {
        tokio::select! {
            () = shutdown.cancelled() => (),
            () = sleep_until(ends) => (),
        }
    };
    let blocks = blocks(answers, app.settings.heartbeat).take_until(Box::pin(over));
    let (giver, takes) = mpsc::channel(1);
    tokio::spawn(hand_over(blocks, giver, app.settings.slow_after));
    let events = stream::unfold(takes, async |mut takes| takes.recv().await.map(|block| (block, takes)));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        // What a viewer may see is not for shared caches.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (UNBUFFERED, HeaderValue::from_static("no")),
    ];
    (headers, Body::from_stream(events.map(Ok::<_, Infallible>))).into_response()
}

/// Gives each block to who reads, until the end, until he is gone, or until he has taken nothing for too long: then what his
/// operation holds is let go of, and his stream ends without `complete`.
async fn hand_over(blocks: impl Stream<Item = Bytes>, taker: Sender<Bytes>, slow_after: Duration) {
    let mut blocks = std::pin::pin!(blocks);
    loop {
        let block = tokio::select! {
            () = taker.closed() => return,
            block = blocks.next() => block,
        };
        let Some(block) = block else { return };
        match timeout(slow_after, taker.send(block)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return,
            Err(_) => {
                metrics::counter!("holdfast_api_slow_readers_total").increment(1);
                return;
            }
        }
    }
}

/// All that a stream says, worked out no faster than it is taken.
fn blocks(
    answers: impl Stream<Item = Answer> + Send + 'static,
    heartbeat: Duration,
) -> impl Stream<Item = Bytes> + Send + 'static {
    async_stream::stream! {
        let _open = Open::new();
        let mut answers = Box::pin(answers);
        // A first sign of life, so that everything between passes the headers on at once.
        yield Bytes::from_static(HEARTBEAT.as_bytes());
        loop {
            match timeout(heartbeat, answers.next()).await {
                Ok(Some(answer)) => yield next(&answer),
                Ok(None) => break,
                Err(_) => yield Bytes::from_static(HEARTBEAT.as_bytes()),
            }
        }
        yield Bytes::from_static(COMPLETE.as_bytes());
    }
}

/// One result; what was refused before it was executed comes by the stream, too, since who listens to one sees no status.
fn next(answer: &Answer) -> Bytes {
    // JSON on one line: a line break within a text is written as `\n`.
    let data = serde_json::to_string(answer).expect("a GraphQL response is always JSON");
    format!("event: next\ndata: {data}\n\n").into()
}
