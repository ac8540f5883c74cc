//! Logs and metrics: the libraries only speak to the facades, the exporters are installed here.

use std::{sync::Arc, time::Duration};

use api::MetricsRenderer;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tracing_subscriber::EnvFilter;

use crate::{args::LogFormat, error::CliError};

/// Upper bounds of the buckets of every histogram of seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0];

/// Upper bounds of the buckets of every histogram of commands written together.
const COMMANDS: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];

/// Writes log lines to standard error.
pub(crate) fn init_logging(format: LogFormat, default_filter: &str) -> Result<(), CliError> {
    let chosen = std::env::var("RUST_LOG").unwrap_or_default();
    let filter = if chosen.is_empty() { default_filter } else { &chosen };
    let filter = EnvFilter::try_new(filter).map_err(CliError::LogFilter)?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init(),
        LogFormat::Json => lines.json().init(),
    }
    Ok(())
}

/// Records metrics, and gives what `/metrics` answers.
pub(crate) fn init_metrics() -> Result<MetricsRenderer, CliError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(|builder| {
            builder.set_buckets_for_metric(Matcher::Suffix("_commands".to_owned()), &COMMANDS)
        })
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(CliError::Metrics)?;
    let upkeep = handle.clone();
    tokio::spawn(async move {
        let mut tick = tokio::time::interval(Duration::from_secs(5));
        loop {
            tick.tick().await;
            upkeep.run_upkeep();
        }
    });
    Ok(Arc::new(move || handle.render()))
}
