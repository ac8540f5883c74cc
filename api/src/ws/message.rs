//! The messages of `graphql-transport-ws`.

use async_graphql::{Response, ServerError};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{graphql::Params, http::params};

/// What a client may say.
#[derive(Debug)]
pub(super) enum ClientMessage {
    ConnectionInit(Map<String, Value>),
    Ping(Option<Map<String, Value>>),
    Pong,
    Subscribe { id: String, params: Params },
    Complete { id: String },
}

/// Not a message of the protocol: the socket is closed with 4400.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Invalid;

impl ClientMessage {
    pub(super) fn parse(text: &str) -> Result<Self, Invalid> {
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
            return Err(Invalid);
        };
        let kind = message.remove("type");
        // The payload of any message is an object, where there is one.
        let payload = match message.remove("payload") {
            None | Some(Value::Null) => None,
            Some(Value::Object(payload)) => Some(payload),
            Some(_) => return Err(Invalid),
        };
        let id = match message.remove("id") {
            Some(Value::String(id)) if !id.is_empty() => Some(id),
            _ => None,
        };
        match (kind.as_ref().and_then(Value::as_str), id, payload) {
            (Some("connection_init"), _, payload) => Ok(Self::ConnectionInit(payload.unwrap_or_default())),
            (Some("ping"), _, payload) => Ok(Self::Ping(payload)),
            (Some("pong"), ..) => Ok(Self::Pong),
            (Some("subscribe"), Some(id), Some(payload)) => {
                let params = params::from_map(payload).map_err(|_| Invalid)?;
                Ok(Self::Subscribe { id, params })
            }
            (Some("complete"), Some(id), _) => Ok(Self::Complete { id }),
            _ => Err(Invalid),
        }
    }
}

/// What the server may say.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage<'a> {
    ConnectionAck,
    /// With what came along with the ping, so that a client can tell which one is answered.
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<&'a Map<String, Value>>,
    },
    Next {
        id: &'a str,
        payload: &'a Response,
    },
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    Complete {
        id: &'a str,
    },
}

impl ServerMessage<'_> {
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("a GraphQL response is always JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_the_protocol_are_read() {
        for text in [
            r#"{"type":"connection_init"}"#,
            r#"{"type":"connection_init","payload":{"authorization":"Bearer x"}}"#,
            r#"{"type":"ping","payload":{"a":1}}"#,
            r#"{"type":"pong"}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":null}}"#,
            r#"{"type":"complete","id":"1"}"#,
        ] {
            assert!(ClientMessage::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn anything_else_is_invalid() {
        for text in [
            "",
            "ping",
            "[]",
            "{}",
            r#"{"type":1}"#,
            r#"{"type":"start","id":"1","payload":{"query":"{a}"}}"#,
            r#"{"type":"connection_init","payload":"x"}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
            r#"{"type":"complete"}"#,
        ] {
            assert_eq!(ClientMessage::parse(text).err(), Some(Invalid), "{text}");
        }
    }
}
