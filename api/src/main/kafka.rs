//! The way out to the broker that the flags name.

use std::time::Duration;

use events::Publisher;
use jobs::relay::RelaySettings;

use crate::{args::KafkaArgs, error::CliError};

/// What publishes events, if a broker is named.
pub(crate) fn publisher(args: &KafkaArgs) -> Result<Option<Publisher>, CliError> {
    let Some(kafka) = args.kafka()? else { return Ok(None) };
    Ok(Some(Publisher::connect(&kafka, args.codec())?))
}

/// The relay of a process of this name, if a broker is named.
pub(crate) fn relay(args: &KafkaArgs, name: &str) -> Result<Option<(Publisher, RelaySettings)>, CliError> {
    let Some(publisher) = publisher(args)? else { return Ok(None) };
    let lease = Duration::from_secs(args.relay_lease_seconds);
    let settings = RelaySettings { lease, ..RelaySettings::named(name.to_owned()) };
    settings.check()?;
    Ok(Some((publisher, settings)))
}
