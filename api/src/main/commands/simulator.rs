//! `holdfast simulator`: the simulated gateway, a process of its own.

use simulator::Simulator;

use crate::{
    args::{ListenArgs, SimulatorArgs},
    error::CliError,
    signals, system,
};

/// The file of the ledger, within the folder.
pub(crate) const LEDGER: &str = "simulator.redb";

pub(crate) async fn run(args: SimulatorArgs) -> Result<(), CliError> {
    let shutdown = signals::stop_token()?;
    let listener = system::listen(&ListenArgs { host: args.host, port: args.port }).await?;
    let address = listener.local_addr().map_err(CliError::Runtime)?;
    let simulator = Simulator::open(Some(&args.data_dir.join(LEDGER)), args.settings())?;
    println!("Simulating on http://{address}");
    Ok(simulator.serve(listener, shutdown).await?)
}
