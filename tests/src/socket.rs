//! A client of subscriptions, over `graphql-transport-ws`.

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue},
};

use crate::{client::Client, wait::LIMIT};

/// One connection, which has been acknowledged.
#[derive(Debug)]
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Connects as `client`.
    pub async fn connect(client: &Client) -> Self {
        Self::connect_with(client, TcpSocket::new_v4().expect("a socket")).await
    }

    /// Connects as `client`, and keeps few unread bytes: what is not read is soon the server's trouble.
    pub async fn connect_narrow(client: &Client) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4_096).expect("a small buffer");
        Self::connect_with(client, socket).await
    }

    async fn connect_with(client: &Client, socket: TcpSocket) -> Self {
        let address = format!("{}/graphql", client.url().replacen("http", "ws", 1));
        let mut request = address.into_client_request().expect("an address");
        let protocol = HeaderValue::from_static("graphql-transport-ws");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let server = client.url().trim_start_matches("http://").parse().expect("an address of the API");
        let stream = socket.connect(server).await.expect("the API accepts");
        let stream = MaybeTlsStream::Plain(stream);
        let (stream, _) = tokio_tungstenite::client_async(request, stream).await.expect("the API upgrades");
        let mut socket = Self(stream);
        let payload = client.bearer().map_or_else(|| json!({}), |bearer| json!({ "authorization": bearer }));
        socket.say(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.hear().await["type"], "connection_ack");
        socket
    }

    /// Asks for the changes of a booking under the operation id `1`.
    pub async fn watch(&mut self, booking: &str, after: Option<i32>) {
        let query = "subscription($id: ID!, $after: Int) { bookingChanged(id: $id, afterVersion: $after) \
                     { version type booking { id version } } }";
        self.subscribe("1", query, json!({ "id": booking, "after": after })).await;
    }

    /// Starts an operation under this id.
    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(&json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// Asks for the states of slots under an operation id.
    pub async fn follow(&mut self, id: &str, slots: &[&str]) {
        let query = "subscription($ids: [ID!]!) { availabilityChanged(slotIds: $ids) \
                     { version available waiting state slot { id available } } }";
        self.subscribe(id, query, json!({ "ids": slots })).await;
    }

    /// The next message.
    ///
    /// # Panics
    /// When none comes in time.
    pub async fn hear(&mut self) -> Value {
        loop {
            let next = tokio::time::timeout(LIMIT, self.0.next()).await;
            match next.expect("a message in time").expect("an open socket").expect("a message") {
                Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                Message::Ping(_) | Message::Pong(_) => (),
                other => panic!("not a message of the protocol: {other:?}"),
            }
        }
    }

    /// The next state of a slot, whichever.
    ///
    /// # Panics
    /// When something else comes.
    pub async fn state(&mut self) -> Value {
        let mut message = self.hear().await;
        let state = message["payload"]["data"]["availabilityChanged"].take();
        assert!(state["available"].is_number(), "not a state: {message}");
        state
    }

    /// The next change: its version and its type.
    ///
    /// # Panics
    /// When something else comes.
    pub async fn change(&mut self) -> (i64, String) {
        let message = self.hear().await;
        let change = &message["payload"]["data"]["bookingChanged"];
        let version = change["version"].as_i64();
        let version = version.unwrap_or_else(|| panic!("not a change: {message}"));
        (version, change["type"].as_str().unwrap_or_default().to_owned())
    }

    /// Sends a ping of the protocol and gives all that comes before its answer: with that, nothing
    /// more was on its way.
    pub async fn drain(&mut self) -> Vec<Value> {
        self.say(&json!({ "type": "ping" })).await;
        let mut heard = Vec::new();
        loop {
            let message = self.hear().await;
            if message["type"] == "pong" {
                return heard;
            }
            heard.push(message);
        }
    }

    /// Reads whatever comes until the server closes; the code it gave, none when it just hung up.
    ///
    /// # Panics
    /// When it does not close in time.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            match tokio::time::timeout(LIMIT, self.0.next()).await.expect("a close in time") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => (),
                Some(Err(_)) | None => return None,
            }
        }
    }

    async fn say(&mut self, message: &Value) {
        let message = Message::text(message.to_string());
        self.0.send(message).await.expect("the socket is open");
    }
}
