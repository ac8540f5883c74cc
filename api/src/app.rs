//! What both transports share: the schema, who may ask, and the running of one operation.

use std::{net::IpAddr, panic::AssertUnwindSafe, sync::Arc, time::Instant};

use async_graphql::{Response, ServerError, Value, parser::types::OperationType, value};
use axum::http::{HeaderMap, header::AUTHORIZATION};
use db::Db;
use futures::{Stream, StreamExt as _};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    auth::{AuthError, Session, Verifier},
    graphql::{
        Fault, Params, Prepared, Price, RequestContext, Schema, chain, finish, kind, prepare, was_refused,
    },
    http::Inbox,
    limits::{Budget, Limiter},
    panics,
    settings::Settings,
};

/// The state behind every route; cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) schema: Schema,
    pub(crate) db: Db,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) limiter: Arc<Limiter>,
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
    /// Parses and counts what a client sent, and charges the client for it.
    pub(crate) async fn prepare(
        &self,
        params: Params,
        context: RequestContext,
    ) -> Result<Prepared, Box<Answer>> {
        let (address, actor) = (context.address, context.actor.clone());
        let prepared = prepare(&self.schema, params, context, self.settings.introspection);
        // What can't be run was work, too.
        let price = prepared.as_ref().map_or(Price::LEAST, |prepared| prepared.price);
        let error = match (self.limiter.take(address, actor.as_ref(), price.units()).await, prepared) {
            (Ok(budget), Ok(prepared)) => return Ok(Prepared { budget, ..prepared }),
            (Ok(_), Err(error)) => error,
            (Err(exhausted), _) => Fault::from(exhausted).into_server_error(),
        };
        let answer = Answer::from(Response::from_errors(vec![error]));
        count("unknown", &answer);
        Err(Box::new(answer))
    }

    /// Charges an address for what never became an operation.
    pub(crate) async fn charge(&self, address: IpAddr) -> Result<(), Fault> {
        let taken = self.limiter.take(address, None, Price::LEAST.units()).await;
        taken.map(drop).map_err(Fault::from)
    }

    /// Runs a query or a mutation for as long as one may take.
    pub(crate) async fn execute(&self, prepared: Prepared) -> Answer {
        let begun = Instant::now();
        let Prepared { request, price, budget, correlation_id, .. } = prepared;
        let running = panics::caught(self.schema.execute(request), &correlation_id);
        let mut answer = match tokio::time::timeout(self.settings.operation_timeout, running).await {
            Ok(Ok(response)) => Answer::from(response),
            Ok(Err(fault)) => Answer::Executed(Response::from_errors(vec![fault.into_server_error()])),
            // The write itself goes on in its lane: only the waiting for it ends.
            Err(_) => Answer::Executed(Response::from_errors(vec![Fault::Timeout.into_server_error()])),
        };
        let operation = kind(prepared.operation);
        if let Answer::Executed(response) = &mut answer {
            show(price, budget, response);
        }
        count(operation, &answer);
        metrics::histogram!("holdfast_api_operation_seconds", "operation" => operation)
            .record(begun.elapsed());
        answer
    }

    /// Runs a subscription until it ends; the first answer says what it was charged.
    pub(crate) fn stream(&self, prepared: Prepared) -> impl Stream<Item = Answer> + use<> {
        let Prepared { request, price, budget, correlation_id, .. } = prepared;
        let answers = AssertUnwindSafe(self.schema.execute_stream(request)).catch_unwind();
        let answers = answers.map(move |answer| {
            Answer::from(answer.unwrap_or_else(|panic| {
                let fault = panics::fault(panic.as_ref(), &correlation_id);
                Response::from_errors(vec![fault.into_server_error()])
            }))
        });
        answers.enumerate().map(move |(at, mut answer)| {
            if let (0, Answer::Executed(response)) = (at, &mut answer) {
                show(price, budget, response);
            }
            answer
        })
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

/// Says in an answer what it was charged, and what may still be asked for.
fn show(price: Price, budget: Option<Budget>, response: &mut Response) {
    let requested = price.units();
    let cost = match budget {
        Some(budget) => {
            value!({ "requestedQueryCost": requested, "throttleStatus": budget.throttle_status() })
        }
        None => value!({ "requestedQueryCost": requested }),
    };
    response.extensions.insert("cost".to_owned(), cost);
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
