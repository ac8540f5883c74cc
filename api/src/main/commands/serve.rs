//! `holdfast serve`: one instance of the API.

use std::sync::Arc;

use api::Hints;
use db::DbRole;
use jobs::gateway::Limits;

use crate::{
    args::{DatabaseArgs, ServeArgs},
    dev_key::DevKey,
    error::CliError,
    gateways, signals,
    system::{self, Database},
    telemetry, tokens,
    webhooks::FromGateways,
};

pub(crate) async fn run(args: ServeArgs) -> Result<(), CliError> {
    let shutdown = signals::stop_token()?;
    let verifier = if args.dev_key {
        DevKey::load_or_make(&args.database.data_dir)?.verifier()?
    } else {
        tokens::verifier(&args.tokens)?.ok_or(CliError::NoKey)?
    };
    // Nothing is asked of them here: they check and read their webhooks.
    let gateways = gateways::build(&args.gateways, &Limits::default())?;
    let shared = args.redis.store()?;
    let persisted_queries = args.operations.persisted_queries()?;
    let writers = args.writes.settings(args.database.connections)?;
    let listener = system::listen(&args.listen).await?;
    let database = named_database(&args.database, DbRole::Api).await?;
    let db = database.pool(DbRole::Api, args.database.connections).await?;
    let db = args.replica.beside(db, args.database.connections)?;
    let webhooks = Arc::new(FromGateways::new(gateways));
    let settings = api::Settings {
        operation_timeout: args.operations.operation_timeout(),
        payment_timeout: args.operations.payment_timeout(),
        persisted_queries,
        writers,
        metrics: telemetry::init_metrics()?,
        shared,
        webhooks,
        ..args.live.apply(args.edge.settings())
    };
    let address = listener.local_addr().map_err(CliError::Runtime)?;
    println!("Serving http://{address}/graphql");
    let served = api::serve(settings, listener, db.clone(), verifier, Hints::new(), shutdown).await;
    db.close().await;
    Ok(served?)
}

/// The database that servers and workers share: named, and of this binary's schema.
pub(crate) async fn named_database(args: &DatabaseArgs, role: DbRole) -> Result<Database, CliError> {
    if args.database_url.is_none() {
        return Err(CliError::NoDatabase);
    }
    let database = Database::open(args).await?;
    db::schema_version(&database.url, role).await?;
    Ok(database)
}
