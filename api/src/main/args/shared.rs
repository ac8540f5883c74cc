//! What several commands take.

use std::{path::PathBuf, time::Duration};

use clap::Args as ClapArgs;
use db::{Db, PoolOptions};

use crate::error::CliError;

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

/// What the API may read from besides the database.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ReplicaArgs {
    /// A streaming replica of the database to read from. Clients read their own writes all the same: they send back the
    /// `commit` of the answers they got.
    #[arg(long, env = "DATABASE_READ_URL", hide_env_values = true)]
    pub(crate) database_read_url: Option<String>,
    /// How far behind the replica may be, in seconds; beyond it the primary is read.
    #[arg(long, env = "HOLDFAST_REPLICA_LAG", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) replica_lag: u64,
}

impl ReplicaArgs {
    /// The database with its replica, if one is named.
    pub(crate) fn beside(&self, db: Db, connections: u32) -> Result<Db, CliError> {
        let Some(url) = &self.database_read_url else { return Ok(db) };
        let options = PoolOptions { connections, ..PoolOptions::default() };
        Ok(db.with_replica(url, Duration::from_secs(self.replica_lag), &options)?)
    }
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
