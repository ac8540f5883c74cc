//! GraphQL over HTTP, by its specification, and the few other routes.

mod body;
mod graphql;
mod health;
mod media;
pub(crate) mod params;
mod respond;
mod webhook;

use std::sync::Arc;

use axum::{
    Router,
    http::StatusCode,
    middleware,
    response::Redirect,
    routing::{get, post},
};
use tower_http::compression::{
    CompressionLayer,
    predicate::{DefaultPredicate, Predicate as _, SizeAbove},
};

use self::media::Media;
use crate::{
    app::App,
    graphiql,
    limits::{self, ClientAddress},
    trace, ws,
};
pub(crate) use webhook::Inbox;

/// Answers that are shorter fit into one packet as they are, in bytes.
const WORTH_COMPRESSING: u64 = 1_024;

/// All routes.
pub(crate) fn router(app: Arc<App>) -> Router {
    let mut routes = Router::new()
        .route("/graphql", get(get_or_upgrade).post(graphql::post))
        .route("/webhooks/{gateway}", post(webhook::post))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics));
    if app.settings.graphiql {
        routes =
            routes.route("/graphiql", get(graphiql::page)).route("/graphiql/{file}", get(graphiql::asset));
    }
    let beside = match &app.settings.beside {
        Some(beside) => beside.clone(),
        None if app.settings.graphiql => Router::new().route("/", get(async || Redirect::to("/graphiql"))),
        None => Router::new(),
    };
    let worth_it = DefaultPredicate::new().and(SizeAbove::new(WORTH_COMPRESSING));
    let address = middleware::from_fn_with_state(Arc::clone(&app), limits::identify);
    routes
        .with_state(app)
        .merge(beside)
        .layer(CompressionLayer::new().compress_when(worth_it))
        .layer(address)
        .layer(middleware::from_fn(trace::identify))
}

/// `GET /graphql` is a query, or the way into a WebSocket.
async fn get_or_upgrade(
    state: axum::extract::State<Arc<App>>,
    upgrade: Result<axum::extract::WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
    trace: axum::Extension<db::Trace>,
    address: axum::Extension<ClientAddress>,
    request: axum::extract::Request,
) -> axum::response::Response {
    let Ok(upgrade) = upgrade else {
        return graphql::get(state, trace, address, request).await;
    };
    let address = address.0.0;
    match state.charge(address).await {
        Ok(()) => ws::accept(&state.0, upgrade, request.headers(), &trace.0, address).await,
        Err(fault) => respond::refuse(StatusCode::TOO_MANY_REQUESTS, Media::Json, fault),
    }
}
