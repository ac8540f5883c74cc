//! One socket, from its upgrade to its close.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    close::{Close, FORBIDDEN, INIT_TIMED_OUT, NO_PROTOCOL, RESTARTING, TOO_SLOW},
    connection::{Connection, Turn},
    operation::Event,
};
use crate::{app::App, auth::Session, settings::Settings};

/// How long a client may take to answer a close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long a client that was too slow may take to read why it is closed, which stands behind all it has not read.
const SLOW_CLOSE_TIMEOUT: Duration = Duration::from_secs(30);
/// Messages of all operations of a socket that may wait for it.
const OUTBOX: usize = 16;

/// Serves a socket until either side ends it.
pub(super) async fn run(
    socket: WebSocket,
    app: Arc<App>,
    session: Option<Session>,
    trace: db::Trace,
    address: IpAddr,
) {
    metrics::gauge!("holdfast_api_sockets").increment(1.0);
    let spoken = socket.protocol().is_some();
    let (mut sink, mut source) = socket.split();
    let shutdown = app.shutdown.clone();
    let close = if spoken {
        let (shutdown, settings) = (shutdown.clone(), Arc::clone(&app.settings));
        let (outbox, events) = mpsc::channel(OUTBOX);
        let connection = Connection::new(app, session, trace, address, outbox);
        serve(connection, &mut sink, &mut source, events, &settings, shutdown).await
    } else {
        Some(NO_PROTOCOL)
    };
    if let Some(Close(code, reason)) = close {
        let frame = CloseFrame { code, reason: reason.into_owned().into() };
        let closing = sink.send(Message::Close(Some(frame)));
        if code == TOO_SLOW.0 {
            metrics::counter!("holdfast_api_slow_readers_total").increment(1);
            let _ = shutdown.run_until_cancelled(timeout(SLOW_CLOSE_TIMEOUT, closing)).await;
        } else {
            let _ = timeout(CLOSE_TIMEOUT, closing).await;
        }
        // Hanging up on a client that still sends would lose the close on its way.
        let _ = timeout(CLOSE_TIMEOUT, async { while let Some(Ok(_)) = source.next().await {} }).await;
    }
    metrics::gauge!("holdfast_api_sockets").decrement(1.0);
}

/// Takes turns until the end; what to close with, unless the client is gone.
async fn serve(
    mut connection: Connection,
    sink: &mut SplitSink<WebSocket, Message>,
    source: &mut SplitStream<WebSocket>,
    mut events: mpsc::Receiver<Event>,
    settings: &Settings,
    shutdown: CancellationToken,
) -> Option<Close> {
    let init_by = Instant::now() + settings.init_timeout;
    let mut heartbeat = tokio::time::interval(settings.heartbeat);
    loop {
        let session_ends = connection.session_ends();
        let turn = tokio::select! {
            () = shutdown.cancelled() => Turn::Close(RESTARTING),
            () = sleep_until(init_by), if !connection.initialised() => Turn::Close(INIT_TIMED_OUT),
            () = sleep_until(session_ends) => Turn::Close(FORBIDDEN),
            _ = heartbeat.tick() => connection.beat(),
            message = source.next() => match message {
                Some(Ok(message)) => connection.receive(message).await,
                Some(Err(_)) | None => Turn::Gone,
            },
            Some(event) = events.recv() => connection.forward(event),
        };
        match turn {
            Turn::Nothing => {}
            Turn::Close(close) => return Some(close),
            Turn::Gone => return None,
            Turn::Send(message) => match timeout(settings.slow_after, sink.send(message)).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return None,
                // A client that does not read holds up nobody but itself: its operations wait, and hold what they have.
                Err(_) => return Some(TOO_SLOW),
            },
        }
    }
}
