//! `holdfast registry`: a stand-in for a schema registry, for trials and tests.

use simulator::Registry;

use crate::{
    args::{ListenArgs, RegistryArgs},
    error::CliError,
    signals, system,
};

/// The file of the schemas, within the folder.
const SCHEMAS: &str = "registry.json";

pub(crate) async fn run(args: RegistryArgs) -> Result<(), CliError> {
    let shutdown = signals::stop_token()?;
    let listener = system::listen(&ListenArgs { host: args.host, port: args.port }).await?;
    let address = listener.local_addr().map_err(CliError::Runtime)?;
    let registry = Registry::open(Some(&args.data_dir.join(SCHEMAS)))?;
    println!("Schemas on http://{address}");
    Ok(registry.serve(listener, shutdown).await?)
}
