//! What a running system is put together from: a database, a listener, the API, the workers and their gateways.

use std::{io::ErrorKind, net::SocketAddr, sync::Arc, time::Duration};

use api::{Hints, MetricsRenderer, Neighbours, SharedStore};
use db::{Db, DbRole, PoolOptions, embedded::Embedded};
use jobs::gateway::Gateways;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    args::{DatabaseArgs, GatewayArgs, KafkaArgs, ListenArgs, NotificationArgs},
    demo::{self, Controls, Doors, Supervised},
    dev_key::DevKey,
    error::CliError,
    gateways, kafka, notifications,
    own_simulator::OwnSimulator,
    webhooks::FromGateways,
    workers::Workers,
};

/// Units a minute for everybody: on a machine of its own, one client plays all customers.
const PLENTY: u32 = 1_000_000;

/// A Postgres: our own, or one that somebody else runs.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) url: String,
    embedded: Option<Embedded>,
}

impl Database {
    /// The named database, or a private one under the data directory.
    pub(crate) async fn open(args: &DatabaseArgs) -> Result<Self, CliError> {
        if let Some(url) = &args.database_url {
            return Ok(Self { url: url.clone(), embedded: None });
        }
        let options = db::embedded::Options::new(args.data_dir.clone());
        let embedded = Embedded::start(options).await?;
        Ok(Self { url: embedded.url(), embedded: Some(embedded) })
    }

    /// A pool of connections that run as `role`.
    pub(crate) async fn pool(&self, role: DbRole, connections: u32) -> Result<Db, CliError> {
        // No client waits for a worker's sweeps and checks, which may read whole tables.
        let statement = match role {
            DbRole::Worker => Duration::from_secs(30),
            _ => PoolOptions::default().statement,
        };
        let options = PoolOptions { connections, statement, ..PoolOptions::default() };
        Ok(Db::connect(&self.url, role, &options).await?)
    }

    /// Resolves when a private Postgres ends by itself; never for another one.
    pub(crate) async fn died(&mut self) -> CliError {
        match &mut self.embedded {
            Some(embedded) => embedded.exited().await.into(),
            None => std::future::pending().await,
        }
    }

    /// Stops a private Postgres.
    pub(crate) async fn stop(self) -> Result<(), CliError> {
        match self.embedded {
            Some(embedded) => Ok(embedded.stop().await?),
            None => Ok(()),
        }
    }
}

/// The address is taken before anything else is started, so that a port in use costs nothing.
pub(crate) async fn listen(args: &ListenArgs) -> Result<TcpListener, CliError> {
    let address = SocketAddr::new(args.host, args.port);
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        ErrorKind::AddrInUse => CliError::PortInUse { address },
        _ => CliError::Listen { address, source },
    })
}

/// What a system speaks to that is none of its own.
#[derive(Clone, Debug)]
pub(crate) struct Outside<'a> {
    /// The payment gateways; when none is named, a simulated one is started.
    pub(crate) gateways: &'a GatewayArgs,
    /// The broker, if one is named.
    pub(crate) kafka: &'a KafkaArgs,
    /// How customers and organisers are told; none tells nobody.
    pub(crate) notifications: Option<&'a NotificationArgs>,
    /// What other instances share with this one, if anything.
    pub(crate) shared: Option<SharedStore>,
    /// What people see of it.
    pub(crate) stage: Stage,
}

/// What people see of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The API alone.
    Bare,
    /// The demo, too, with a worker that may be killed.
    Demo,
}

/// The API and the workers in one process, over one database.
#[derive(Debug)]
pub(crate) struct System {
    pub(crate) url: String,
    database: Database,
    api: Db,
    worker: Db,
    simulator: Option<OwnSimulator>,
    shutdown: CancellationToken,
    serving: JoinHandle<Result<(), api::ServeError>>,
    working: JoinHandle<Result<(), CliError>>,
}

