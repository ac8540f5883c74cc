//! One operation on a socket, from `subscribe` to `complete`.

use std::{pin::pin, sync::Arc};

use async_graphql::{Response, ServerError};
use futures::StreamExt as _;
use tokio::sync::mpsc;

use super::message::ServerMessage;
use crate::{
    answer::Answer,
    app::{App, answers_once},
    graphql::{Params, RequestContext},
};

/// A message on its way to the socket.
pub(super) struct Event {
    /// The operation it is of, as the client named it.
    pub(super) id: String,
    /// Which use of that name: a client may use it again as soon as it has completed the first.
    pub(super) serial: u64,
    pub(super) text: String,
    /// Whether nothing follows it.
    pub(super) last: bool,
}

/// An operation at work.
pub(super) struct Operation {
    pub(super) app: Arc<App>,
    pub(super) context: RequestContext,
    pub(super) id: String,
    pub(super) serial: u64,
    pub(super) outbox: mpsc::Sender<Event>,
}

/// The socket is gone: nobody reads any more.
struct Gone;

impl Operation {
    /// Runs to the end, or until nobody reads any more.
    pub(super) async fn run(self, params: Params) {
        let _ = self.answer(params).await;
    }

    async fn answer(&self, params: Params) -> Result<(), Gone> {
        let prepared = match self.app.prepare(params, self.context.clone()).await {
            Ok(prepared) => prepared,
            Err(answer) => return self.finish(&answer).await,
        };
        if answers_once(prepared.operation) {
            let answer = self.app.execute(prepared).await;
            return self.finish(&answer).await;
        }
        let mut answers = pin!(self.app.stream(prepared));
        while let Some(answer) = answers.next().await {
            match &answer {
                Answer::Refused(errors) => return self.refuse(errors).await,
                Answer::Executed(response) => self.next(response).await?,
            }
        }
        self.complete().await
    }

    /// Sends the only answer there is.
    async fn finish(&self, answer: &Answer) -> Result<(), Gone> {
        match answer {
            Answer::Refused(errors) => self.refuse(errors).await,
            Answer::Executed(response) => {
                self.next(response).await?;
                self.complete().await
            }
        }
    }

    async fn next(&self, payload: &Response) -> Result<(), Gone> {
        self.send(&ServerMessage::Next { id: &self.id, payload }).await
    }

    async fn complete(&self) -> Result<(), Gone> {
        self.send(&ServerMessage::Complete { id: &self.id }).await
    }

    /// Ends the operation with errors; by the protocol no `complete` follows.
    async fn refuse(&self, errors: &[ServerError]) -> Result<(), Gone> {
        self.send(&ServerMessage::Error { id: &self.id, payload: errors }).await
    }

    async fn send(&self, message: &ServerMessage<'_>) -> Result<(), Gone> {
        let last = !matches!(message, ServerMessage::Next { .. });
        let event = Event { id: self.id.clone(), serial: self.serial, text: message.text(), last };
        self.outbox.send(event).await.map_err(|_| Gone)
    }
}
