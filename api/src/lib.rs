//! The edge: GraphQL over HTTP, WebSocket and server-sent events.
//!
//! This floor knows who asks, what may be asked and how an answer is put; what
//! is true is decided below, by the stored routines behind [`db`]. It never
//! talks to the workers: a write reaches them through the queue, and within one
//! process a [`Hints`] bus, wired by `main`, makes both sides quicker.
//!
//! - [`graphql`]: the schema, its loaders, and the limits on what one document may ask for
//! - [`auth`]: bearer tokens
//! - [`http`], [`ws`], [`sse`]: the transports, by the `GraphQL-over-HTTP` and `graphql-transport-ws` specifications,
//!   and by that of GraphQL over server-sent events
//! - [`persisted`]: documents that are asked for by their hashes
//! - [`live`]: how subscriptions hear of changes
//! - [`graphiql`]: the query editor, served from this binary

mod answer;
mod app;
pub mod auth;
mod connections;
mod gate;
mod gathered;
mod graphiql;
mod graphql;
mod http;
mod limits;
mod live;
mod panics;
mod persisted;
mod serve;
mod settings;
mod shared;
mod sse;
mod trace;
#[cfg(test)]
mod walls;
mod webhooks;
mod ws;

pub use auth::{
    AuthError, ClaimName, IssuerSettings, KeySource, Pace, PublicKeyAlgorithm, Session, Verifier, mint,
};
pub use gate::{Gate, GateSettings};
pub use graphql::{
    Followed, Schema, Services, Writers, Written, booking_of, build_schema, sdl, slot_node_id, subgraph_sdl,
};
pub use ipnet::IpNet;
pub use limits::RateLimits;
pub use live::{Bus, Hints, Link, Live};
pub use persisted::{AllowList, AllowListError, PersistedQueries};
pub use serve::{ServeError, serve};
pub use settings::{Introspection, MetricsRenderer, Neighbours, Settings};
pub use shared::{SharedStore, SharedStoreError};
pub use webhooks::{WebhookRefused, Webhooks};
