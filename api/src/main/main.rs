//! `holdfast`: the one binary. It alone knows both the API and the workers.

mod args;
mod client;
mod commands;
mod demo;
mod dev_key;
mod error;
mod gateways;
mod import;
mod kafka;
mod memory;
mod notifications;
mod own_simulator;
mod replay;
mod signals;
mod system;
mod telemetry;
mod tokens;
mod webhooks;
mod workers;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};
use error::CliError;

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", error::chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), CliError> {
    // The file fills the environment before anything reads it: flags win over the environment, and that over the file.
    args::load_config_file()?;
    #[cfg(feature = "failpoints")]
    let _faults = jobs::failpoints_from_environment();
    let args = Args::parse();
    telemetry::init_logging(args.log_format, args.command.default_log_filter())?;
    memory::without_huge_pages();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Runtime)?;
    runtime.block_on(run(args.command))
}

async fn run(command: Command) -> Result<(), CliError> {
    match command {
        Command::Dev(args) => Box::pin(commands::dev::run(*args)).await,
        Command::Serve(args) => commands::serve::run(*args).await,
        Command::Work(args) => commands::work::run(*args).await,
        Command::Notify(args) => commands::notify::run(*args).await,
        Command::Events(args) => commands::events::run(*args).await,
        Command::Simulator(args) => commands::simulator::run(args).await,
        Command::Registry(args) => commands::registry::run(args).await,
        Command::Migrate(args) => commands::migrate::run(args).await,
        Command::Schema(args) => {
            print!("{}", if args.federation { api::subgraph_sdl() } else { api::sdl() });
            Ok(())
        }
        Command::Token(args) => commands::token::run(&args),
        Command::Import(args) => commands::import::run(args).await,
        Command::Replay(args) => Box::pin(commands::replay::run(args)).await,
        Command::Bench(args) => commands::bench::run(*args).await,
        Command::Doctor(args) => commands::doctor::run(*args).await,
    }
}
