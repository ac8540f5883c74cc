//! GraphQL over WebSocket, by the `graphql-transport-ws` protocol.
//!
//! The library's own handler breaks the protocol in ways that clients can't
//! recover from, so this is one of our own over `execute_stream`. Each
//! operation is a task; all of one socket share a short queue to it, first
//! come, first served, so that a busy one can't starve its neighbours.

mod close;
mod connection;
mod message;
mod operation;
mod socket;

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::WebSocketUpgrade,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};
use tracing::Instrument as _;

use crate::app::App;

/// Bytes that each socket keeps to read into: most of them only wait, and the library's own 128 kB is for each.
const READ_BUFFER: usize = 4_096;
/// The one protocol spoken.
const PROTOCOL: &str = "graphql-transport-ws";

/// Turns a request into a socket; a bad token in its headers is refused before that.
pub(crate) async fn accept(
    app: &Arc<App>,
    upgrade: WebSocketUpgrade,
    headers: &HeaderMap,
    trace: &db::Trace,
    address: IpAddr,
) -> Response {
    let session = match app.session(headers).await {
        Ok(session) => session,
        Err(bad) => return bad.fault().0.into_response(),
    };
    let limit = app.settings.body_limit;
    let (app, trace) = (Arc::clone(app), trace.clone());
    let span = tracing::Span::current();
    upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .max_message_size(limit)
        .max_frame_size(limit)
        .on_upgrade(async move |socket| {
            // Tracked, so that a shutdown can wait until every client was told.
            let sockets = app.sockets.clone();
            sockets.track_future(socket::run(socket, app, session, trace, address)).instrument(span).await;
        })
}
