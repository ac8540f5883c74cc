//! GraphQL over HTTP, by its specification, and the few other routes.

mod body;
mod graphql;
mod health;
mod media;
pub(crate) mod params;
mod respond;
mod webhook;

use axum::{
    Router, middleware,
    response::Redirect,
    routing::{get, post},
};
use tower_http::compression::CompressionLayer;

use crate::{app::App, graphiql, trace, ws};
pub(crate) use webhook::Inbox;

/// All routes.
pub(crate) fn router(app: App) -> Router {
    let mut routes = Router::new()
        .route("/graphql", get(get_or_upgrade).post(graphql::post))
        .route("/webhooks/{gateway}", post(webhook::post))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics));
    if app.settings.graphiql {
        routes = routes
            .route("/", get(async || Redirect::to("/graphiql")))
            .route("/graphiql", get(graphiql::page))
            .route("/graphiql/{file}", get(graphiql::asset));
    }
    routes.with_state(app).layer(CompressionLayer::new()).layer(middleware::from_fn(trace::identify))
}

/// `GET /graphql` is a query, or the way into a WebSocket.
async fn get_or_upgrade(
    state: axum::extract::State<App>,
    upgrade: Result<axum::extract::WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
    trace: axum::Extension<db::Trace>,
    request: axum::extract::Request,
) -> axum::response::Response {
    match upgrade {
        Ok(upgrade) => ws::accept(&state.0, upgrade, request.headers(), &trace.0),
        Err(_) => graphql::get(state, trace, request).await,
    }
}
