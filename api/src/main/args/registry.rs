//! What a stand-in for a schema registry takes.

use std::{net::IpAddr, path::PathBuf};

use clap::Args as ClapArgs;

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct RegistryArgs {
    /// Address to listen on.
    #[arg(long, env = "HOLDFAST_REGISTRY_HOST", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// Port to listen on; 0 takes any free one and prints it.
    #[arg(long, env = "HOLDFAST_REGISTRY_PORT", default_value_t = 8081)]
    pub(crate) port: u16,
    /// Folder of the schemas, `registry.json`; one registry at a time has it.
    #[arg(long, env = "HOLDFAST_REGISTRY_DIR", default_value = ".holdfast")]
    pub(crate) data_dir: PathBuf,
}
