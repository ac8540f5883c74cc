//! A token for anybody: the demo plays a customer, an operator, and five hundred others.

use std::time::Duration;

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use db::{Actor, OrganiserId, Role};
use serde::{Deserialize, Serialize};

use super::{Doors, refuse};
use crate::dev_key::DEV_ORGANISER;

/// How long they hold.
const LIFE: Duration = Duration::from_hours(12);
/// The most that are made at once.
const MOST: usize = 1_000;
/// The longest name, in bytes.
const LONGEST: usize = 200;

/// For whom.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    role: Played,
    subjects: Vec<String>,
}

/// Who is played.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Played {
    Customer,
    Organiser,
    Operator,
}

#[derive(Serialize)]
struct Made {
    /// In the order of the subjects.
    tokens: Vec<String>,
    /// How long they hold, in seconds.
    life: u64,
}

pub(super) async fn mint(
    State(doors): State<Doors>,
    wanted: Result<Json<Wanted>, JsonRejection>,
) -> Response {
    let Wanted { role, subjects } = match wanted {
        Ok(Json(wanted)) => wanted,
        Err(rejection) => return refuse(rejection.status(), &rejection.body_text()),
    };
    let named_well = subjects.iter().all(|subject| (1..=LONGEST).contains(&subject.len()));
    if !(1..=MOST).contains(&subjects.len()) || !named_well {
        return refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "1 to 1,000 subjects are named, each of 1 to 200 bytes",
        );
    }
    let tokens: Result<Vec<_>, _> =
        subjects.into_iter().map(|subject| doors.key.token_of(&actor(role, subject), LIFE)).collect();
    match tokens {
        Ok(tokens) => Json(Made { tokens, life: LIFE.as_secs() }).into_response(),
        Err(error) => {
            tracing::error!(%error, "a token could not be made");
            refuse(StatusCode::INTERNAL_SERVER_ERROR, "no token could be made")
        }
    }
}

fn actor(played: Played, subject: String) -> Actor {
    let (role, organiser_id) = match played {
        Played::Customer => (Role::Customer, None),
        Played::Organiser => (Role::Organiser, Some(OrganiserId(DEV_ORGANISER))),
        Played::Operator => (Role::Operator, None),
    };
    Actor { role, subject, organiser_id }
}
