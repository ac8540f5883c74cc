//! The registry over HTTP.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderValue, header::CONTENT_TYPE},
    middleware::map_response,
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Level, Refusal, Registry, RegistryError, store::Version};

type Answer = Result<Json<Value>, Refusal>;

impl Registry {
    /// Serves until `shutdown`; then what is under way is finished.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> Result<(), RegistryError> {
        let router = Router::new()
            .route("/subjects", get(subjects))
            .route("/subjects/{subject}", post(find))
            .route("/subjects/{subject}/versions", get(versions).post(register))
            .route("/subjects/{subject}/versions/{version}", get(version))
            .route("/compatibility/subjects/{subject}/versions/{version}", post(check))
            .route("/schemas/ids/{id}", get(schema))
            .route("/schemas/types", get(|| async { Json(json!(["AVRO"])) }))
            .route("/config", get(level).put(set_level))
            .route("/config/{subject}", get(own_level).put(set_own_level))
            .route("/", get(|| async { Json(json!({})) }))
            .layer(map_response(as_registries_do))
            .with_state(self);
        let serving = axum::serve(listener, router).with_graceful_shutdown(shutdown.cancelled_owned());
        serving.await.map_err(RegistryError::Serve)
    }
}

/// Clients ask for this type.
async fn as_registries_do(mut response: Response) -> Response {
    let kind = HeaderValue::from_static("application/vnd.schemaregistry.v1+json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// A schema as it is sent; what else may be said of it is not for this stand-in.
#[derive(Deserialize)]
struct Sent {
    schema: String,
    #[serde(default, rename = "schemaType")]
    kind: Option<String>,
    #[serde(default)]
    references: Vec<Value>,
}

impl Sent {
    fn avro(self) -> Result<String, Refusal> {
        if self.kind.is_some_and(|kind| kind != "AVRO") || !self.references.is_empty() {
            return Err(Refusal::no_avro("this registry takes Avro without references"));
        }
        Ok(self.schema)
    }
}

fn told(version: &Version) -> Json<Value> {
    Json(json!(version))
}

async fn subjects(State(registry): State<Registry>) -> Answer {
    registry.look(|store| Ok(Json(json!(store.subjects()))))
}

async fn versions(State(registry): State<Registry>, Path(subject): Path<String>) -> Answer {
    registry.look(|store| Ok(Json(json!(store.versions(&subject)?))))
}

async fn version(
    State(registry): State<Registry>,
    Path((subject, version)): Path<(String, String)>,
) -> Answer {
    registry.look(|store| Ok(told(&store.version(&subject, &version)?)))
}

async fn schema(State(registry): State<Registry>, Path(id): Path<usize>) -> Answer {
    registry.look(|store| Ok(Json(json!({ "schema": store.schema(id)? }))))
}

async fn find(
    State(registry): State<Registry>,
    Path(subject): Path<String>,
    Json(sent): Json<Sent>,
) -> Answer {
    let text = sent.avro()?;
    registry.look(|store| Ok(told(&store.find(&subject, &text)?)))
}

async fn register(
    State(registry): State<Registry>,
    Path(subject): Path<String>,
    Json(sent): Json<Sent>,
) -> Answer {
    let text = sent.avro()?;
    registry.change(|store| Ok(Json(json!({ "id": store.register(&subject, &text)? }))))
}

async fn check(
    State(registry): State<Registry>,
    Path((subject, _)): Path<(String, String)>,
    Json(sent): Json<Sent>,
) -> Answer {
    let text = sent.avro()?;
    registry.look(|store| {
        let why = store.incompatibility(&subject, &text)?;
        Ok(Json(json!({ "is_compatible": why.is_none(), "messages": why.as_slice() })))
    })
}

/// A level as it is sent.
#[derive(Deserialize)]
struct Wanted {
    compatibility: Value,
}

impl Wanted {
    fn level(self) -> Result<Level, Refusal> {
        serde_json::from_value(self.compatibility).map_err(|_| Refusal::bad_level())
    }
}

async fn level(State(registry): State<Registry>) -> Answer {
    registry.look(|store| Ok(Json(json!({ "compatibilityLevel": store.level() }))))
}

async fn own_level(
    State(registry): State<Registry>,
    Path(subject): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Answer {
    let or_all = query.get("defaultToGlobal").is_some_and(|value| value == "true");
    registry.look(|store| {
        let level = if or_all { store.level_of(&subject) } else { store.own_level(&subject)? };
        Ok(Json(json!({ "compatibilityLevel": level })))
    })
}

async fn set_level(State(registry): State<Registry>, Json(wanted): Json<Wanted>) -> Answer {
    set(&registry, None, wanted)
}

async fn set_own_level(
    State(registry): State<Registry>,
    Path(subject): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Answer {
    set(&registry, Some(&subject), wanted)
}

fn set(registry: &Registry, subject: Option<&str>, wanted: Wanted) -> Answer {
    let level = wanted.level()?;
    registry.change(|store| {
        store.set_level(subject, level);
        Ok(Json(json!({ "compatibility": level })))
    })
}
