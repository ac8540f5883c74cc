//! `holdfast import`: listings, slots and venue plans from a file, through the public API.

use std::time::{Duration, Instant};

use crate::{
    args::{ImportArgs, TokenRole},
    dev_key::DevKey,
    error::CliError,
    import::{self, Content, ImportOptions, ImportSummary},
};

/// How long a token made for one import holds.
const TOKEN_LIFE: Duration = Duration::from_hours(1);

pub(crate) async fn run(args: ImportArgs) -> Result<(), CliError> {
    let token = match args.server.token {
        Some(token) => token,
        None => DevKey::load(&args.data_dir)?.token(TokenRole::Organiser, TOKEN_LIFE)?,
    };
    let url = args.server.url.ok_or(CliError::NoServer)?;
    let content = match args.venue_plan {
        Some(code) => Content::VenuePlan { name: args.name.unwrap_or_else(|| code.clone()), code },
        None => Content::Listings,
    };
    let options = ImportOptions { file: args.file, content, url, token, organiser_id: args.organiser };
    let started = Instant::now();
    let summary = import::run(options).await?;
    print(&summary, started.elapsed());
    Ok(())
}

fn print(summary: &ImportSummary, took: Duration) {
    for plan in &summary.venue_plans {
        let was = if plan.unchanged { "was there already" } else { "is written" };
        println!("Venue plan `{}` with {} seats {was}; its id is {}.", plan.code, plan.seats, plan.id);
    }
    if summary.listings > 0 {
        println!(
            "{} listings with {} slots; {} of the listings were there already.",
            summary.listings, summary.slots, summary.unchanged
        );
    }
    println!("It took {:.2} s.", took.as_secs_f64());
}
