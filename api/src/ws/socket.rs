//! One socket, from its upgrade to its close.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use serde_json::{Map, Value};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use super::{
    message::{ClientMessage, ServerMessage},
    operation::{Event, Operation},
};
use crate::{
    app::App,
    auth::Session,
    graphql::{Fault, Params, RequestContext},
};

/// How long a client may take to introduce itself.
const INIT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a silent client is pinged, and how long it may stay silent.
const HEARTBEAT: Duration = Duration::from_secs(15);
const SILENCE: Duration = Duration::from_secs(45);
/// How long a client may take to read one message, and to answer a close.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// Messages of all operations of a socket that may wait for it.
const OUTBOX: usize = 16;
/// Operations at once on one socket.
const MAX_OPERATIONS: usize = 100;

/// Why the server closes a socket.
struct Close(u16, &'static str);

const RESTARTING: Close = Close(1012, "Service restart");
const INVALID_MESSAGE: Close = Close(4400, "Invalid message received");
const NOT_INITIALISED: Close = Close(4401, "Unauthorized");
const FORBIDDEN: Close = Close(4403, "Forbidden");
const NO_PROTOCOL: Close = Close(4406, "Subprotocol not acceptable");
const INIT_TIMED_OUT: Close = Close(4408, "Connection initialisation timeout");
const DUPLICATE_ID: Close = Close(4409, "Subscriber already exists");
const INITIALISED_TWICE: Close = Close(4429, "Too many initialisation requests");

/// What one turn of the loop sends.
enum Turn {
    Send(Message),
    Nothing,
    Close(Close),
    /// The client is gone.
    Gone,
}

struct Running {
    serial: u64,
    /// Dropped with the entry: the operation ends wherever it stands.
    _task: AbortOnDropHandle<()>,
}

struct Connection {
    app: App,
    request_id: String,
    session: Option<Session>,
    initialised: bool,
    operations: HashMap<String, Running>,
    outbox: mpsc::Sender<Event>,
    serial: u64,
    heard: Instant,
}

/// Serves a socket until either side ends it.
pub(super) async fn run(socket: WebSocket, app: App, session: Option<Session>, request_id: String) {
    metrics::gauge!("holdfast_api_sockets").increment(1.0);
    let spoken = socket.protocol().is_some();
    let (mut sink, mut source) = socket.split();
    let (outbox, events) = mpsc::channel(OUTBOX);
    let connection = Connection {
        app,
        request_id,
        session,
        initialised: false,
        operations: HashMap::new(),
        outbox,
        serial: 0,
        heard: Instant::now(),
    };
    let close =
        if spoken { connection.serve(&mut sink, &mut source, events).await } else { Some(NO_PROTOCOL) };
    if let Some(Close(code, reason)) = close {
        let frame = CloseFrame { code, reason: reason.into() };
        let _ = timeout(CLOSE_TIMEOUT, sink.send(Message::Close(Some(frame)))).await;
        // Hanging up on a client that still sends would lose the close on its way.
        let _ = timeout(CLOSE_TIMEOUT, async { while let Some(Ok(_)) = source.next().await {} }).await;
    }
    metrics::gauge!("holdfast_api_sockets").decrement(1.0);
}

impl Connection {
    /// Turns until the end; what to close with, unless the client is gone.
    async fn serve(
        mut self,
        sink: &mut SplitSink<WebSocket, Message>,
        source: &mut SplitStream<WebSocket>,
        mut events: mpsc::Receiver<Event>,
    ) -> Option<Close> {
        let init_by = Instant::now() + INIT_TIMEOUT;
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        let shutdown = self.app.shutdown.clone();
        loop {
            let session_ends = self.session_ends();
            let turn = tokio::select! {
                () = shutdown.cancelled() => Turn::Close(RESTARTING),
                () = sleep_until(init_by), if !self.initialised => Turn::Close(INIT_TIMED_OUT),
                () = sleep_until(session_ends) => Turn::Close(FORBIDDEN),
                _ = heartbeat.tick() => self.beat(),
                message = source.next() => match message {
                    Some(Ok(message)) => self.receive(message),
                    Some(Err(_)) | None => Turn::Gone,
                },
                Some(event) = events.recv() => self.forward(event),
            };
            match turn {
                Turn::Nothing => {}
                Turn::Close(close) => return Some(close),
                Turn::Gone => return None,
                Turn::Send(message) => match timeout(SEND_TIMEOUT, sink.send(message)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(_)) | Err(_) => return None,
                },
            }
        }
    }

    /// When the token of the session ends; without one, not in this process's life.
    fn session_ends(&self) -> Instant {
        const LONG: Duration = Duration::from_hours(365 * 24);
        let left = self.session.as_ref().map_or(LONG, |session| {
            session.expires_at.duration_since(SystemTime::now()).unwrap_or_default().min(LONG)
        });
        Instant::now() + left
    }

    fn beat(&self) -> Turn {
        if self.heard.elapsed() > SILENCE { Turn::Gone } else { Turn::Send(Message::Ping(Vec::new().into())) }
    }

    fn receive(&mut self, message: Message) -> Turn {
        self.heard = Instant::now();
        let text = match message {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) => return Turn::Nothing,
            Message::Close(_) => return Turn::Gone,
            Message::Binary(_) => return Turn::Close(INVALID_MESSAGE),
        };
        match ClientMessage::parse(text.as_str()) {
            Ok(ClientMessage::ConnectionInit(payload)) => self.init(&payload),
            Ok(ClientMessage::Ping) => send(&ServerMessage::Pong),
            Ok(ClientMessage::Pong) => Turn::Nothing,
            Ok(ClientMessage::Subscribe { id, params }) => self.subscribe(id, params),
            Ok(ClientMessage::Complete { id }) => {
                self.operations.remove(&id);
                Turn::Nothing
            }
            Err(_) => Turn::Close(INVALID_MESSAGE),
        }
    }

    fn init(&mut self, payload: &Map<String, Value>) -> Turn {
        if self.initialised {
            return Turn::Close(INITIALISED_TWICE);
        }
        match payload.get("authorization").or_else(|| payload.get("Authorization")) {
            // Whoever asks without a token is who the headers of the upgrade said.
            None | Some(Value::Null) => {}
            Some(Value::String(authorization)) => match self.app.bearer(authorization) {
                Ok(session) => self.session = Some(session),
                Err(_) => return Turn::Close(FORBIDDEN),
            },
            Some(_) => return Turn::Close(FORBIDDEN),
        }
        self.initialised = true;
        send(&ServerMessage::ConnectionAck)
    }

    fn subscribe(&mut self, id: String, params: Params) -> Turn {
        if !self.initialised {
            return Turn::Close(NOT_INITIALISED);
        }
        if self.operations.contains_key(&id) {
            return Turn::Close(DUPLICATE_ID);
        }
        if self.operations.len() >= MAX_OPERATIONS {
            let message = format!("At most {MAX_OPERATIONS} operations run at once on one socket.");
            let errors = [Fault::TooComplex(message).into_server_error()];
            return send(&ServerMessage::Error { id: &id, payload: &errors });
        }
        self.serial += 1;
        let serial = self.serial;
        let correlation_id = format!("{}.{serial}", self.request_id);
        let span = tracing::info_span!("operation", request_id = correlation_id);
        let context =
            RequestContext { actor: self.session.as_ref().map(|session| session.actor.clone()), correlation_id };
        let (app, outbox) = (self.app.clone(), self.outbox.clone());
        let operation = Operation { app, context, id: id.clone(), serial, outbox };
        let task = AbortOnDropHandle::new(tokio::spawn(operation.run(params).instrument(span)));
        self.operations.insert(id, Running { serial, _task: task });
        Turn::Nothing
    }

    /// Sends what an operation says, unless the client has completed it meanwhile.
    fn forward(&mut self, event: Event) -> Turn {
        if self.operations.get(&event.id).is_none_or(|running| running.serial != event.serial) {
            return Turn::Nothing;
        }
        if event.last {
            self.operations.remove(&event.id);
        }
        Turn::Send(Message::Text(event.text.into()))
    }
}

fn send(message: &ServerMessage<'_>) -> Turn {
    Turn::Send(Message::Text(message.text().into()))
}
