//! What all transports share: the schema, who may ask, and the running of one operation.

use std::{
    net::IpAddr,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use async_graphql::{Response, ServerError, parser::types::OperationType};
use axum::http::{HeaderMap, StatusCode, header::AUTHORIZATION};
use db::Db;
use futures::{Stream, StreamExt as _};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    answer::Answer,
    auth::{AuthError, Session, Verifier},
    graphql::{
        Documents, Fault, Params, Prepared, Price, RequestContext, Schema, chain, kind, prepare,
        tell_position,
    },
    http::Inbox,
    limits::Limiter,
    panics,
    persisted::{Found, Store},
    settings::Settings,
};

/// The state behind every route.
pub(crate) struct App {
    pub(crate) schema: Schema,
    /// Documents that were parsed before.
    pub(crate) documents: Documents,
    /// Documents that are asked for by their hashes.
    pub(crate) persisted: Store,
    pub(crate) db: Db,
    pub(crate) verifier: Verifier,
    pub(crate) limiter: Arc<Limiter>,
    /// The way in for webhooks.
    pub(crate) inbox: Inbox,
    pub(crate) settings: Arc<Settings>,
    pub(crate) shutdown: CancellationToken,
    /// The open sockets, which outlive the requests they came by.
    pub(crate) sockets: TaskTracker,
}

/// Why a token was not accepted; logged where it is found, and nothing for clients to learn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadToken {
    /// It is no good.
    Refused,
    /// Nobody can tell: its issuer's keys could not be read so far.
    Undecided,
}

impl BadToken {
    /// What the client is told.
    pub(crate) fn fault(self) -> (StatusCode, Fault) {
        match self {
            Self::Refused => (StatusCode::UNAUTHORIZED, Fault::Unauthenticated),
            Self::Undecided => (StatusCode::SERVICE_UNAVAILABLE, Fault::Unavailable),
        }
    }
}

impl App {
    /// Finds, parses and counts what a client asks for, and charges the client for it.
    pub(crate) async fn prepare(
        &self,
        params: Params,
        context: RequestContext,
    ) -> Result<Prepared, Box<Answer>> {
        let (address, actor) = (context.address, context.actor.clone());
        let prepared = self.find(params, context).await;
        // What can't be run was work, too.
        let price = prepared.as_ref().map_or(Price::LEAST, |(prepared, _)| prepared.price);
        let error = match (self.limiter.take(address, actor.as_ref(), price.units()).await, prepared) {
            (Ok(budget), Ok((prepared, found))) => {
                self.persisted.keep(&found).await;
                return Ok(Prepared { budget, ..prepared });
            }
            (Ok(_), Err(error)) => error,
            (Err(exhausted), _) => Fault::from(exhausted).into_server_error(),
        };
        let answer = Answer::from(Response::from_errors(vec![error]));
        answer.count("unknown");
        Err(Box::new(answer))
    }

    /// Charges an address for what never became an operation.
    pub(crate) async fn charge(&self, address: IpAddr) -> Result<(), Fault> {
        let taken = self.limiter.take(address, None, Price::LEAST.units()).await;
        taken.map(drop).map_err(Fault::from)
    }

    async fn find(
        &self,
        mut params: Params,
        context: RequestContext,
    ) -> Result<(Prepared, Found), ServerError> {
        let found = self.persisted.find(&mut params).await.map_err(Fault::into_server_error)?;
        let introspection = self.settings.introspection;
        let prepared = prepare(&self.schema, &self.documents, &found.text, params, context, introspection)?;
        Ok((prepared, found))
    }

    /// Runs a query or a mutation for as long as one may take.
    pub(crate) async fn execute(&self, prepared: Prepared) -> Answer {
        let begun = Instant::now();
        let Prepared { request, db, operation, price, budget, pays, correlation_id } = prepared;
        let settings = &self.settings;
        let patience = if pays { settings.payment_timeout } else { settings.operation_timeout };
        let running = async {
            let mut response = self.schema.execute(request).await;
            tell_position(&db, &mut response).await;
            response
        };
        let running = panics::caught(running, &correlation_id);
        let mut answer = match tokio::time::timeout(patience, running).await {
            Ok(Ok(response)) => Answer::from(response),
            Ok(Err(fault)) => Answer::Executed(Response::from_errors(vec![fault.into_server_error()])),
            // The write itself goes on in its lane: only the waiting for it ends.
            Err(_) => Answer::Executed(Response::from_errors(vec![Fault::Timeout.into_server_error()])),
        };
        let operation = kind(operation);
        answer.show(price, budget);
        answer.count(operation);
        metrics::histogram!("holdfast_api_operation_seconds", "operation" => operation)
            .record(begun.elapsed());
        answer
    }

    /// Runs a subscription until it ends, no faster than its answers are taken; the first says what it was charged.
    pub(crate) fn stream(&self, prepared: Prepared) -> impl Stream<Item = Answer> + Send + use<> {
        let Prepared { request, db, price, budget, correlation_id, .. } = prepared;
        let frames = self.schema.execute_stream(request).then(move |mut response| {
            let db = db.clone();
            async move {
                tell_position(&db, &mut response).await;
                response
            }
        });
        let answers = AssertUnwindSafe(frames).catch_unwind();
        let answers = answers.map(move |answer| {
            Answer::from(answer.unwrap_or_else(|panic| {
                let fault = panics::fault(panic.as_ref(), &correlation_id);
                Response::from_errors(vec![fault.into_server_error()])
            }))
        });
        answers.enumerate().map(move |(at, mut answer)| {
            if at == 0 {
                answer.show(price, budget);
                answer.count("subscription");
            }
            answer
        })
    }

    /// Who asks by the headers of a request; none is an anonymous visitor.
    pub(crate) async fn session(&self, headers: &HeaderMap) -> Result<Option<Session>, BadToken> {
        match headers.get(AUTHORIZATION) {
            None => Ok(None),
            Some(value) => self.bearer(value.to_str().map_err(|_| BadToken::Refused)?).await.map(Some),
        }
    }

    /// Who asks by `Bearer <token>`.
    pub(crate) async fn bearer(&self, authorization: &str) -> Result<Session, BadToken> {
        let (scheme, token) = authorization.split_once(' ').ok_or(BadToken::Refused)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(BadToken::Refused);
        }
        self.verifier.session(token.trim()).await.map_err(|error| {
            tracing::debug!(error = chain(&error), "a token was refused");
            match error {
                AuthError::NoKeys => BadToken::Undecided,
                _ => BadToken::Refused,
            }
        })
    }
}

/// When what was opened with a session has to end; without one, not in this process's life.
pub(crate) fn ends(session: Option<&Session>) -> tokio::time::Instant {
    const LONG: Duration = Duration::from_hours(365 * 24);
    let left = session.map_or(LONG, |session| {
        session.expires_at.duration_since(SystemTime::now()).unwrap_or_default().min(LONG)
    });
    tokio::time::Instant::now() + left
}

/// Whether an operation is answered once, and not with a stream.
pub(crate) fn answers_once(operation: OperationType) -> bool {
    operation != OperationType::Subscription
}
