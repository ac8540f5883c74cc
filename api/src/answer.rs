//! What becomes of an operation.

use async_graphql::{Response, ServerError, Value, value};
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use crate::{
    graphql::{Price, finish, was_refused},
    limits::Budget,
};

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

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Executed(response) => response.serialize(serializer),
            Self::Refused(errors) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("errors", errors)?;
                map.end()
            }
        }
    }
}

impl Answer {
    /// Says what it was charged, and what may still be asked for.
    pub(crate) fn show(&mut self, price: Price, budget: Option<Budget>) {
        let Self::Executed(response) = self else { return };
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
    pub(crate) fn count(&self, operation: &'static str) {
        let errors = match self {
            Self::Refused(errors) => errors,
            Self::Executed(response) => &response.errors,
        };
        let code = errors.first().map_or_else(|| "OK".to_owned(), code);
        metrics::counter!("holdfast_api_operations_total", "operation" => operation, "result" => code)
            .increment(1);
    }
}

/// The code that every finished error has; there are few of them.
fn code(error: &ServerError) -> String {
    match error.extensions.as_ref().and_then(|values| values.get("code")) {
        Some(Value::String(code)) => code.clone(),
        _ => "INTERNAL".to_owned(),
    }
}
