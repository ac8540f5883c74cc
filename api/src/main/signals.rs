//! Ctrl-C and SIGTERM, as a token that is passed in wherever something has to stop.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::error::CliError;

/// A token that is cancelled by the first signal; the second one ends the process at once.
pub(crate) fn stop_token() -> Result<CancellationToken, CliError> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(CliError::Signals)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(CliError::Signals)?;
    let token = CancellationToken::new();
    let stop = token.clone();
    tokio::spawn(async move {
        let mut next = async || {
            tokio::select! {
                _ = interrupt.recv() => (),
                _ = terminate.recv() => (),
            }
        };
        next().await;
        stop.cancel();
        next().await;
        // 128 + SIGINT, as shells count.
        std::process::exit(130);
    });
    Ok(token)
}
