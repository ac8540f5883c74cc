//! A socket that says whatever a test has it say.

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tests::{Client, LIMIT};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{self, Message, client::IntoClientRequest as _, http::HeaderValue},
};

/// What comes from the other side.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    Message(Value),
    Closed(u16, String),
}

pub(super) struct Raw(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Raw {
    /// Connects with these headers, or gives the status that refused it.
    pub(super) async fn connect(client: &Client, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let address = format!("{}/graphql", client.url().replacen("http", "ws", 1));
        let mut request = address.into_client_request().expect("an address");
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value).expect("a header"));
        }
        match tokio_tungstenite::connect_async(request).await {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("no socket: {error}"),
        }
    }

    /// Connects with the protocol, and says nothing yet.
    pub(super) async fn open(client: &Client) -> Self {
        let headers = [("sec-websocket-protocol", "graphql-transport-ws")];
        Self::connect(client, &headers).await.expect("the API upgrades")
    }

    /// Connects and is acknowledged.
    pub(super) async fn acknowledged(client: &Client) -> Self {
        let mut socket = Self::open(client).await;
        socket.say(init(client)).await;
        assert_eq!(socket.hear().await, Heard::Message(json!({ "type": "connection_ack" })));
        socket
    }

    pub(super) async fn say(&mut self, message: Message) {
        self.0.send(message).await.expect("the socket is open");
    }

    pub(super) async fn subscribe(&mut self, id: &str, payload: Value) {
        self.say(text(&json!({ "type": "subscribe", "id": id, "payload": payload }))).await;
    }

    /// The next message, or the close.
    pub(super) async fn hear(&mut self) -> Heard {
        loop {
            let next = tokio::time::timeout(LIMIT, self.0.next()).await.expect("something in time");
            match next.expect("no end without a close").expect("a message") {
                Message::Text(text) => return Heard::Message(serde_json::from_str(&text).expect("JSON")),
                Message::Close(Some(close)) => {
                    return Heard::Closed(close.code.into(), close.reason.to_string());
                }
                Message::Ping(_) | Message::Pong(_) => (),
                other => panic!("not of the protocol: {other:?}"),
            }
        }
    }

    pub(super) async fn message(&mut self) -> Value {
        match self.hear().await {
            Heard::Message(message) => message,
            Heard::Closed(code, reason) => panic!("closed: {code} {reason}"),
        }
    }
}

pub(super) fn text(message: &Value) -> Message {
    Message::text(message.to_string())
}

/// What a client introduces itself with.
pub(super) fn init(client: &Client) -> Message {
    text(&json!({ "type": "connection_init", "payload": { "authorization": client.bearer() } }))
}
