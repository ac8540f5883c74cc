//! The demo of `holdfast dev`: its pages, and the doors that they need and that no other command has.
//!
//! The pages speak GraphQL as any front end does. What they need beyond that is only good for a machine of one's own:
//! a token for anybody, trouble at the gateway, a worker that dies, and the events as a broker would get them. These
//! doors are routes of their own, made here, and nothing but `dev` makes them.

mod events;
mod guard;
mod interrupted;
mod page;
mod tokens;
mod trouble;
mod worker;

use axum::{
    Json, Router,
    http::StatusCode,
    middleware,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use db::Db;
use serde_json::json;
use simulator::Simulator;

use crate::dev_key::DevKey;

pub(crate) use self::worker::{Controls, Supervised};

/// What the doors open to.
#[derive(Clone)]
pub(crate) struct Doors {
    /// Signs the tokens.
    pub(crate) key: DevKey,
    /// Reads events as the relay would.
    pub(crate) db: Db,
    /// The gateway that trouble is made at; none where a gateway was named that is not ours.
    pub(crate) simulator: Option<Simulator>,
    /// The worker that may be killed.
    pub(crate) worker: Controls,
}

/// The pages and the doors.
pub(crate) fn router(doors: Doors) -> Router {
    let doors = Router::new()
        .route("/dev/tokens", post(tokens::mint))
        .route("/dev/state", get(worker::state))
        .route("/dev/worker/kill", post(worker::kill))
        .route("/dev/trouble", get(trouble::show).put(trouble::make))
        .route("/dev/events", get(events::of_booking))
        .layer(middleware::from_fn(guard::only_from_here))
        .with_state(doors);
    Router::new().route("/", get(page::index)).route("/{*file}", get(page::file)).merge(doors)
}

/// Why a door stays shut.
fn refuse(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "error": message }))).into_response()
}
