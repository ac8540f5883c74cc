//! One subscriber, over graphql-transport-ws.

use std::net::SocketAddr;

use chrono::{DateTime, Utc};
use futures::{SinkExt as _, StreamExt as _};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest as _, http::HeaderValue},
};

use crate::Error;

const DOCUMENT: &str = "subscription Follow($id: ID!, $after: Int) { bookingChanged(id: $id, afterVersion: $after) \
                        { version type occurredAt booking { id status version } } }";

/// A socket that is acknowledged, and subscribed to one booking.
#[derive(Debug)]
pub(crate) struct Subscriber(WebSocketStream<TcpStream>);

/// A change, as it is pushed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    pub(crate) r#type: String,
    pub(crate) occurred_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Pushed {
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    data: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    booking_changed: Change,
}

fn broke(error: tungstenite::Error) -> Error {
    Error::Socket(Box::new(error))
}

impl Subscriber {
    /// Follows a booking from its first version on.
    pub(crate) async fn open(address: SocketAddr, token: &str, booking: &str) -> Result<Self, Error> {
        let mut request = format!("ws://{address}/graphql").into_client_request().map_err(broke)?;
        let protocol = HeaderValue::from_static("graphql-transport-ws");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let stream = TcpStream::connect(address).await.map_err(Error::Connect)?;
        stream.set_nodelay(true).map_err(Error::Connect)?;
        let (socket, _) = client_async(request, stream).await.map_err(broke)?;
        let mut subscriber = Self(socket);
        let payload = json!({ "authorization": format!("Bearer {token}") });
        subscriber.say(&json!({ "type": "connection_init", "payload": payload })).await?;
        let answer = subscriber.hear().await?;
        if !answer.contains("connection_ack") {
            return Err(Error::Unexpected { what: "a socket", answer });
        }
        let variables = json!({ "id": booking, "after": 0 });
        let payload = json!({ "query": DOCUMENT, "variables": variables });
        subscriber.say(&json!({ "type": "subscribe", "id": "1", "payload": payload })).await?;
        // The first version is there already: whoever has heard it is subscribed.
        subscriber.change().await?;
        Ok(subscriber)
    }

    /// The next change.
    pub(crate) async fn change(&mut self) -> Result<Change, Error> {
        let text = self.hear().await?;
        match serde_json::from_str::<Pushed>(&text) {
            Ok(pushed) => Ok(pushed.payload.data.booking_changed),
            Err(_) => Err(Error::Unexpected { what: "a change of a booking", answer: text }),
        }
    }

    async fn say(&mut self, message: &Value) -> Result<(), Error> {
        self.0.send(Message::text(message.to_string())).await.map_err(broke)
    }

    /// The next message that says something; the server's pings are answered on the way.
    async fn hear(&mut self) -> Result<String, Error> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) if text.contains("\"ping\"") && text.len() < 100 => {
                    self.say(&json!({ "type": "pong" })).await?;
                }
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => (),
                Some(Ok(other)) => {
                    return Err(Error::Unexpected { what: "a socket", answer: format!("{other:?}") });
                }
                Some(Err(error)) => return Err(broke(error)),
                None => return Err(broke(tungstenite::Error::ConnectionClosed)),
            }
        }
    }
}
