//! What goes wrong at the command line, each with what can be done about it.

use std::{io, path::PathBuf};

/// Why a command ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error("the configuration file {path} can't be read")]
    Config {
        path: PathBuf,
        #[source]
        source: dotenvy::Error,
    },
    #[error("RUST_LOG can't be read")]
    LogFilter(#[source] tracing_subscriber::filter::ParseError),
    #[error("the runtime could not be started")]
    Runtime(#[source] io::Error),
    #[error("signals can't be received")]
    Signals(#[source] io::Error),
    #[error("metrics can't be recorded")]
    Metrics(#[source] metrics_exporter_prometheus::BuildError),
    #[error(
        "{address} is in use by another program: stop that one, or choose another with --port (0 takes any free one)"
    )]
    PortInUse { address: std::net::SocketAddr },
    #[error(
        "--write-lanes {lanes} leaves none of the {connections} connections to reads: take fewer lanes, or more --connections"
    )]
    TooManyLanes { lanes: usize, connections: u32 },
    #[error("can't listen on {address}")]
    Listen {
        address: std::net::SocketAddr,
        #[source]
        source: io::Error,
    },
    #[error(transparent)]
    Postgres(#[from] db::embedded::Error),
    #[error("no database is named: give --database-url, or set DATABASE_URL")]
    NoDatabase,
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error("tokens can't be checked")]
    Auth(#[from] api::AuthError),
    #[error(transparent)]
    SharedStore(#[from] api::SharedStoreError),
    #[error(transparent)]
    PersistedQueries(#[from] api::AllowListError),
    #[error(
        "no key to check tokens with: give --jwt-discovery, --jwt-jwks-url URL, --jwt-jwks-file FILE or \
         --jwt-public-key FILE, or --jwt-issuers FILE for several issuers, or for a trial --dev-key"
    )]
    NoKey,
    #[error("{path} is no list of issuers")]
    Issuers {
        path: PathBuf,
        #[source]
        source: serde_json::Error,
    },
    #[error(
        "{path}: the issuer `{issuer}` needs one of `discovery: true`, `jwks_url`, `jwks_file` and `public_key`"
    )]
    IssuerKeys { path: PathBuf, issuer: String },
    #[error(
        "no development key in {data_dir}: start `holdfast dev` with this --data-dir first, or give --token"
    )]
    NoDevKey { data_dir: PathBuf },
    #[error("{path} can't be read or written")]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the API ended")]
    Serve(#[from] api::ServeError),
    #[error("the workers can't start")]
    Work(#[from] jobs::SettingsError),
    #[error(
        "no payment gateway is named: give --simulator CODE=URL (`holdfast simulator` starts one) or --stripe-key, as \
         often as there are gateways"
    )]
    NoGateway,
    #[error("something is set for a gateway `{code}`, and no gateway of that name is given")]
    UnknownGateway { code: String },
    #[error("the payment gateways can't be used together")]
    Gateways(#[from] jobs::gateway::GatewaysError),
    #[error("no broker is named: give --kafka-brokers HOST:PORT, or set KAFKA_BROKERS")]
    NoBroker,
    #[error("a certificate is named, and no broker would be shown it: give --kafka-tls too")]
    CertificateWithoutTls,
    #[error("the broker can't be used")]
    Kafka(#[from] events::KafkaError),
    #[error("the relay can't start")]
    Relay(#[from] jobs::relay::RelaySettingsError),
    #[error("the notifications can't start")]
    Notify(#[from] notify::SendSettingsError),
    #[error("a channel of the notifications can't be set up")]
    Channel(#[from] notify::channel::ChannelError),
    #[error("history could not be told again")]
    ReplayEvents(#[from] jobs::relay::ReplayError),
    #[error("the simulated gateway ended")]
    Simulator(#[from] simulator::Error),
    #[error("the schema registry ended")]
    Registry(#[from] simulator::RegistryError),
    #[error(transparent)]
    Import(#[from] crate::import::ImportError),
    #[error(transparent)]
    Replay(#[from] crate::replay::ReplayError),
    #[error("the benchmark did not give all its figures")]
    Bench(#[from] bench::Error),
    #[error("this program can't find itself to start the parts of the system")]
    Program(#[source] io::Error),
    #[error("no server is named: give --url, such as http://127.0.0.1:8080")]
    NoServer,
    #[error("the replay ended with {violations} rows in the invariant views; see the table above")]
    InvariantsViolated { violations: u64 },
    #[error("a part of the system ended by a panic")]
    Panicked(#[source] tokio::task::JoinError),
    #[error("interrupted")]
    Interrupted,
    #[error("{failed} of the checks failed")]
    Unhealthy { failed: usize },
}

/// An error with all its causes, one a line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut last = text.clone();
    let mut source = error.source();
    while let Some(cause) = source {
        let next = cause.to_string();
        // A transparent error says what its cause says.
        if next != last {
            text.push_str("\n  because: ");
            text.push_str(&next);
        }
        last = next;
        source = cause.source();
    }
    text
}
