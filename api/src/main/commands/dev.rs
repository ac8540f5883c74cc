//! `holdfast dev`: everything in one process, with sample data and a first mutation to paste.

use std::time::Duration;

use chrono::Utc;

use crate::{
    args::{DevArgs, TokenRole},
    dev_key::DevKey,
    error::CliError,
    import, signals,
    system::{self, Outside, Stage, System},
    telemetry,
};

/// The sample listings; the organiser of the development tokens sells them.
const SAMPLES: &str = include_str!("../../../../samples/listings.json");
/// How long the printed tokens hold.
const TOKEN_LIFE: Duration = Duration::from_hours(24);

pub(crate) async fn run(args: DevArgs) -> Result<(), CliError> {
    let stop = signals::stop_token()?;
    let started = std::time::Instant::now();
    let listener = system::listen(&args.listen).await?;
    let key = DevKey::load_or_make(&args.database.data_dir)?;
    let metrics = telemetry::init_metrics()?;
    let outside = Outside {
        gateways: &args.gateways,
        kafka: &args.kafka,
        notifications: Some(&args.notifications),
        shared: args.redis.store()?,
        stage: Stage::Demo,
    };
    let starting = System::start(listener, &args.database, &outside, &key, metrics);
    let Some(mut system) = Box::pin(system::unless_stopped(starting, &stop)).await? else { return Ok(()) };
    let greeted = greet(&system, &key, started).await;
    let broke = match greeted {
        Ok(()) => tokio::select! {
            () = stop.cancelled() => None,
            error = system.broke() => Some(error),
        },
        Err(error) => Some(error),
    };
    if broke.is_none() {
        println!("\nStopping.");
    }
    let stopped = system.stop().await;
    broke.map_or(stopped, Err)
}

/// Seeds an empty database, and says what can be done next.
async fn greet(system: &System, key: &DevKey, started: std::time::Instant) -> Result<(), CliError> {
    let organiser = key.token(TokenRole::Organiser, TOKEN_LIFE)?;
    if system.api().listing_page(None, 1, None).await?.rows.is_empty() {
        import::run_str(SAMPLES, &system.url, &organiser, None).await?;
    }
    let customer = key.token(TokenRole::Customer, TOKEN_LIFE)?;
    let operator = key.token(TokenRole::Operator, TOKEN_LIFE)?;
    let url = &system.url;
    println!("Holdfast is ready after {:.1} s.\n", started.elapsed().as_secs_f64());
    for (name, address) in [
        ("Demo", format!("{url}/")),
        ("GraphQL", format!("{url}/graphql")),
        ("GraphiQL", format!("{url}/graphiql#token={customer}")),
        ("Health", format!("{url}/readyz")),
        ("Metrics", format!("{url}/metrics")),
    ] {
        println!("  {name:<10} {address}");
    }
    println!("\nTokens, each good for a day:\n");
    for (name, token) in [("customer", &customer), ("organiser", &organiser), ("operator", &operator)] {
        println!("  {name:<10} {token}");
    }
    if let Some(mutation) = first_mutation(system).await? {
        println!("\nA first booking, to paste into GraphiQL:\n\n{mutation}");
    }
    println!("\nCtrl-C stops everything; the data stays.");
    Ok(())
}

/// A mutation that works as it is: it books a place that is free.
async fn first_mutation(system: &System) -> Result<Option<String>, CliError> {
    let now = Utc::now();
    for (_, listing) in system.api().listing_page(None, 20, None).await?.rows {
        let ahead = (Some(now), None);
        let slots = system.api().slot_pages(&[listing.id], ahead, 20, None).await?.remove(&listing.id);
        let free = slots
            .unwrap_or_default()
            .rows
            .into_iter()
            .find(|(_, slot)| slot.available > 0 && slot.price_minor > 0);
        if let Some((_, slot)) = free {
            let slot_id = api::slot_node_id(slot.id);
            return Ok(Some(format!(
                "  mutation {{\n    createBooking(input: {{\n      idempotencyKey: \"{}\"\n      \
                 lines: [{{ slotId: \"{slot_id}\", quantity: 1 }}]\n      paymentMethod: \"pm_card_visa\"\n    }}) {{\n      \
                 booking {{ id reference status version total {{ amount currencyCode }} }}\n      \
                 userErrors {{ code message }}\n    }}\n  }}",
                uuid::Uuid::new_v4()
            )));
        }
    }
    Ok(None)
}
