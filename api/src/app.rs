//! What both transports share: the schema, who may ask, and the running of one operation.

use std::{sync::Arc, time::Instant};

use async_graphql::{Response, ServerError, Value, parser::types::OperationType};
use axum::http::{HeaderMap, header::AUTHORIZATION};
use db::Db;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    auth::{AuthError, Session, Verifier},
    graphql::{Fault, Params, Prepared, RequestContext, Schema, chain, finish, kind, prepare, was_refused},
    http::Inbox,
    settings::Settings,
};

/// The state behind every route; cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) schema: Schema,
    pub(crate) db: Db,
    pub(crate) verifier: Arc<Verifier>,
    /// The way in for webhooks.
    pub(crate) inbox: Inbox,
    pub(crate) settings: Arc<Settings>,
    pub(crate) shutdown: CancellationToken,
    /// The open sockets, which outlive the requests they came by.
    pub(crate) sockets: TaskTracker,
}

/// What became of an operation.
pub(crate) enum Answer {
    /// Nothing was executed: there is no `data`.
    Refused(Vec<ServerError>),
    /// It was executed, with or without errors.
    Executed(Response),
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        let response = finish(response);
        if was_refused(&response) { Self::Refused(response.errors) } else { Self::Executed(response) }
    }
}

/// Why a token was not accepted; logged where it is found, and nothing for clients to learn from.
pub(crate) struct BadToken;

impl App {
    /// Parses and counts what a client sent.
    pub(crate) fn prepare(&self, params: Params, context: RequestContext) -> Result<Prepared, Box<Answer>> {
        prepare(&self.schema, params, context).map_err(|error| {
            let answer = Answer::from(Response::from_errors(vec![error]));
            count("unknown", &answer);
            Box::new(answer)
        })
    }

    /// Runs a query or a mutation for as long as one may take.
    pub(crate) async fn execute(&self, prepared: Prepared) -> Answer {
        let begun = Instant::now();
        let running = self.schema.execute(prepared.request);
        let answer = match tokio::time::timeout(self.settings.operation_timeout, running).await {
            Ok(response) => Answer::from(response),
            // The write itself goes on in its lane: only the waiting for it ends.
            Err(_) => Answer::Executed(Response::from_errors(vec![Fault::Timeout.into_server_error()])),
        };
        let operation = kind(prepared.operation);
        count(operation, &answer);
        metrics::histogram!("holdfast_api_operation_seconds", "operation" => operation)
            .record(begun.elapsed());
        answer
    }

    /// Who asks by the headers of a request; none is an anonymous visitor.
    pub(crate) fn session(&self, headers: &HeaderMap) -> Result<Option<Session>, BadToken> {
        match headers.get(AUTHORIZATION) {
            None => Ok(None),
            Some(value) => self.bearer(value.to_str().map_err(|_| BadToken)?).map(Some),
        }
    }

    /// Who asks by `Bearer <token>`.
    pub(crate) fn bearer(&self, authorization: &str) -> Result<Session, BadToken> {
        let (scheme, token) = authorization.split_once(' ').ok_or(BadToken)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(BadToken);
        }
        self.verifier.session(token.trim()).map_err(|error: AuthError| {
            tracing::debug!(error = chain(&error), "a token was refused");
            BadToken
        })
    }
}

/// Counts an operation by its kind and its result: `OK`, or the code of its first error.
pub(crate) fn count(operation: &'static str, answer: &Answer) {
    let errors = match answer {
        Answer::Refused(errors) => errors,
        Answer::Executed(response) => &response.errors,
    };
    let code = errors.first().map_or_else(|| "OK".to_owned(), code);
    metrics::counter!("holdfast_api_operations_total", "operation" => operation, "result" => code)
        .increment(1);
}

/// The code that every finished error has; there are few of them.
fn code(error: &ServerError) -> String {
    match error.extensions.as_ref().and_then(|values| values.get("code")) {
        Some(Value::String(code)) => code.clone(),
        _ => "INTERNAL".to_owned(),
    }
}

/// Whether an operation is answered once, and not with a stream.
pub(crate) fn answers_once(operation: OperationType) -> bool {
    operation != OperationType::Subscription
}
