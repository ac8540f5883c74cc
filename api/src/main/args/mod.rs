//! Flags, environment and configuration file: one set of names for all three.

mod bench;
mod clients;
mod events;
mod gateways;
mod kafka;
mod limits;
mod live;
mod notify;
mod operation;
mod redis;
mod registry;
mod shared;
mod simulator;
mod token;
mod tokens;
mod work;
mod write;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::error::CliError;

pub(crate) use bench::BenchArgs;
pub(crate) use clients::{ImportArgs, ReplayArgs};
pub(crate) use events::{EventsArgs, EventsCommand, ReplayEventsArgs};
pub(crate) use gateways::{GatewayArgs, LimitArgs, Named, Secrets, Url};
pub(crate) use kafka::KafkaArgs;
pub(crate) use limits::EdgeArgs;
pub(crate) use live::LiveArgs;
pub(crate) use notify::{NotificationArgs, NotifyArgs};
pub(crate) use operation::OperationArgs;
pub(crate) use redis::RedisArgs;
pub(crate) use registry::RegistryArgs;
pub(crate) use shared::{DatabaseArgs, ListenArgs, ReplicaArgs};
pub(crate) use simulator::SimulatorArgs;
pub(crate) use token::{TokenArgs, TokenRole};
pub(crate) use tokens::TokenCheckArgs;
pub(crate) use work::{Queue, WorkArgs};
pub(crate) use write::WriteArgs;

/// The version, which says so when faults can be injected.
const VERSION: &str = if cfg!(feature = "failpoints") {
    concat!(env!("CARGO_PKG_VERSION"), "+failpoints")
} else {
    env!("CARGO_PKG_VERSION")
};

/// Sells scarce things to many people at once, and never gets the count or the money wrong.
///
/// Every option can be given as a flag, as an environment variable (named in
/// brackets), or as a line `NAME=value` of the file named by `HOLDFAST_CONFIG`;
/// flags win over the environment, and that over the file.
#[derive(Debug, Parser)]
#[command(name = "holdfast", version = VERSION, max_term_width = 110)]
pub(crate) struct Args {
    /// How log lines are written to standard error; `RUST_LOG` chooses which.
    #[arg(long, global = true, env = "HOLDFAST_LOG_FORMAT", value_enum, default_value = "text")]
    pub(crate) log_format: LogFormat,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Everything in one process, on a private Postgres of its own, with sample data and GraphiQL.
    Dev(Box<DevArgs>),
    /// The API.
    Serve(Box<ServeArgs>),
    /// The workers.
    Work(Box<WorkArgs>),
    /// The notifications: e-mail, short messages, push, organisers' webhooks.
    Notify(Box<NotifyArgs>),
    /// What can be done about events by hand.
    Events(Box<EventsArgs>),
    /// A simulated payment gateway, with a ledger of its own.
    Simulator(SimulatorArgs),
    /// A stand-in for a schema registry, for trials: any Confluent-compatible one in production.
    Registry(RegistryArgs),
    /// Bring the database to the schema of this binary.
    Migrate(DatabaseArgs),
    /// Print the GraphQL schema.
    Schema(SchemaArgs),
    /// Print a token of the development key.
    Token(TokenArgs),
    /// Import listings, slots and venue plans from a file.
    Import(ImportArgs),
    /// Play a hotel's real bookings through the public API.
    Replay(ReplayArgs),
    /// Measure how fast the system is on this machine, beside pgbench, and whether its invariants hold under load.
    Bench(Box<BenchArgs>),
    /// Check the configuration and every dependency, and print the invariants.
    Doctor(Box<DoctorArgs>),
}

impl Command {
    /// What is logged unless `RUST_LOG` says otherwise.
    pub(crate) fn default_log_filter(&self) -> &'static str {
        match self {
            Self::Serve(_) | Self::Work(_) | Self::Notify(_) | Self::Simulator(_) | Self::Registry(_) => {
                "info,sqlx=warn"
            }
            // What takes long is what is measured.
            Self::Bench(_) => "warn,sqlx=error",
            _ => "warn",
        }
    }
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct DevArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    #[command(flatten)]
    pub(crate) listen: ListenArgs,
    #[command(flatten)]
    pub(crate) gateways: GatewayArgs,
    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,
    #[command(flatten)]
    pub(crate) notifications: NotificationArgs,
    #[command(flatten)]
    pub(crate) redis: RedisArgs,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    #[command(flatten)]
    pub(crate) replica: ReplicaArgs,
    #[command(flatten)]
    pub(crate) listen: ListenArgs,
    #[command(flatten)]
    pub(crate) tokens: TokenCheckArgs,
    #[command(flatten)]
    pub(crate) gateways: GatewayArgs,
    #[command(flatten)]
    pub(crate) redis: RedisArgs,
    #[command(flatten)]
    pub(crate) edge: EdgeArgs,
    #[command(flatten)]
    pub(crate) writes: WriteArgs,
    #[command(flatten)]
    pub(crate) operations: OperationArgs,
    #[command(flatten)]
    pub(crate) live: LiveArgs,
    /// Check tokens with the development key of the data directory, a shared secret. Not for production:
    /// who has that key can be anybody.
    #[arg(long, env = "HOLDFAST_DEV_KEY", conflicts_with = "token_keys")]
    pub(crate) dev_key: bool,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct SchemaArgs {
    /// As a subgraph of Apollo Federation, with its keys.
    #[arg(long)]
    pub(crate) federation: bool,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    #[command(flatten)]
    pub(crate) replica: ReplicaArgs,
    #[command(flatten)]
    pub(crate) tokens: TokenCheckArgs,
    #[command(flatten)]
    pub(crate) gateways: GatewayArgs,
    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,
    #[command(flatten)]
    pub(crate) notifications: NotificationArgs,
    #[command(flatten)]
    pub(crate) redis: RedisArgs,
    /// A running server to ask for its health.
    #[arg(long, env = "HOLDFAST_URL")]
    pub(crate) url: Option<String>,
}

/// Reads the file named by `HOLDFAST_CONFIG` into the environment, where nothing is set yet.
pub(crate) fn load_config_file() -> Result<(), CliError> {
    let Some(path) = std::env::var_os("HOLDFAST_CONFIG").map(PathBuf::from) else { return Ok(()) };
    dotenvy::from_path(&path).map_err(|source| CliError::Config { path, source })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_flags_do_not_contradict_one_another() {
        super::Args::command().debug_assert();
    }
}
