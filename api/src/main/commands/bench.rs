//! `holdfast bench`: the system in processes of its own, measured by this one.

use std::{path::absolute, time::Duration};

use bench::{Options, Tokens};

use crate::{args::BenchArgs, dev_key::DevKey, error::CliError, signals};

/// How long a token made for one run holds.
const TOKEN_LIFE: Duration = Duration::from_hours(24);

pub(crate) async fn run(args: BenchArgs) -> Result<(), CliError> {
    let stop = signals::stop_token()?;
    let at = |path: &std::path::Path| {
        absolute(path).map_err(|source| CliError::File { path: path.to_owned(), source })
    };
    let data_dir = at(&args.data_dir)?;
    let key = DevKey::load_or_make(&data_dir)?;
    let options = Options {
        scenarios: args.scenarios(),
        scale: args.scale(),
        data_dir,
        program: std::env::current_exe().map_err(CliError::Program)?,
        kafka_brokers: args.kafka_brokers.clone(),
        tokens: Tokens::new(move |actor| {
            key.token_of(actor, TOKEN_LIFE).map_err(|error| crate::error::chain(&error))
        }),
        profile: args.profile(),
    };
    // Everything that was started ends with what holds it.
    let report = tokio::select! {
        report = bench::run(options) => report?,
        () = stop.cancelled() => return Err(CliError::Interrupted),
    };
    print!("{}", report.table());
    if let Some(path) = &args.json {
        report.write_json(path)?;
    }
    if let Some(folder) = &args.out {
        report.write_plots(folder)?;
    }
    Ok(report.verdict()?)
}
