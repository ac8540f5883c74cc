//! `holdfast import`: listings and slots from a file, through the public API.

use std::time::Duration;

use crate::{
    args::{ImportArgs, TokenRole},
    dev_key::DevKey,
    error::CliError,
    import::{self, ImportOptions},
};

/// How long a token made for one import holds.
const TOKEN_LIFE: Duration = Duration::from_hours(1);

pub(crate) async fn run(args: ImportArgs) -> Result<(), CliError> {
    let token = match args.server.token {
        Some(token) => token,
        None => DevKey::load(&args.data_dir)?.token(TokenRole::Organiser, TOKEN_LIFE)?,
    };
    let url = args.server.url.ok_or(CliError::NoServer)?;
    let options = ImportOptions { file: args.file, url, token, organiser_id: args.organiser };
    let summary = import::run(options).await?;
    println!(
        "{} listings with {} slots; {} of the listings were there already.",
        summary.listings, summary.slots, summary.unchanged
    );
    Ok(())
}
