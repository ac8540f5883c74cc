//! `holdfast replay`: a hotel's real bookings, against a running server or one of its own.

use std::time::Duration;

use crate::{
    args::{GatewayArgs, KafkaArgs, ListenArgs, ReplayArgs, TokenRole},
    dev_key::DevKey,
    error::CliError,
    replay::{self, Bookings, ReplayOptions, Summary},
    signals,
    system::{self, Outside, Stage, System},
    telemetry,
};

/// How long a token made for one replay holds.
const TOKEN_LIFE: Duration = Duration::from_hours(24);

pub(crate) async fn run(args: ReplayArgs) -> Result<(), CliError> {
    let bookings = Bookings::read(&args.file, args.limit)?;
    let summary = match &args.server.url {
        Some(url) => replay::run(options(&args, url.clone())?, bookings).await?,
        None => Box::pin(replay_on_own_system(&args, bookings)).await?,
    };
    match summary.invariants_violated {
        Some(violations) if violations > 0 => Err(CliError::InvariantsViolated { violations }),
        _ => Ok(()),
    }
}

/// Without a server to talk to, the whole system is started for the replay, as `holdfast dev` would.
async fn replay_on_own_system(args: &ReplayArgs, bookings: Bookings) -> Result<Summary, CliError> {
    let stop = signals::stop_token()?;
    let host = std::net::Ipv4Addr::LOCALHOST.into();
    let listener = system::listen(&ListenArgs { host, port: args.port }).await?;
    let key = DevKey::load_or_make(&args.database.data_dir)?;
    let metrics = telemetry::init_metrics()?;
    let (gateways, kafka) = (GatewayArgs::default(), KafkaArgs::default());
    let outside =
        Outside { gateways: &gateways, kafka: &kafka, notifications: None, shared: None, stage: Stage::Bare };
    let starting = System::start(listener, &args.database, &outside, &key, metrics);
    let Some(mut system) = Box::pin(system::unless_stopped(starting, &stop)).await? else {
        return Err(CliError::Interrupted);
    };
    let replayed = match options(args, system.url.clone()) {
        Ok(options) => tokio::select! {
            summary = replay::run(options, bookings) => summary.map_err(CliError::from),
            error = system.broke() => Err(error),
            () = stop.cancelled() => Err(CliError::Interrupted),
        },
        Err(error) => Err(error),
    };
    let stopped = system.stop().await;
    let summary = replayed?;
    stopped?;
    Ok(summary)
}

fn options(args: &ReplayArgs, url: String) -> Result<ReplayOptions, CliError> {
    let made = |given: &Option<String>, role| match given {
        Some(token) => Ok(token.clone()),
        None => DevKey::load(&args.database.data_dir)?.token(role, TOKEN_LIFE),
    };
    // Who brings an organiser's token of their own has no development key, and may have no operator's token either.
    let operator_token = match (&args.operator_token, &args.server.token) {
        (None, Some(_)) => None,
        (given, _) => Some(made(given, TokenRole::Operator)?),
    };
    Ok(ReplayOptions {
        file: args.file.clone(),
        url,
        organiser_token: made(&args.server.token, TokenRole::Organiser)?,
        operator_token,
        concurrency: usize::from(args.concurrency),
        limit: args.limit,
        resume: args.resume,
        json: args.json.clone(),
        state_dir: args.database.data_dir.clone(),
        time_zone: args.time_zone,
    })
}
