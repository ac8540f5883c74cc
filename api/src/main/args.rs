//! Flags, environment and configuration file: one set of names for all three.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::error::CliError;

/// Sells scarce things to many people at once, and never gets the count or the money wrong.
///
/// Every option can be given as a flag, as an environment variable (named in
/// brackets), or as a line `NAME=value` of the file named by `HOLDFAST_CONFIG`;
/// flags win over the environment, and that over the file.
#[derive(Debug, Parser)]
#[command(name = "holdfast", version, max_term_width = 110)]
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
    Dev(DevArgs),
    /// The API.
    Serve(ServeArgs),
    /// The workers.
    Work(WorkArgs),
    /// Bring the database to the schema of this binary.
    Migrate(DatabaseArgs),
    /// Print the GraphQL schema.
    Schema,
    /// Print a token of the development key.
    Token(TokenArgs),
    /// Import listings, slots and venue plans from a file.
    Import(ImportArgs),
    /// Play a hotel's real bookings through the public API.
    Replay(ReplayArgs),
    /// Check the configuration and every dependency, and print the invariants.
    Doctor(DoctorArgs),
}

impl Command {
    /// What is logged unless `RUST_LOG` says otherwise.
    pub(crate) fn default_log_filter(&self) -> &'static str {
        match self {
            Self::Serve(_) | Self::Work(_) => "info,sqlx=warn",
            _ => "warn",
        }
    }
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct DatabaseArgs {
    /// Folder of the private Postgres, the development key and the state of replays.
    #[arg(long, env = "HOLDFAST_DATA_DIR", default_value = ".holdfast")]
    pub(crate) data_dir: PathBuf,
    /// A Postgres (15 or newer) to use instead of a private one.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// Connections of each pool at most.
    #[arg(long, env = "HOLDFAST_CONNECTIONS", default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub(crate) connections: u32,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ListenArgs {
    /// Address to listen on.
    #[arg(long, env = "HOLDFAST_HOST", default_value = "127.0.0.1")]
    pub(crate) host: std::net::IpAddr,
    /// Port to listen on; 0 takes any free one and prints it.
    #[arg(long, env = "HOLDFAST_PORT", default_value_t = 8080)]
    pub(crate) port: u16,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct TokenCheckArgs {
    /// Public key (PEM) that the identity provider signs tokens with.
    #[arg(long = "jwt-public-key", env = "HOLDFAST_JWT_PUBLIC_KEY")]
    pub(crate) public_key: Option<PathBuf>,
    /// Algorithm of that key: RS256, PS256, ES256, ES384 or `EdDSA`.
    #[arg(long = "jwt-algorithm", env = "HOLDFAST_JWT_ALGORITHM", default_value = "RS256")]
    pub(crate) algorithm: String,
    /// Issuer that a token must name.
    #[arg(long = "jwt-issuer", env = "HOLDFAST_JWT_ISSUER", default_value = "holdfast-dev")]
    pub(crate) issuer: String,
    /// Audience that a token must name.
    #[arg(long = "jwt-audience", env = "HOLDFAST_JWT_AUDIENCE", default_value = "holdfast")]
    pub(crate) audience: String,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct DevArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    #[command(flatten)]
    pub(crate) listen: ListenArgs,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    #[command(flatten)]
    pub(crate) listen: ListenArgs,
    #[command(flatten)]
    pub(crate) tokens: TokenCheckArgs,
    /// Check tokens with the development key of the data directory instead of a public key. Not for production:
    /// who has that key can be anybody.
    #[arg(long, env = "HOLDFAST_DEV_KEY", conflicts_with = "public_key")]
    pub(crate) dev_key: bool,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct WorkArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// Queues to work, separated by commas.
    #[arg(long, env = "HOLDFAST_QUEUES", value_enum, value_delimiter = ',', default_value = "saga")]
    pub(crate) queues: Vec<Queue>,
    /// Steps under way at most.
    #[arg(long, env = "HOLDFAST_STEPS", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) steps: u16,
    /// Seconds that a step is one worker's own; longer than the gateway may take to answer.
    #[arg(long, env = "HOLDFAST_LEASE_SECONDS", default_value_t = 15)]
    pub(crate) lease_seconds: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Queue {
    /// Steps of sagas, and the timers that belong to them.
    Saga,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct TokenArgs {
    /// Folder of the development key.
    #[arg(long, env = "HOLDFAST_DATA_DIR", default_value = ".holdfast")]
    pub(crate) data_dir: PathBuf,
    /// What the bearer may do.
    #[arg(long, value_enum, default_value = "customer")]
    pub(crate) role: TokenRole,
    /// Who the bearer is; `dev-` and the role unless said otherwise.
    #[arg(long)]
    pub(crate) subject: Option<String>,
    /// Organiser that the bearer acts for; that of the sample data unless said otherwise.
    #[arg(long)]
    pub(crate) organiser: Option<uuid::Uuid>,
    /// Hours that the token holds.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u64).range(1..=8760))]
    pub(crate) hours: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenRole {
    Customer,
    Organiser,
    Operator,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ServerArgs {
    /// The running server, such as `http://127.0.0.1:8080`.
    #[arg(long, env = "HOLDFAST_URL")]
    pub(crate) url: Option<String>,
    /// An organiser's token; made with the development key when it is left out.
    #[arg(long, env = "HOLDFAST_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ImportArgs {
    /// The listings, with their slots and venue plans, as JSON; samples/listings.json shows the form. With
    /// --venue-plan the seats of that plan as CSV.
    pub(crate) file: PathBuf,
    /// Code of a venue plan to write from CSV. The columns are section, row and seat, and perhaps `price_class` and
    /// col (how far to the right a seat is; a gap is an aisle); the best rows come first.
    #[arg(long, value_name = "CODE", value_parser = crate::import::plan_code)]
    pub(crate) venue_plan: Option<String>,
    /// Name of that plan, for people; its code unless said otherwise.
    #[arg(long, requires = "venue_plan")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Relay id of the organiser whose the listings are; an operator's token needs it.
    #[arg(long)]
    pub(crate) organiser: Option<String>,
    /// Folder of the development key.
    #[arg(long, env = "HOLDFAST_DATA_DIR", default_value = ".holdfast")]
    pub(crate) data_dir: PathBuf,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ReplayArgs {
    /// The bookings: CSV, plain or gzipped.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// An operator's token, to print the invariants; made with the development key when it is left out.
    #[arg(long, env = "HOLDFAST_OPERATOR_TOKEN", hide_env_values = true)]
    pub(crate) operator_token: Option<String>,
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// Port of the server that is started when no --url is given; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Requests in flight at most.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub(crate) concurrency: u16,
    /// Replay the first so many rows only.
    #[arg(long)]
    pub(crate) limit: Option<usize>,
    /// Go on with the last run of this file, which was broken off.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Write the result as JSON, too.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
    /// Where the hotel stands: nights begin and end by its clocks.
    #[arg(long, default_value = "Europe/Lisbon")]
    pub(crate) time_zone: chrono_tz::Tz,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    #[command(flatten)]
    pub(crate) tokens: TokenCheckArgs,
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