impl System {
    /// Migrates the database and starts everything; nothing is running when this fails. Without a gateway that is
    /// named, a simulated one is started, too.
    pub(crate) async fn start(
        listener: TcpListener,
        args: &DatabaseArgs,
        outside: &Outside<'_>,
        key: &DevKey,
        metrics: MetricsRenderer,
    ) -> Result<Self, CliError> {
        let address = listener.local_addr().map_err(CliError::Runtime)?;
        let verifier = key.verifier()?;
        let name = format!("dev-{}", std::process::id());
        let relay = kafka::relay(outside.kafka, &name)?;
        let notifications = match outside.notifications {
            Some(args) => Some(notifications::for_development(args, outside.kafka, &name)?),
            None => None,
        };
        // The first of all: it is what says that the data directory is in use.
        let database = Database::open(args).await?;
        let prepared = match prepare(&database, args, outside.gateways, address).await {
            Ok(prepared) => prepared,
            Err(error) => {
                database.stop().await?;
                return Err(error);
            }
        };
        let Prepared { api, worker, gateways, named, simulator } = prepared;
        let hints = Hints::new();
        let shutdown = CancellationToken::new();

        let webhooks = Arc::new(FromGateways::new(gateways.clone()));
        let (mut engine, mut supervised, mut beside) = (None, None, None);
        match outside.stage {
            Stage::Bare => engine = Some((gateways, jobs::Settings::named(name))),
            Stage::Demo => {
                let controls = Controls::default();
                let simulator = simulator.as_ref().map(OwnSimulator::gateway);
                let (key, db) = (key.clone(), worker.clone());
                beside = Some(demo::router(Doors { key, db, simulator, worker: controls.clone() }));
                let (database, near) = (database.url.clone(), hints.clone());
                let connections = args.connections;
                supervised =
                    Some(Supervised { database, connections, gateways: named, name, near, controls });
            }
        }
        let shared = outside.shared.clone();
        // Without a store of theirs, nobody else is expected to be here.
        let neighbours = if shared.is_some() { Neighbours::Expected } else { Neighbours::None };
        let settings = api::Settings {
            metrics,
            shared,
            neighbours,
            webhooks,
            rate_limits: api::RateLimits::of(PLENTY),
            introspection: api::Introspection::On,
            graphiql: true,
            beside,
            ..api::Settings::default()
        };
        let serving = api::serve(settings, listener, api.clone(), verifier, hints.clone(), shutdown.clone());
        let surroundings = jobs::Surroundings { work: hints.on_work() };
        let telling = worker.clone().telling(move |touched| hints.touched(touched));
        let workers = Workers { engine, relay, notifications, supervised };
        let working = workers.run(telling, surroundings, shutdown.clone());
        Ok(Self {
            url: format!("http://{address}"),
            database,
            api,
            worker,
            simulator,
            shutdown: shutdown.clone(),
            serving: tokio::spawn(serving),
            working: tokio::spawn(working),
        })
    }

    /// The pool of the API.
    pub(crate) fn api(&self) -> &Db {
        &self.api
    }

    /// Resolves when a part of the system ends by itself, which none of them should.
    pub(crate) async fn broke(&mut self) -> CliError {
        let ended = tokio::select! {
            error = self.database.died() => return error,
            ended = &mut self.serving => ended.map(|result| result.map_err(CliError::from)),
            ended = &mut self.working => ended,
        };
        match ended {
            Ok(Ok(())) => CliError::Interrupted,
            Ok(Err(error)) => error,
            Err(panic) => CliError::Panicked(panic),
        }
    }

    /// Finishes what is under way, then stops the database.
    pub(crate) async fn stop(self) -> Result<(), CliError> {
        self.shutdown.cancel();
        let served = if self.serving.is_finished() { Ok(Ok(())) } else { self.serving.await };
        let worked = if self.working.is_finished() { Ok(Ok(())) } else { self.working.await };
        // Last of those who answer: a step under way may still ask it.
        if let Some(simulator) = self.simulator {
            simulator.stop().await?;
        }
        self.api.close().await;
        self.worker.close().await;
        self.database.stop().await?;
        served.map_err(CliError::Panicked)??;
        worked.map_err(CliError::Panicked)?
    }
}

/// What a system works with.
struct Prepared {
    api: Db,
    worker: Db,
    gateways: Gateways,
    /// The flags that the gateways were made from, our own simulated one among them.
    named: GatewayArgs,
    simulator: Option<OwnSimulator>,
}

/// Migrates, opens the pools of the API and of the workers, and sees to the gateways.
async fn prepare(
    database: &Database,
    args: &DatabaseArgs,
    gateways: &GatewayArgs,
    address: SocketAddr,
) -> Result<Prepared, CliError> {
    let mut gateways = gateways.clone();
    let simulator = if gateways.names_any() {
        None
    } else {
        Some(OwnSimulator::start(&args.data_dir, address, &mut gateways).await?)
    };
    let named = gateways;
    let gateways = gateways::build(&named, &gateways::generous())?;
    db::migrate(&database.url).await?;
    let api = database.pool(DbRole::Api, args.connections).await?;
    let worker = database.pool(DbRole::Worker, args.connections).await?;
    Ok(Prepared { api, worker, gateways, named, simulator })
}

/// The system once it has started; nothing, and nothing left running, when it was told to stop meanwhile.
pub(crate) async fn unless_stopped(
    starting: impl Future<Output = Result<System, CliError>>,
    stop: &CancellationToken,
) -> Result<Option<System>, CliError> {
    let mut starting = std::pin::pin!(starting);
    tokio::select! {
        system = &mut starting => return system.map(Some),
        () = stop.cancelled() => (),
    }
    // A start that is broken off leaves processes behind that nobody waits for: it is let finish, and then stopped.
    starting.await?.stop().await?;
    Ok(None)
}
