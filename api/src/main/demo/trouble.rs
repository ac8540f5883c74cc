//! Trouble at our own simulated gateway.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use simulator::{Simulator, Trouble};

use super::{Doors, refuse};

/// The trouble that it makes now.
pub(super) async fn show(State(doors): State<Doors>) -> Response {
    with(&doors, |simulator| Json(simulator.trouble()).into_response())
}

/// What is not named is none: the body is the whole trouble, and an empty one ends it.
pub(super) async fn make(
    State(doors): State<Doors>,
    wanted: Result<Json<Trouble>, JsonRejection>,
) -> Response {
    let wanted = match wanted {
        Ok(Json(wanted)) => wanted,
        Err(rejection) => return refuse(rejection.status(), &rejection.body_text()),
    };
    with(&doors, |simulator| match simulator.set_trouble(wanted) {
        Ok(()) => Json(simulator.trouble()).into_response(),
        Err(error) => refuse(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    })
}

fn with(doors: &Doors, act: impl FnOnce(&Simulator) -> Response) -> Response {
    match &doors.simulator {
        Some(simulator) => act(simulator),
        None => refuse(StatusCode::NOT_FOUND, "the gateway is none of ours: no trouble can be made there"),
    }
}
