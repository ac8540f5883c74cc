//! What one socket has said and been told so far.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use axum::extract::ws::Message;
use db::Trace;
use serde_json::{Map, Value};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use super::{
    close::{Close, FORBIDDEN, INITIALISED_TWICE, INVALID_MESSAGE, NOT_INITIALISED},
    message::{ClientMessage, ServerMessage},
    operation::{Event, Operation},
};
use crate::{
    app::{App, ends},
    auth::Session,
    graphql::{Fault, Params, RequestContext},
    trace,
};

/// Heartbeats that a client may leave unanswered.
const SILENCE: u32 = 3;
/// Operations at once on one socket.
const MAX_OPERATIONS: usize = 100;

/// What one turn of the loop sends.
pub(super) enum Turn {
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

pub(super) struct Connection {
    app: Arc<App>,
    trace: Trace,
    address: IpAddr,
    session: Option<Session>,
    initialised: bool,
    operations: HashMap<String, Running>,
    outbox: mpsc::Sender<Event>,
    serial: u64,
    heard: Instant,
}

impl Connection {
    pub(super) fn new(
        app: Arc<App>,
        session: Option<Session>,
        trace: Trace,
        address: IpAddr,
        outbox: mpsc::Sender<Event>,
    ) -> Self {
        Self {
            app,
            trace,
            address,
            session,
            initialised: false,
            operations: HashMap::new(),
            outbox,
            serial: 0,
            heard: Instant::now(),
        }
    }

    pub(super) fn initialised(&self) -> bool {
        self.initialised
    }

    /// When the token of the session ends; without one, not in this process's life.
    pub(super) fn session_ends(&self) -> Instant {
        ends(self.session.as_ref())
    }

    pub(super) fn beat(&self) -> Turn {
        let silence = self.app.settings.heartbeat * SILENCE;
        if self.heard.elapsed() > silence { Turn::Gone } else { Turn::Send(Message::Ping(Vec::new().into())) }
    }

    pub(super) async fn receive(&mut self, message: Message) -> Turn {
        self.heard = Instant::now();
        let text = match message {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) => return Turn::Nothing,
            Message::Close(_) => return Turn::Gone,
            Message::Binary(_) => return Turn::Close(INVALID_MESSAGE),
        };
        match ClientMessage::parse(text.as_str()) {
            Ok(ClientMessage::ConnectionInit(payload)) => self.init(&payload).await,
            Ok(ClientMessage::Ping(payload)) => send(&ServerMessage::Pong { payload: payload.as_ref() }),
            Ok(ClientMessage::Pong) => Turn::Nothing,
            Ok(ClientMessage::Subscribe { id, params }) => self.subscribe(id, params),
            Ok(ClientMessage::Complete { id }) => {
                self.operations.remove(&id);
                Turn::Nothing
            }
            Err(_) => Turn::Close(INVALID_MESSAGE),
        }
    }

    async fn init(&mut self, payload: &Map<String, Value>) -> Turn {
        if self.initialised {
            return Turn::Close(INITIALISED_TWICE);
        }
        match payload.get("authorization").or_else(|| payload.get("Authorization")) {
            // Whoever asks without a token is who the headers of the upgrade said.
            None | Some(Value::Null) => {}
            Some(Value::String(authorization)) => match self.app.bearer(authorization).await {
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
            return Turn::Close(Close::duplicate(&id));
        }
        if self.operations.len() >= MAX_OPERATIONS {
            let message = format!("At most {MAX_OPERATIONS} operations run at once on one socket.");
            let errors = [Fault::TooComplex(message).into_server_error()];
            return send(&ServerMessage::Error { id: &id, payload: &errors });
        }
        self.serial += 1;
        let serial = self.serial;
        let trace = trace::part_of(&self.trace, serial);
        let span = tracing::info_span!("operation", request_id = trace.correlation_id);
        let actor = self.session.as_ref().map(|session| session.actor.clone());
        let context = RequestContext { actor, address: self.address, trace };
        let (app, outbox) = (Arc::clone(&self.app), self.outbox.clone());
        let operation = Operation { app, context, id: id.clone(), serial, outbox };
        let task = AbortOnDropHandle::new(tokio::spawn(operation.run(params).instrument(span)));
        self.operations.insert(id, Running { serial, _task: task });
        Turn::Nothing
    }

    /// Sends what an operation says, unless the client has completed it meanwhile.
    pub(super) fn forward(&mut self, event: Event) -> Turn {
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
