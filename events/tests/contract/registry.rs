//! A schema registry of two calls, which counts who asks.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use serde_json::{Value, json};

#[derive(Default)]
struct Held {
    subjects: Vec<String>,
    schemas: Vec<String>,
    asked: usize,
    is_unwell: bool,
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Held>>);

impl Shared {
    fn with<T>(&self, work: impl FnOnce(&mut Held) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The registry, while it is held.
pub(crate) struct Registry {
    pub(crate) url: String,
    shared: Shared,
    _server: tokio_util::task::AbortOnDropHandle<()>,
}

impl Registry {
    pub(crate) fn subjects(&self) -> Vec<String> {
        self.shared.with(|held| held.subjects.clone())
    }

    /// How often it was asked for a schema.
    pub(crate) fn asked(&self) -> usize {
        self.shared.with(|held| held.asked)
    }

    pub(crate) fn be_unwell(&self, is_unwell: bool) {
        self.shared.with(|held| held.is_unwell = is_unwell);
    }

    /// Keeps a schema; its id.
    pub(crate) fn add(&self, schema: &str) -> u32 {
        self.shared.with(|held| keep(held, schema))
    }
}

fn keep(held: &mut Held, schema: &str) -> u32 {
    held.schemas.push(schema.to_owned());
    u32::try_from(held.schemas.len()).expect("there are few")
}

pub(crate) async fn start() -> Registry {
    let shared = Shared::default();
    let router = Router::new()
        .route("/subjects/{subject}/versions", post(register))
        .route("/schemas/ids/{id}", get(find))
        .with_state(shared.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let server = tokio::spawn(async move {
        axum::serve(listener, router).await.expect("it serves until it is dropped");
    });
    let server = tokio_util::task::AbortOnDropHandle::new(server);
    Registry { url: format!("http://{address}/"), shared, _server: server }
}

async fn register(
    State(shared): State<Shared>,
    Path(subject): Path<String>,
    Json(body): Json<Value>,
) -> Json<Value> {
    let schema = body["schema"].as_str().expect("a schema is text").to_owned();
    let id = shared.with(|held| {
        held.subjects.push(subject);
        keep(held, &schema)
    });
    Json(json!({"id": id}))
}

async fn find(State(shared): State<Shared>, Path(id): Path<usize>) -> Result<Json<Value>, StatusCode> {
    shared.with(|held| {
        held.asked += 1;
        if held.is_unwell {
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        let schema = id.checked_sub(1).and_then(|at| held.schemas.get(at)).ok_or(StatusCode::NOT_FOUND)?;
        Ok(Json(json!({"schema": schema})))
    })
}
