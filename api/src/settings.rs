//! What an instance of the API can be told.

use std::{fmt, sync::Arc, time::Duration};

use db::WriterSettings;

use crate::{
    gate::GateSettings,
    limits::RateLimits,
    persisted::PersistedQueries,
    shared::SharedStore,
    webhooks::{NoWebhooks, Webhooks},
};

/// Renders the process's metrics in the Prometheus text format.
pub type MetricsRenderer = Arc<dyn Fn() -> String + Send + Sync>;

/// Whether clients may ask for the schema's own description, and are told which field they may have meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Introspection {
    /// They may: for development.
    On,
    /// They may not: whoever writes a client has `schema.graphql`.
    #[default]
    Off,
}

/// Whether other processes work on the same database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Neighbours {
    /// They do: hints go to and fro, by the shared store, or by the database where there is none.
    Expected,
    /// API and workers are one process. If there are others all the same, their changes are found a moment later.
    None,
}

/// How an instance of the API behaves.
#[derive(Clone)]
pub struct Settings {
    /// How long one operation may take before it is answered with `TIMEOUT`. The default is 3 s.
    pub operation_timeout: Duration,
    /// The same for operations that move money. The default is 5 s.
    pub payment_timeout: Duration,
    /// How long requests under way may go on after a shutdown. The default is 10 s.
    pub shutdown_grace: Duration,
    /// How long a connection may be idle, or take to send the head of a request. The default is 90 s, longer than proxies keep
    /// theirs: who closes first must not be the one who is about to be asked.
    pub head_timeout: Duration,
    /// How long the body of a request may take. The default is 60 s.
    pub body_timeout: Duration,
    /// Bytes of a request's body, and of a WebSocket message, at most. The default is 1 MB.
    pub body_limit: usize,
    /// How long a client may take to introduce itself on a socket before it is closed with 4408. The default is 10 s.
    pub init_timeout: Duration,
    /// How often a client of a socket or a stream of events is told that the other side is there. One that has not
    /// answered for three times as long is taken for gone. The default is 15 s.
    pub heartbeat: Duration,
    /// Which documents are executed, and by which names. The default is all, and by their hashes once they were sent.
    pub persisted_queries: PersistedQueries,
    /// Whether the schema describes itself. The default is no.
    pub introspection: Introspection,
    /// Whether `GraphiQL` is served at `/graphiql`. The default is no.
    pub graphiql: bool,
    /// What else is served at this address, such as the pages of a demo: none of its routes may be one of the API's.
    /// The default is nothing, and then `/` leads to `GraphiQL` where that is served.
    pub beside: Option<axum::Router>,
    /// What `/metrics` answers. The default is an empty page.
    pub metrics: MetricsRenderer,
    /// How much anybody may ask for in a minute. The default is what [`RateLimits`] says.
    pub rate_limits: RateLimits,
    /// How commands that wait at the same moment are written together.
    pub writers: WriterSettings,
    /// What stands before the writers when everybody wants the same slot.
    pub gate: GateSettings,
    /// What instances share. The default is nothing: each is by itself.
    pub shared: Option<SharedStore>,
    /// How long a client may take to read one message of a socket, before it is closed. The default is 10 s.
    pub slow_after: Duration,
    /// How old the slots that queries show may be, at most; zero reads them anew for each. The default is 1 s.
    pub slots_max_age: Duration,
    /// How other processes are told of changes, and heard.
    pub neighbours: Neighbours,
    /// What checks the webhooks of gateways. The default knows no gateway.
    pub webhooks: Arc<dyn Webhooks>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            operation_timeout: Duration::from_secs(3),
            payment_timeout: Duration::from_secs(5),
            shutdown_grace: Duration::from_secs(10),
            head_timeout: Duration::from_secs(90),
            body_timeout: Duration::from_mins(1),
            init_timeout: Duration::from_secs(10),
            heartbeat: Duration::from_secs(15),
            persisted_queries: PersistedQueries::default(),
            body_limit: 1_000_000,
            introspection: Introspection::default(),
            graphiql: false,
            beside: None,
            metrics: Arc::new(String::new),
            rate_limits: RateLimits::default(),
            writers: WriterSettings::default(),
            gate: GateSettings::default(),
            shared: None,
            slow_after: Duration::from_secs(10),
            slots_max_age: Duration::from_secs(1),
            neighbours: Neighbours::Expected,
            webhooks: Arc::new(NoWebhooks),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("operation_timeout", &self.operation_timeout)
            .field("payment_timeout", &self.payment_timeout)
            .field("shutdown_grace", &self.shutdown_grace)
            .field("head_timeout", &self.head_timeout)
            .field("body_timeout", &self.body_timeout)
            .field("init_timeout", &self.init_timeout)
            .field("heartbeat", &self.heartbeat)
            .field("persisted_queries", &self.persisted_queries)
            .field("body_limit", &self.body_limit)
            .field("introspection", &self.introspection)
            .field("graphiql", &self.graphiql)
            .field("rate_limits", &self.rate_limits)
            .field("writers", &self.writers)
            .field("gate", &self.gate)
            .field("shared", &self.shared)
            .field("slow_after", &self.slow_after)
            .field("slots_max_age", &self.slots_max_age)
            .field("neighbours", &self.neighbours)
            .field("webhooks", &self.webhooks)
            .finish_non_exhaustive()
    }
}
