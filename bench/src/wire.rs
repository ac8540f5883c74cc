//! GraphQL over HTTP, on a connection that is kept: as little work as a client can do, for it has the same cores.

use std::{borrow::Cow, net::SocketAddr};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, Uri,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;
use tokio::net::TcpStream;

use crate::Error;

/// A document, ready to be sent. It names what it asks for `payload`, and what that is about `subject`.
#[derive(Clone, Debug)]
pub(crate) struct Document(String);

impl Document {
    pub(crate) fn new(text: &str) -> Self {
        Self(format!("{{\"query\":{},\"variables\":", Value::from(text)))
    }

    /// The body that asks it with these variables, which are JSON.
    pub(crate) fn with(&self, variables: &str) -> Bytes {
        Bytes::from([&self.0, variables, "}"].concat())
    }
}

/// A connection of somebody.
#[derive(Debug)]
pub(crate) struct Connection {
    address: SocketAddr,
    bearer: HeaderValue,
    host: HeaderValue,
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    /// Opens it.
    pub(crate) async fn open(address: SocketAddr, token: &str) -> Result<Self, Error> {
        let header =
            |text: String| HeaderValue::try_from(text).map_err(|error| Error::Token(error.to_string()));
        let bearer = header(format!("Bearer {token}"))?;
        let host = header(address.to_string())?;
        Ok(Self { address, bearer, host, sender: connect(address).await? })
    }

    /// Sends a body, and gives the answer's.
    pub(crate) async fn ask(&mut self, body: Bytes) -> Result<Bytes, Error> {
        if self.sender.is_closed() {
            self.sender = connect(self.address).await?;
        }
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from_static("/graphql");
        let headers = request.headers_mut();
        headers.insert(HOST, self.host.clone());
        headers.insert(AUTHORIZATION, self.bearer.clone());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/graphql-response+json"));
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        Ok(answer.into_body().collect().await?.to_bytes())
    }

    /// The `payload` of an answer that must be one.
    pub(crate) async fn must(&mut self, what: &'static str, body: Bytes) -> Result<Value, Error> {
        let answer = self.ask(body).await?;
        let unexpected = || Error::Unexpected { what, answer: String::from_utf8_lossy(&answer).into_owned() };
        let mut value: Value = serde_json::from_slice(&answer).map_err(|_| unexpected())?;
        let payload = value["data"]["payload"].take();
        let refused = payload["userErrors"].as_array().is_some_and(|errors| !errors.is_empty());
        if payload.is_null() || refused { Err(unexpected()) } else { Ok(payload) }
    }
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>, Error> {
    let stream = TcpStream::connect(address).await.map_err(Error::Connect)?;
    stream.set_nodelay(true).map_err(Error::Connect)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // How it ends is seen by whoever asks next.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It was done; the id of what it is about.
    Done(String),
    /// It was not, and why: a code of the contract, and how many milliseconds to wait before it is asked again.
    Not { code: String, again_ms: Option<u64> },
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Body<'a> {
    #[serde(borrow)]
    data: Option<Data<'a>>,
    #[serde(borrow, default)]
    errors: Vec<TopError<'a>>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    payload: Option<Payload<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    subject: Option<Subject<'a>>,
    #[serde(borrow, default)]
    user_errors: Vec<Refusal<'a>>,
}

#[derive(Deserialize)]
struct Subject<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refusal<'a> {
    #[serde(borrow)]
    code: Cow<'a, str>,
    retry_after_ms: Option<u64>,
}

#[derive(Deserialize)]
struct TopError<'a> {
    #[serde(borrow)]
    extensions: Option<Refusal<'a>>,
}

/// Reads an answer.
pub(crate) fn read(body: &[u8]) -> Answer {
    let not = |code: &str, again_ms| Answer::Not { code: code.to_owned(), again_ms };
    let Ok(body) = serde_json::from_slice::<Body<'_>>(body) else {
        let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
        return not(if is_json { "NO_CODE" } else { "NO_JSON" }, None);
    };
    if let Some(error) = body.errors.first() {
        return match &error.extensions {
            Some(refusal) => not(&refusal.code, refusal.retry_after_ms),
            None => not("NO_CODE", None),
        };
    }
    let Some(payload) = body.data.and_then(|data| data.payload) else { return not("NO_DATA", None) };
    if let Some(refusal) = payload.user_errors.first() {
        return not(&refusal.code, refusal.retry_after_ms);
    }
    match payload.subject.map(|subject| subject.id).or(payload.id) {
        Some(id) => Answer::Done(id.into_owned()),
        None => not("NO_SUBJECT", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let not = |code: &str, again_ms| Answer::Not { code: code.to_owned(), again_ms };
        for (body, answer) in [
            (r#"{"data":{"payload":{"subject":{"id":"a"},"userErrors":[]}}}"#, Answer::Done("a".to_owned())),
            (r#"{"data":{"payload":{"id":"b","available":3}}}"#, Answer::Done("b".to_owned())),
            (
                r#"{"data":{"payload":{"subject":null,"userErrors":[{"code":"CONTENDED","retryAfterMs":20}]}}}"#,
                not("CONTENDED", Some(20)),
            ),
            (
                r#"{"data":null,"errors":[{"message":"x","extensions":{"code":"TIMEOUT"}}]}"#,
                not("TIMEOUT", None),
            ),
            (r#"{"errors":[{"message":"x"}]}"#, not("NO_CODE", None)),
            (r#"{"data":{"payload":{"subject":null,"userErrors":[]}}}"#, not("NO_SUBJECT", None)),
            (r#"{"data":{"payload":null}}"#, not("NO_DATA", None)),
            ("bad gateway", not("NO_JSON", None)),
        ] {
            assert_eq!(read(body.as_bytes()), answer, "{body}");
        }
    }

    #[test]
    fn a_document_is_asked_with_its_variables() {
        let body = Document::new("query Q { \"x\" }").with("{\"id\":1}");
        let value: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(value, serde_json::json!({ "query": "query Q { \"x\" }", "variables": { "id": 1 } }));
    }
}
