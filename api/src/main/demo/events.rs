//! A booking's events, as a broker gets them: envelope and value.

use std::error::Error;

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use db::ToldEvent;
use events::{Codec, Event, Format, Topic};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Doors, refuse};

/// What our topics begin with unless a flag says otherwise.
const PREFIX: &str = "holdfast";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chosen {
    /// The booking's global id.
    booking: String,
}

/// A message.
#[derive(Serialize)]
struct Message {
    topic: String,
    key: String,
    headers: Vec<(String, String)>,
    value: Value,
    /// Whether a broker has it; else it waits in the outbox.
    published: bool,
}

pub(super) async fn of_booking(State(doors): State<Doors>, Query(chosen): Query<Chosen>) -> Response {
    let Some(booking) = api::booking_of(&chosen.booking) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "this is not the id of a booking");
    };
    let told = match doors.db.told_events(booking).await {
        Ok(told) => told,
        Err(error) => {
            tracing::error!(%error, "events could not be read");
            return refuse(StatusCode::SERVICE_UNAVAILABLE, "events can't be read just now");
        }
    };
    let codec = Codec::new(Format::Json);
    let messages: Result<Vec<_>, _> = told.into_iter().map(|event| message(&codec, event)).collect();
    match messages {
        Ok(messages) => Json(messages).into_response(),
        Err(error) => {
            tracing::error!(error, "an event could not be told");
            refuse(StatusCode::INTERNAL_SERVER_ERROR, "an event can't be told")
        }
    }
}

fn message(codec: &Codec, told: ToldEvent) -> Result<Message, Box<dyn Error + Send + Sync>> {
    let event = Event::from_document(Topic::Booking, told.document)?;
    let encoded = codec.encode(&event)?;
    let mut headers = Vec::new();
    for (name, text) in encoded.headers {
        headers.push((name, String::from_utf8(text)?));
    }
    Ok(Message {
        topic: Topic::Booking.full_name(PREFIX),
        key: event.key.to_string(),
        headers,
        value: serde_json::from_slice(&encoded.payload)?,
        published: told.published,
    })
}
