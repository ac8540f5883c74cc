//! What several commands take.

use std::path::PathBuf;

use clap::Args as ClapArgs;

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
